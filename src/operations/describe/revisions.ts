import { at, listAt, mapAt, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import type { ChangeFacts, Difference, RevisionFacts } from './facts.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** Old revisions without pods are many and tell nothing. */
const TOLD = 4;
const DIFFERENCES = 6;

/** Longest value that is told of a difference, in characters. */
const VALUE = 80;

/** The number of a Deployment's revision that a ReplicaSet keeps; 0 for none. */
export function revisionOf(replicaSet: KubernetesObject): number {
  return Number(replicaSet.metadata?.annotations?.[REVISION] ?? 0);
}

/** The ReplicaSets of a Deployment, newest first. */
export function byRevision(replicaSets: readonly KubernetesObject[]): KubernetesObject[] {
  return replicaSets.toSorted((a, b) => revisionOf(b) - revisionOf(a));
}

/** The newest revision and those that still have pods. */
export function revisionFacts(sorted: readonly KubernetesObject[]): RevisionFacts[] {
  return sorted
    .map((entry, index) => ({
      name: entry.metadata?.name ?? '',
      revision: revisionOf(entry),
      ready: numberAt(entry, 'status', 'readyReplicas') ?? 0,
      wanted: numberAt(entry, 'spec', 'replicas') ?? 0,
      newest: index === 0,
    }))
    .filter(({ newest, ready, wanted }) => newest || ready > 0 || wanted > 0)
    .slice(0, TOLD);
}

/** What the newest revision changed, compared with the one before it. */
export function changeFacts(sorted: readonly KubernetesObject[], deployment: KubernetesObject): ChangeFacts | undefined {
  const [newest, before] = sorted;
  if (newest === undefined) return undefined;
  const differences =
    before === undefined ? [] : templateDifferences(at(before, 'spec', 'template'), at(newest, 'spec', 'template'));
  return {
    revision: revisionOf(newest),
    at: changedAt(newest, sorted, deployment),
    differences: differences.slice(0, DIFFERENCES),
    more: Math.max(0, differences.length - DIFFERENCES),
    cause: newest.metadata?.annotations?.[CHANGE_CAUSE] ?? deployment.metadata?.annotations?.[CHANGE_CAUSE],
  };
}

/**
 * When the newest revision came. A rollback takes an old ReplicaSet back into use, whose age says nothing of it; then
 * it is not known.
 */
function changedAt(
  newest: KubernetesObject,
  sorted: readonly KubernetesObject[],
  deployment: KubernetesObject,
): string | undefined {
  const created = newest.metadata?.creationTimestamp ?? '';
  const isYoungest = sorted.every((entry) => (entry.metadata?.creationTimestamp ?? '') <= created);
  return isYoungest && created !== '' ? created : sorted.length === 1 ? deployment.metadata?.creationTimestamp : undefined;
}

/**
 * How two pod templates differ, containers, variables and volumes compared by name.
 */
export function templateDifferences(before: unknown, after: unknown): Difference[] {
  const was = flattened(before);
  const is = flattened(after);
  return [...new Set([...is.keys(), ...was.keys()])].flatMap((path): Difference[] => {
    const [old, young] = [was.get(path), is.get(path)];
    if (old === young) return [];
    return [
      {
        path,
        was: shortened(old),
        is: shortened(young),
        sort: old === undefined ? 'added' : young === undefined ? 'removed' : 'changed',
      },
    ];
  });
}

/** Labels and annotations that controllers and kubectl write, which change with every revision. */
const OWN_MARKS: ReadonlySet<string> = new Set(['pod-template-hash']);

function flattened(template: unknown): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(mapAt(template, 'metadata', 'labels')))
    if (!OWN_MARKS.has(key)) flat.set(`labels.${key}`, value);
  for (const [key, value] of Object.entries(mapAt(template, 'metadata', 'annotations'))) flat.set(`annotations.${key}`, value);
  const spec = at(template, 'spec');
  for (const [key, value] of Object.entries((spec ?? {}) as Record<string, unknown>)) {
    if (key === 'containers' || key === 'initContainers') addContainers(flat, listAt(spec, key));
    else if (key === 'volumes')
      for (const volume of listAt(spec, key)) flat.set(`volumes.${textAt(volume, 'name') ?? ''}`, shown(volume));
    else flat.set(key, shown(value));
  }
  return flat;
}

function addContainers(flat: Map<string, string>, containers: readonly unknown[]): void {
  for (const container of containers) {
    const name = textAt(container, 'name') ?? '';
    for (const [key, value] of Object.entries((container ?? {}) as Record<string, unknown>)) {
      if (key === 'name') continue;
      if (key === 'env')
        for (const entry of listAt(container, key)) flat.set(`${name}.env.${textAt(entry, 'name') ?? ''}`, variable(entry));
      else if (key === 'resources') addResources(flat, name, value);
      else flat.set(`${name}.${key}`, shown(value));
    }
  }
}

function addResources(flat: Map<string, string>, name: string, resources: unknown): void {
  for (const sort of ['requests', 'limits']) {
    for (const [resource, amount] of Object.entries(mapAt(resources, sort))) flat.set(`${name}.${sort}.${resource}`, amount);
  }
}

function variable(entry: unknown): string {
  return textAt(entry, 'value') ?? shown(at(entry, 'valueFrom') ?? '');
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shortened(text: string | undefined): string | undefined {
  return text === undefined || text.length <= VALUE ? text : `${text.slice(0, VALUE)}…`;
}
