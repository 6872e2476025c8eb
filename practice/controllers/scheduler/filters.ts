import { tolerates } from '../taints.ts';
import { affinityFilters } from './affinity.ts';
import { wantsNode, type Candidate, type Filter, type Refusal } from './candidate.ts';
import type { NodeState } from './node-state.ts';

const refused = (reason: string, isFinal = true): Refusal => ({ reasons: [reason], isFinal });

const schedulable: Filter = ({ pod }, { node }) => {
  if (node.spec?.unschedulable !== true) return undefined;
  const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;
  return tolerates(pod.spec.tolerations, taint) ? undefined : refused('node(s) were unschedulable');
};

const taints: Filter = ({ pod }, { node }) => {
  const hard = node.spec?.taints?.filter(({ effect }) => effect !== 'PreferNoSchedule') ?? [];
  return hard.every((taint) => tolerates(pod.spec.tolerations, taint)) ? undefined : refused('node(s) had untolerated taint(s)');
};

const nodeAffinity: Filter = ({ pod }, { node }) =>
  wantsNode(pod, node) ? undefined : refused("node(s) didn't match Pod's node affinity/selector");

const nodePorts: Filter = ({ ports }, node) =>
  ports.some((port) => (node.ports.get(port) ?? 0) > 0)
    ? refused("node(s) didn't have free ports for the requested pod ports", false)
    : undefined;

const resources: Filter = ({ requests }, { allocatable, requested, pods }) => {
  const lacking = [...requests].filter(
    ([name, amount]) => amount > 0 && amount > (allocatable.get(name) ?? 0) - (requested.get(name) ?? 0),
  );
  const isFull = pods.size + 1 > (allocatable.get('pods') ?? 0);
  if (lacking.length === 0 && !isFull) return undefined;
  const reasons = [...(isFull ? ['Too many pods'] : []), ...lacking.map(([name]) => `Insufficient ${name}`)];
  return { reasons, isFinal: lacking.some(([name, amount]) => amount > (allocatable.get(name) ?? 0)) };
};

const volumes: Filter = ({ volumeNodes }, { node }) =>
  volumeNodes === undefined || volumeNodes(node) ? undefined : refused("node(s) didn't match PersistentVolume's node affinity");

/** In the order of the real scheduler: the first that refuses is the one that is told. */
const FILTERS: readonly Filter[] = [schedulable, taints, nodeAffinity, nodePorts, resources, volumes, ...affinityFilters];

/** Why a pod cannot go to a node; nothing when it can. */
export function refusalOf(candidate: Candidate, node: NodeState): Refusal | undefined {
  for (const filter of FILTERS) {
    const refusal = filter(candidate, node);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
