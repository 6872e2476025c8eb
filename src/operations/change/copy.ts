import { withoutServerFields, type CreateStep } from '../../changes/index.ts';
import { at, listAt, type Connection, type KubernetesObject } from '../../kubernetes/index.ts';
import { UsageError } from '../../platform/index.ts';
import { workloadNamed, type NamedWorkload } from './rollout/workload.ts';

export interface CopyTarget {
  readonly connection: Connection;
  /** @default that of the original */
  readonly namespace?: string | undefined;
  /** @default that of the original */
  readonly name?: string | undefined;
}

/** Metadata that somebody gave the original, and that says something of it alone. */
const OWN_METADATA: ReadonlySet<string> = new Set(['ownerReferences', 'finalizers', 'generateName']);

/** Labels and annotations by which controllers find what is theirs. */
const OWN_MARKS: readonly RegExp[] = [
  /^kubectl\.kubernetes\.io\/last-applied-configuration$/,
  /^deployment\.kubernetes\.io\//,
  /^(pv|volume(\.beta)?)\.kubernetes\.io\//,
  /^(batch\.kubernetes\.io\/)?(controller-uid|job-name)$/,
  /^meta\.helm\.sh\//,
  /^argocd\.argoproj\.io\//,
  /^(kustomize|helm)\.toolkit\.fluxcd\.io\//,
];

/** Fields that the cluster has filled in, by kind. */
const FILLED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Service: [
    ['spec', 'clusterIP'],
    ['spec', 'clusterIPs'],
    ['spec', 'healthCheckNodePort'],
  ],
  PersistentVolumeClaim: [['spec', 'volumeName']],
  Pod: [['spec', 'nodeName']],
  Job: [
    ['spec', 'selector'],
    ['spec', 'template', 'metadata', 'labels', 'controller-uid'],
    ['spec', 'template', 'metadata', 'labels', 'job-name'],
    ['spec', 'template', 'metadata', 'labels', 'batch.kubernetes.io/controller-uid'],
    ['spec', 'template', 'metadata', 'labels', 'batch.kubernetes.io/job-name'],
  ],
  ServiceAccount: [['secrets']],
};

/**
 * Creates a copy of an object in another namespace, or another cluster, without what belongs to the original alone. What
 * reading hides is filled in from the original when the plan is made.
 * @throws UsageError where the copy would be the original
 */
export async function copySteps(
  connection: Connection,
  original: NamedWorkload,
  target: CopyTarget,
): Promise<readonly CreateStep[]> {
  const { object, subject } = await workloadNamed(connection, original);
  const name = target.name ?? subject.name;
  const namespace = subject.namespace === undefined ? undefined : (target.namespace ?? subject.namespace);
  const { cluster } = target.connection;
  if (cluster === connection.cluster && namespace === subject.namespace && name === subject.name) {
    throw new UsageError('The copy would be the original.', {
      code: 'invalid-argument',
      field: 'to_namespace',
      advice: 'Name another namespace, cluster or name for it.',
    });
  }
  return [
    {
      action: 'create',
      cluster,
      object: copied(object, { name, namespace }),
      hiddenFrom: { cluster: connection.cluster, ...subject },
    },
  ];
}

function copied(
  object: KubernetesObject,
  place: { readonly name: string; readonly namespace: string | undefined },
): KubernetesObject {
  const { metadata = {}, ...rest } = withoutServerFields(object);
  const kept = Object.entries(metadata).filter(
    ([field]) => !OWN_METADATA.has(field) && field !== 'labels' && field !== 'annotations',
  );
  const [labels, annotations] = [othersOf(metadata.labels), othersOf(metadata.annotations)];
  const copy: KubernetesObject = {
    ...rest,
    metadata: {
      ...Object.fromEntries(kept),
      name: place.name,
      ...(place.namespace !== undefined && { namespace: place.namespace }),
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
    },
  };
  const cleaned = (FILLED[object.kind ?? ''] ?? []).reduce((value: unknown, path) => without(value, path), copy);
  return withoutNodePorts(cleaned as KubernetesObject);
}

function othersOf(marks: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> | undefined {
  const others = Object.entries(marks ?? {}).filter(([name]) => !OWN_MARKS.some((own) => own.test(name)));
  return others.length === 0 ? undefined : Object.fromEntries(others);
}

/** The value without what stands at a path. */
function without(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value;
  const { [key]: inner, ...others } = value as Readonly<Record<string, unknown>>;
  return rest.length === 0 ? others : { ...others, [key]: without(inner, rest) };
}

/** Ports of the nodes are the original's; two Services cannot have the same. */
function withoutNodePorts(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Service' || at(object, 'spec', 'ports') === undefined) return object;
  const ports = listAt(object, 'spec', 'ports').map((port) => without(port, ['nodePort']));
  return { ...object, spec: { ...(at(object, 'spec') as object), ports } };
}
