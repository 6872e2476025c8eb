import { at, hasCondition, type KubeObject } from '../objects.ts';
import { deployment, podTemplate, workloadSpec, type NewObject, type PodOptions } from './new-objects.ts';

/** A workload that does not work, and how its pods show it. */
export type Trouble = {
  readonly objects: readonly NewObject[];
  /** Holds for at least one pod of `app=<name>`; Jobs and Services show their trouble elsewhere. */
  readonly symptom: (pod: KubeObject) => boolean;
};

export type TroubleOptions = { readonly namespace: string; readonly image: string };

const waiting =
  (reason: string, list = 'containerStatuses') =>
  (pod: KubeObject) =>
    at(pod, 'status', list, 0, 'state', 'waiting', 'reason') === reason;

const lastEnded = (reason: string) => (pod: KubeObject) => {
  const status = at(pod, 'status', 'containerStatuses', 0);
  return at(status, 'lastState', 'terminated', 'reason') === reason;
};

const unschedulable = (message: string) => (pod: KubeObject) => {
  const conditions = at(pod, 'status', 'conditions');
  return (
    Array.isArray(conditions) &&
    conditions.some(
      (condition) => at(condition, 'reason') === 'Unschedulable' && String(at(condition, 'message')).includes(message),
    )
  );
};

const runsUnready = (pod: KubeObject): boolean =>
  at(pod, 'status', 'containerStatuses', 0, 'started') === true && hasCondition(pod, 'ContainersReady', 'False');

const hasRestarted = (pod: KubeObject): boolean => Number(at(pod, 'status', 'containerStatuses', 0, 'restartCount')) > 0;

/** Waits in ContainerCreating: the kubelet says why in an event only. */
const staysCreating = waiting('ContainerCreating');

const SLEEP = 'echo started; exec sleep 1000000';

const probe = (command: string) => ({ exec: { command: ['sh', '-c', command] }, periodSeconds: 2, failureThreshold: 1 });

/** Every usual way of not working, by the name of the workload. */
export const TROUBLES = {
  /** Ends at once with 1 and says why in its log. */
  api: (o) => one(o, 'api', 'echo "config key db.url is missing"; exit 1', {}, waiting('CrashLoopBackOff')),
  /** Allocates without end under a limit of 16Mi. */
  cache: (o) => ({
    objects: [
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'cache', namespace: o.namespace, labels: { app: 'cache' } },
        spec: {
          replicas: 1,
          serviceName: 'cache',
          ...workloadSpec(
            'cache',
            podTemplate('cache', o.image, 'echo warming up; tail /dev/zero', {
              container: { resources: { limits: { memory: '16Mi' } } },
            }),
          ),
        },
      },
    ],
    symptom: lastEnded('OOMKilled'),
  }),
  /** Its image comes from a registry that does not exist (RFC 6761: .invalid never resolves). */
  web: (o) =>
    one(
      o,
      'web',
      '',
      { container: { image: 'registry.invalid/web:9', imagePullPolicy: 'IfNotPresent' } },
      waiting('ImagePullBackOff'),
    ),
  /** Wants a key that its ConfigMap lacks. */
  settings: (o) => {
    const env = [{ name: 'DB_URL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'db.url' } } }];
    const { objects, symptom } = one(o, 'settings', SLEEP, { container: { env } }, waiting('CreateContainerConfigError'));
    const map: NewObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: o.namespace },
      data: { 'db.host': 'db' },
    };
    return { objects: [map, ...objects], symptom };
  },
  /** Wants environment from a Secret that does not exist. */
  vault: (o) =>
    one(
      o,
      'vault',
      SLEEP,
      { container: { envFrom: [{ secretRef: { name: 'vault-token' } }] } },
      waiting('CreateContainerConfigError'),
    ),
  /** Mounts a Secret that does not exist. */
  certs: (o) =>
    one(
      o,
      'certs',
      SLEEP,
      {
        container: { volumeMounts: [{ name: 'tls', mountPath: '/tls' }] },
        pod: { volumes: [{ name: 'tls', secret: { secretName: 'tls-cert' } }] },
      },
      staysCreating,
    ),
  /** Wants more cpu than the real node has, and tolerates no fake one. */
  big: (o) => one(o, 'big', SLEEP, { container: { resources: { requests: { cpu: '64' } } } }, unschedulable('Insufficient cpu')),
  /** Wants a node with a label that none has. */
  picky: (o) => one(o, 'picky', SLEEP, { pod: { nodeSelector: { disk: 'nvme' } } }, unschedulable('node affinity/selector')),
  /** Wants a volume of a StorageClass that does not exist. */
  store: (o) => {
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'store-data' } }];
    const mounted = { container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] }, pod: { volumes } };
    const { objects, symptom } = one(o, 'store', SLEEP, mounted, unschedulable('PersistentVolumeClaim'));
    const claim: NewObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'store-data', namespace: o.namespace },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast-ssd', resources: { requests: { storage: '1Gi' } } },
    };
    return { objects: [claim, ...objects], symptom };
  },
  /** Runs, and is never ready. */
  slow: (o) => one(o, 'slow', SLEEP, { container: { readinessProbe: probe('echo "cache is cold"; exit 1') } }, runsUnready),
  /** Runs, and is killed again and again by its liveness probe. */
  frozen: (o) => one(o, 'frozen', SLEEP, { container: { livenessProbe: probe('echo "no heartbeat"; exit 1') } }, hasRestarted),
  /** Its init container fails, so that it never starts. */
  migrate: (o) => {
    const init = { name: 'schema', image: o.image, command: ['sh', '-c', 'echo "migration 42 failed: column exists"; exit 3'] };
    return one(o, 'migrate', SLEEP, { pod: { initContainers: [init] } }, waiting('CrashLoopBackOff', 'initContainerStatuses'));
  },
} as const satisfies Record<string, (options: TroubleOptions) => Trouble>;

/** A Deployment of one pod. */
function one(
  { namespace, image }: TroubleOptions,
  name: string,
  script: string,
  options: PodOptions,
  symptom: (pod: KubeObject) => boolean,
): Trouble {
  return { objects: [deployment(namespace, name, podTemplate(name, image, script, options))], symptom };
}
