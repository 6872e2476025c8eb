import { labelSelector } from '../../objects/index.ts';
import type { Node, Pod, PodAffinityTerm } from '../shapes.ts';
import { wantsNode, type Candidate, type Filter } from './candidate.ts';
import type { NodeState } from './node-state.ts';

const requiredTerms = (pod: Pod, kind: 'podAffinity' | 'podAntiAffinity'): readonly PodAffinityTerm[] =>
  pod.spec.affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];

/** Whether a term of one pod means another. */
function means(pod: Pod, { labelSelector: selector, namespaces = [] }: PodAffinityTerm, other: Pod): boolean {
  const inNamespace =
    namespaces.length === 0
      ? other.metadata.namespace === pod.metadata.namespace
      : namespaces.includes(other.metadata.namespace ?? '');
  return inNamespace && labelSelector(selector)(other.metadata.labels);
}

const topologyOf = (node: Node, key: string): string | undefined => node.metadata.labels?.[key];

/** Whether a pod that a term means runs in the same topology as a node. */
function isNear(candidate: Candidate, node: Node, term: PodAffinityTerm): boolean {
  const place = topologyOf(node, term.topologyKey);
  if (place === undefined) return false;
  return candidate.nodes.some(
    (other) =>
      topologyOf(other.node, term.topologyKey) === place &&
      [...other.pods.values()].some((pod) => means(candidate.pod, term, pod)),
  );
}

const existsAnywhere = ({ pod, nodes }: Candidate, term: PodAffinityTerm): boolean =>
  nodes.some(({ pods }) => [...pods.values()].some((other) => means(pod, term, other)));

const affinity: Filter = (candidate, { node }) => {
  const fits = requiredTerms(candidate.pod, 'podAffinity').every((term) => {
    if (isNear(candidate, node, term)) return true;
    // The first pod of a group that wants to be near itself has to be allowed somewhere.
    const isFirst = means(candidate.pod, term, candidate.pod) && !existsAnywhere(candidate, term);
    return isFirst && topologyOf(node, term.topologyKey) !== undefined;
  });
  return fits ? undefined : { reasons: ["node(s) didn't match pod affinity rules"], isFinal: true };
};

const antiAffinity: Filter = (candidate, { node }) =>
  requiredTerms(candidate.pod, 'podAntiAffinity').some((term) => isNear(candidate, node, term))
    ? { reasons: ["node(s) didn't match pod anti-affinity rules"], isFinal: false }
    : undefined;

/** Pods that are there already may not want the new one near them. */
const antiAffinityOfOthers: Filter = ({ pod, nodes }, { node }) => {
  const minds = (other: NodeState): boolean =>
    [...other.pods.values()].some((existing) =>
      requiredTerms(existing, 'podAntiAffinity').some((term) => {
        const place = topologyOf(other.node, term.topologyKey);
        return place !== undefined && place === topologyOf(node, term.topologyKey) && means(existing, term, pod);
      }),
    );
  return nodes.some(minds)
    ? { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"], isFinal: false }
    : undefined;
};

const NOT_SPREAD = "node(s) didn't match pod topology spread constraints";

const spread: Filter = ({ pod, nodes }, { node }) => {
  for (const { maxSkew, topologyKey, whenUnsatisfiable, labelSelector: selector } of pod.spec.topologySpreadConstraints ?? []) {
    if (whenUnsatisfiable !== 'DoNotSchedule') continue;
    const place = topologyOf(node, topologyKey);
    if (place === undefined) return { reasons: [`${NOT_SPREAD} (missing required label)`], isFinal: true };
    const matches = labelSelector(selector);
    const counts = new Map<string, number>();
    for (const other of nodes) {
      const domain = topologyOf(other.node, topologyKey);
      if (domain === undefined || !wantsNode(pod, other.node)) continue;
      const here = [...other.pods.values()].filter(
        ({ metadata }) => metadata.namespace === pod.metadata.namespace && matches(metadata.labels),
      );
      counts.set(domain, (counts.get(domain) ?? 0) + here.length);
    }
    const self = matches(pod.metadata.labels) ? 1 : 0;
    if ((counts.get(place) ?? 0) + self - Math.min(...counts.values()) > maxSkew)
      return { reasons: [NOT_SPREAD], isFinal: false };
  }
  return undefined;
};

const wantsAny = ({ pod }: Candidate): boolean =>
  pod.spec.affinity?.podAffinity !== undefined || pod.spec.affinity?.podAntiAffinity !== undefined;

/** What depends on the pods that run elsewhere. Each looks at all pods, so that none is asked without need. */
export const affinityFilters: readonly Filter[] = [
  (candidate, node) => ((candidate.pod.spec.topologySpreadConstraints ?? []).length > 0 ? spread(candidate, node) : undefined),
  (candidate, node) => (wantsAny(candidate) ? (affinity(candidate, node) ?? antiAffinity(candidate, node)) : undefined),
  (candidate, node) =>
    candidate.nodes.some(({ exclusive }) => exclusive > 0) ? antiAffinityOfOthers(candidate, node) : undefined,
];
