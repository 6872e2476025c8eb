import { at, listAt, mapAt, quantityOf, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { containersOf, some } from '../trouble/index.ts';

/** `it wants cpu 64; worker-2, the largest node that it may use, has 8`. */
export function sayResource(resource: string, pod: KubernetesObject, nodes: readonly KubernetesObject[]): string[] {
  const wanted = requestOf(pod, resource);
  const sizes = nodes.flatMap((node) => {
    const text = textAt(node, 'status', 'allocatable', resource);
    const size = quantityOf(text);
    return text === undefined || size === undefined || !mayUse(pod, node)
      ? []
      : [{ name: node.metadata?.name ?? '', text, size }];
  });
  const [largest] = sizes.toSorted((a, b) => b.size - a.size);
  if (wanted === undefined) return [];
  if (largest === undefined) return [`it wants ${resource} ${wanted.text}; no node that it may use has any`];
  const full = largest.size >= wanted.amount ? ' and is too full' : '';
  return [`it wants ${resource} ${wanted.text}; ${largest.name}, the largest node that it may use, has ${largest.text}${full}`];
}

/** Whether its taints, labels and the pod's node affinity let a node take it, however full it is. */
function mayUse(pod: KubernetesObject, node: KubernetesObject): boolean {
  const labels = node.metadata?.labels ?? {};
  const selected = Object.entries(mapAt(pod, 'spec', 'nodeSelector')).every(([key, value]) => labels[key] === value);
  return selected && tolerates(pod, node) && isAttracted(pod, node);
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** One term of the required node affinity is enough, and in a term all must hold. */
function isAttracted(pod: KubernetesObject, node: KubernetesObject): boolean {
  const terms = listAt(pod, 'spec', 'affinity', 'nodeAffinity', REQUIRED, 'nodeSelectorTerms');
  const labels = node.metadata?.labels ?? {};
  const name = { 'metadata.name': node.metadata?.name ?? '' };
  const holds = (term: unknown): boolean =>
    listAt(term, 'matchExpressions').every((each) => matches(each, labels)) &&
    listAt(term, 'matchFields').every((each) => matches(each, name));
  return terms.length === 0 || terms.some(holds);
}

/** The operators of a node selector. Source: the API reference of NodeSelectorRequirement */
const OPERATORS: Readonly<Record<string, (label: string | undefined, values: readonly unknown[]) => boolean>> = {
  In: (label, values) => label !== undefined && values.includes(label),
  NotIn: (label, values) => label === undefined || !values.includes(label),
  Exists: (label) => label !== undefined,
  DoesNotExist: (label) => label === undefined,
  Gt: (label, [bound]) => label !== undefined && Number(label) > Number(bound),
  Lt: (label, [bound]) => label !== undefined && Number(label) < Number(bound),
};

function matches(expression: unknown, labels: Readonly<Record<string, string>>): boolean {
  const holds = OPERATORS[textAt(expression, 'operator') ?? ''];
  // An operator that we do not know must not make a node look unfit.
  return holds === undefined || holds(labels[textAt(expression, 'key') ?? ''], listAt(expression, 'values'));
}

/** What all its containers want together, as the scheduler counts: the larger of the init containers and the rest. */
function requestOf(pod: KubernetesObject, resource: string): { readonly amount: number; readonly text: string } | undefined {
  const requests = containersOf(pod).flatMap(({ role, spec }) => {
    const text = textAt(spec, 'resources', 'requests', resource);
    const amount = quantityOf(text);
    return text === undefined || amount === undefined ? [] : [{ role, text, amount }];
  });
  const init = requests.filter(({ role }) => role === 'init').toSorted((a, b) => b.amount - a.amount)[0];
  const rest = requests.filter(({ role }) => role !== 'init');
  const sum = rest.reduce((total, { amount }) => total + amount, 0);
  if (init !== undefined && init.amount > sum) return init;
  const [only] = rest;
  if (only === undefined) return undefined;
  return rest.length === 1 ? only : { amount: sum, text: `${sum} (${rest.map(({ text }) => text).join(' + ')})` };
}

/** `no node has disk=nvme`, with the values that there are. */
export function saySelector(pod: KubernetesObject, nodes: readonly KubernetesObject[]): string[] {
  return Object.entries(mapAt(pod, 'spec', 'nodeSelector')).flatMap(([key, value]) => {
    const values = nodes.flatMap((node) => node.metadata?.labels?.[key] ?? []);
    if (values.includes(value)) return [];
    const others = [...new Set(values)];
    return [
      `no node has the label ${key}=${value}; ${others.length === 0 ? `none has ${key} at all` : `${key} is ${some(others, 4)}`}`,
    ];
  });
}

/** The taints that keep it away, with how many nodes have each. */
export function sayTaints(pod: KubernetesObject, nodes: readonly KubernetesObject[]): string[] {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    for (const taint of listAt(node, 'spec', 'taints')) {
      if (!keepsAway(taint) || tolerated(pod, taint)) continue;
      const text = `${textAt(taint, 'key') ?? ''}${textAt(taint, 'value') === undefined ? '' : `=${textAt(taint, 'value') ?? ''}`}:${textAt(taint, 'effect') ?? ''}`;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  if (counts.size === 0) return [];
  const told = [...counts].toSorted((a, b) => b[1] - a[1]).map(([text, count]) => `${text} on ${count}`);
  return [`taints that it does not tolerate: ${some(told, 4)}`];
}

function keepsAway(taint: unknown): boolean {
  return textAt(taint, 'effect') !== 'PreferNoSchedule';
}

function tolerates(pod: KubernetesObject, node: KubernetesObject): boolean {
  return listAt(node, 'spec', 'taints').every((taint) => !keepsAway(taint) || tolerated(pod, taint));
}

function tolerated(pod: KubernetesObject, taint: unknown): boolean {
  return listAt(pod, 'spec', 'tolerations').some((toleration) => {
    const key = textAt(toleration, 'key');
    const effect = textAt(toleration, 'effect');
    if (effect !== undefined && effect !== '' && effect !== textAt(taint, 'effect')) return false;
    if (key === undefined || key === '') return textAt(toleration, 'operator') === 'Exists';
    if (key !== textAt(taint, 'key')) return false;
    return textAt(toleration, 'operator') === 'Exists' || (at(toleration, 'value') ?? '') === (at(taint, 'value') ?? '');
  });
}
