import type { Cluster } from '../cluster.ts';
import type { PersistentVolumeClaim } from '../resources.ts';
import type { Node, Pod } from '../shapes.ts';
import { matchesTerm } from './candidate.ts';

/** The names of the claims that a pod mounts. */
export const claimNamesOf = ({ spec }: Pod): readonly string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);

/** How the claims of a pod stand. */
export interface Claims {
  /** Why no node can take it. */
  readonly problem?: string;
  /** Claims that are bound as soon as a node is chosen. */
  readonly waiting: readonly PersistentVolumeClaim[];
  /** Nodes on which the volumes can be used; missing when on all. */
  readonly nodes?: (node: Node) => boolean;
}

export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

const isBound = ({ status, spec }: PersistentVolumeClaim): boolean => status?.phase === 'Bound' && spec.volumeName !== undefined;

/** Whether a claim is only bound when its pod has a node. */
function waitsForConsumer(cluster: Cluster, { spec }: PersistentVolumeClaim): boolean {
  const { storageClassName } = spec;
  if (storageClassName === undefined || storageClassName === '') return false;
  return cluster.get('storageclasses.storage.k8s.io', undefined, storageClassName)?.volumeBindingMode === 'WaitForFirstConsumer';
}

export function claimsOf(cluster: Cluster, pod: Pod): Claims {
  const { namespace } = pod.metadata;
  const claims: PersistentVolumeClaim[] = [];
  for (const name of claimNamesOf(pod)) {
    const claim = cluster.get('persistentvolumeclaims', namespace, name);
    if (claim === undefined) return { waiting: [], problem: `persistentvolumeclaim "${name}" not found` };
    if (claim.metadata.deletionTimestamp !== undefined)
      return { waiting: [], problem: `persistentvolumeclaim "${name}" is being deleted` };
    claims.push(claim);
  }
  const unbound = claims.filter((claim) => !isBound(claim));
  if (unbound.some((claim) => !waitsForConsumer(cluster, claim)))
    return { waiting: [], problem: 'pod has unbound immediate PersistentVolumeClaims' };
  const terms = claims.flatMap(({ spec: { volumeName = '' } }) => {
    const volume = cluster.get('persistentvolumes', undefined, volumeName);
    return volume?.spec.nodeAffinity?.required === undefined ? [] : [volume.spec.nodeAffinity.required.nodeSelectorTerms];
  });
  if (terms.length === 0) return { waiting: unbound };
  return {
    waiting: unbound,
    nodes: (node) => terms.every((alternatives) => alternatives.some((term) => matchesTerm(term, node))),
  };
}
