import type { ResourceKind } from '../kubernetes/index.ts';
import type { Step } from './step.ts';

/** Kinds that nothing tells apart. */
interface Row {
  readonly group: string;
  readonly kinds: readonly string[];
}

/**
 * What is made before what: an object comes after everything that it may refer to. Deleting goes the other way round.
 * Kinds that are not named stand where custom resources stand.
 */
const EARLY: readonly Row[] = [
  { group: '', kinds: ['Namespace'] },
  { group: 'apiextensions.k8s.io', kinds: ['CustomResourceDefinition'] },
  { group: 'scheduling.k8s.io', kinds: ['PriorityClass'] },
  { group: 'storage.k8s.io', kinds: ['StorageClass', 'CSIDriver'] },
  { group: '', kinds: ['ResourceQuota', 'LimitRange', 'ServiceAccount'] },
  { group: 'rbac.authorization.k8s.io', kinds: ['ClusterRole', 'Role', 'ClusterRoleBinding', 'RoleBinding'] },
  { group: 'networking.k8s.io', kinds: ['NetworkPolicy', 'IngressClass'] },
  { group: '', kinds: ['Secret', 'ConfigMap', 'PersistentVolume', 'PersistentVolumeClaim', 'Service'] },
];

/** Custom resources, and what nobody has put anywhere. */
const OTHERS = 100;

const LATE: readonly Row[] = [
  { group: '', kinds: ['Pod', 'ReplicationController'] },
  { group: 'apps', kinds: ['ReplicaSet', 'DaemonSet', 'StatefulSet', 'Deployment'] },
  { group: 'batch', kinds: ['Job', 'CronJob'] },
  { group: 'autoscaling', kinds: ['HorizontalPodAutoscaler'] },
  { group: 'policy', kinds: ['PodDisruptionBudget'] },
  { group: 'networking.k8s.io', kinds: ['Ingress'] },
  { group: 'apiregistration.k8s.io', kinds: ['APIService'] },
  // A webhook whose backend is not there yet would refuse everything that comes after it.
  { group: 'admissionregistration.k8s.io', kinds: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] },
];

/** Where a kind stands: lower is made earlier. */
export function rankOf({ group, kind }: Pick<ResourceKind, 'group' | 'kind'>): number {
  const place = (rows: readonly Row[]): number => rows.findIndex((row) => row.group === group && row.kinds.includes(kind));
  const early = place(EARLY);
  const late = place(LATE);
  if (early !== -1) return early;
  return late === -1 ? OTHERS : OTHERS + 1 + late;
}

/**
 * The order to apply steps in. Neighbours that make things, and neighbours that delete, are put into the order of their
 * kinds; between them the order of the caller stands, for it may mean something.
 * @returns indices of the steps
 */
export function applyOrder(
  steps: readonly Step[],
  targets: readonly { readonly kind: Pick<ResourceKind, 'group' | 'kind'> }[],
): number[] {
  const runs: { readonly sort: string; readonly indices: number[] }[] = [];
  for (const [index, { action }] of steps.entries()) {
    const sort = action === 'apply' || action === 'create' ? 'make' : action;
    const last = runs.at(-1);
    if (last?.sort === sort) last.indices.push(index);
    else runs.push({ sort, indices: [index] });
  }
  const rank = (index: number): number => rankOf(targets[index]?.kind ?? { group: '', kind: '' });
  return runs.flatMap(({ sort, indices }) => {
    if (sort === 'make') return indices.toSorted((a, b) => rank(a) - rank(b));
    return sort === 'delete' ? indices.toSorted((a, b) => rank(b) - rank(a)) : indices;
  });
}
