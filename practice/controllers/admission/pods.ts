import type { DraftObject, Store } from '../../model.ts';
import { amountOf } from '../quantity.ts';
import type { Amounts, Container, PodSpec, Volume } from '../shapes.ts';

interface DraftPod extends DraftObject {
  readonly spec: PodSpec & { readonly automountServiceAccountToken?: boolean; readonly serviceAccount?: string };
  readonly status?: Readonly<Record<string, unknown>>;
}

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The same in every pod. */
const TOKEN: Volume['projected'] = {
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
  ],
  defaultMode: 420,
};

const mounts = ({ volumeMounts }: Container): boolean => volumeMounts?.some(({ mountPath }) => mountPath === TOKEN_PATH) ?? false;

/** Names the service account, and mounts its token in all containers that have not mounted something there themselves. */
export function serviceAccount(object: DraftObject, { random }: Store): DraftObject {
  const pod = object as DraftPod;
  const name = pod.spec.serviceAccountName ?? 'default';
  const spec = { ...pod.spec, serviceAccountName: name, serviceAccount: name };
  if (spec.automountServiceAccountToken === false) return { ...pod, spec };
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  if (all.every(mounts)) return { ...pod, spec };
  const volume = `kube-api-access-${random.suffix(5)}`;
  const mounted = (container: Container): Container =>
    mounts(container)
      ? container
      : {
          ...container,
          volumeMounts: (container.volumeMounts ?? []).concat({ name: volume, readOnly: true, mountPath: TOKEN_PATH }),
        };
  return {
    ...pod,
    spec: {
      ...spec,
      containers: spec.containers.map(mounted),
      ...(spec.initContainers !== undefined && { initContainers: spec.initContainers.map(mounted) }),
      volumes: (spec.volumes ?? []).concat({ name: volume, projected: TOKEN }),
    },
  };
}

const TROUBLES = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;
/** How long pods stay on a node that is in trouble. */
const PATIENCE = TROUBLES.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }) as const);

/** Lets pods stay for a while on nodes that are in trouble; and gives those without a class the common priority. */
export function tolerateTrouble(object: DraftObject): DraftObject {
  const pod = object as DraftPod;
  const { tolerations = [] } = pod.spec;
  const isTolerated = (trouble: string): boolean =>
    tolerations.some(
      ({ key, effect }) =>
        (key === undefined || key === '' || key === trouble) && (effect === undefined || effect === 'NoExecute'),
    );
  const missing = PATIENCE.filter(({ key }) => !isTolerated(key));
  return {
    ...pod,
    spec: { priority: 0, preemptionPolicy: 'PreemptLowerPriority', ...pod.spec, tolerations: tolerations.concat(missing) },
  };
}

const NAMES = ['cpu', 'memory'] as const;
const wants = (amounts: Amounts | undefined): boolean => NAMES.some((name) => amountOf(amounts?.[name]) > 0);
const isFixed = ({ resources: { requests, limits } = {} }: Container): boolean =>
  NAMES.every(
    (name) => amountOf(limits?.[name]) > 0 && amountOf(requests?.[name] ?? limits?.[name]) === amountOf(limits?.[name]),
  );

/** Says which pods go first when a node has too little. */
export function qosClass(object: DraftObject): DraftObject {
  const pod = object as DraftPod;
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const some = all.some(({ resources }) => wants(resources?.requests) || wants(resources?.limits));
  const quality = all.every(isFixed) ? 'Guaranteed' : some ? 'Burstable' : 'BestEffort';
  return { ...pod, status: { ...pod.status, qosClass: quality } };
}
