import { labelSelector } from '../../objects/index.ts';
import type { Node, NodeSelectorTerm, Pod, SelectorRequirement } from '../shapes.ts';
import { hostPortsOf, type NodeState } from './node-state.ts';
import { podRequests, type Resources } from './requests.ts';

/** A pod that looks for a node, with what is worked out once for all nodes. */
export interface Candidate {
  readonly pod: Pod;
  readonly requests: Resources;
  readonly ports: readonly string[];
  readonly nodes: readonly NodeState[];
  /** Nodes on which its volumes can be used; missing when on all. */
  readonly volumeNodes: ((node: Node) => boolean) | undefined;
}

export const candidateOf = (pod: Pod, nodes: readonly NodeState[], volumeNodes: Candidate['volumeNodes']): Candidate => ({
  pod,
  requests: podRequests(pod),
  ports: hostPortsOf(pod),
  nodes,
  volumeNodes,
});

/** Why a pod cannot go to a node. */
export interface Refusal {
  readonly reasons: readonly string[];
  /** Would not become possible if other pods went away. */
  readonly isFinal: boolean;
}

export type Filter = (candidate: Candidate, node: NodeState) => Refusal | undefined;

const matchesAll = (
  requirements: readonly SelectorRequirement[] | undefined,
  values: Readonly<Record<string, string>>,
): boolean => requirements === undefined || labelSelector({ matchExpressions: requirements })(values);

/** Whether a node has what a term of a node selector wants. A term without anything wants nothing that exists. */
export function matchesTerm({ matchExpressions, matchFields }: NodeSelectorTerm, { metadata }: Node): boolean {
  if ((matchExpressions ?? []).length === 0 && (matchFields ?? []).length === 0) return false;
  return matchesAll(matchExpressions, metadata.labels ?? {}) && matchesAll(matchFields, { 'metadata.name': metadata.name });
}

/** Whether a pod's selector and required node affinity take a node. */
export function wantsNode({ spec: { nodeSelector = {}, affinity } }: Pod, node: Node): boolean {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const selected = Object.entries(nodeSelector).every(([key, value]) => node.metadata.labels?.[key] === value);
  return selected && (terms === undefined || terms.some((term) => matchesTerm(term, node)));
}
