import { tolerates } from '../taints.ts';
import { matchesTerm, type Candidate } from './candidate.ts';
import { ownerOf, type NodeState } from './node-state.ts';

/** How well a pod would be on a node, from 0 to 100. */
type Score = (candidate: Candidate, node: NodeState) => number;

/** How much of a node would be left: the emptier, the better. */
const leastAllocated: Score = ({ requests }, { allocatable, requested }) => {
  const free = ['cpu', 'memory'].map((name) => {
    const all = allocatable.get(name) ?? 0;
    const used = (requested.get(name) ?? 0) + (requests.get(name) ?? 0);
    return all === 0 ? 0 : Math.max(0, (100 * (all - used)) / all);
  });
  return free.reduce((sum, share) => sum + share, 0) / free.length;
};

/** Pods of one owner go to different nodes. */
const spread: Score = ({ pod }, { owners }) => {
  const owner = ownerOf(pod);
  return owner === undefined ? 100 : 100 / (1 + (owners.get(owner) ?? 0));
};

const preferredNode: Score = ({ pod }, { node }) => {
  const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const total = preferred.reduce((sum, { weight }) => sum + weight, 0);
  const met = preferred.filter(({ preference }) => matchesTerm(preference, node)).reduce((sum, { weight }) => sum + weight, 0);
  return total === 0 ? 0 : (100 * met) / total;
};

const soft: Score = ({ pod }, { node }) => {
  const minded = (node.spec?.taints ?? []).filter(
    (taint) => taint.effect === 'PreferNoSchedule' && !tolerates(pod.spec.tolerations, taint),
  );
  return 100 / (1 + minded.length);
};

/** With the weights of the real scheduler's plugins. */
const SCORES: readonly { readonly score: Score; readonly weight: number }[] = [
  { score: soft, weight: 3 },
  { score: preferredNode, weight: 2 },
  { score: spread, weight: 2 },
  { score: leastAllocated, weight: 1 },
];

/** The node where a pod is best; of equal ones the first. */
export function bestOf(candidate: Candidate, nodes: readonly NodeState[]): NodeState | undefined {
  let best: { readonly node: NodeState; readonly total: number } | undefined;
  for (const node of nodes) {
    const total = SCORES.reduce((sum, { score, weight }) => sum + weight * score(candidate, node), 0);
    if (best === undefined || total > best.total) best = { node, total };
  }
  return best?.node;
}
