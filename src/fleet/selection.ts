import { namePattern } from '../access/index.ts';
import { didYouMean, quoted, UsageError } from '../platform/index.ts';

/** What a selection looks at. */
export interface Selectable {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * The clusters that an argument means: a name, several by comma (`a,b`, `prod-*`), `*` for all, or a label match
 * (`environment=prod,region!=eu`); without an argument the current one.
 * @param current the one that is meant when none is named; the configuration may name one that there is not
 * @returns names, each once, in the order in which the clusters are configured
 * @throws UsageError with the nearest name, or when nothing matches
 */
export function selectClusters(
  text: string | undefined,
  clusters: readonly Selectable[],
  current: string | undefined,
): readonly string[] {
  if (clusters.length === 0) {
    throw new UsageError('No cluster is configured: there is no kubeconfig with contexts, and this process runs in no pod.', {
      code: 'no-cluster',
      advice: 'Set KUBECONFIG, or start with --kubeconfig FILE.',
    });
  }
  const names = clusters.map((cluster) => cluster.name);
  if (text === undefined) return [currentOf(names, current)];
  // A context may be named anything, signs of our own included.
  if (names.includes(text)) return [text];
  const parts = text.split(',').flatMap((part) => part.trim() || []);
  if (parts.length > 0 && parts.every((part) => part.includes('=') && !names.includes(part))) return byLabels(parts, clusters);
  const wanted = new Set<string>();
  for (const part of parts) {
    const pattern = namePattern(part);
    const found = names.filter((name) => pattern.matches(name));
    if (found.length === 0) throw unknown(part, names);
    for (const name of found) wanted.add(name);
  }
  if (wanted.size === 0) throw unknown(text, names);
  return names.filter((name) => wanted.has(name));
}

function currentOf(names: readonly string[], current: string | undefined): string {
  if (current !== undefined && names.includes(current)) return current;
  if (current !== undefined) throw unknown(current, names);
  throw new UsageError(`No cluster was named, and none is current. Clusters: ${shown(names)}.`, {
    code: 'no-cluster',
    field: 'cluster',
    advice: 'Pass cluster, or choose one with kube_use.',
  });
}

function byLabels(parts: readonly string[], clusters: readonly Selectable[]): readonly string[] {
  const conditions = parts.map((part) => {
    const match = /^([^=!]+?)\s*(!=|==?)\s*(.*)$/.exec(part);
    if (match === null)
      throw new UsageError(`${quoted(part, 60)} is no label match such as environment=prod.`, {
        code: 'invalid-argument',
        field: 'cluster',
      });
    const [, key = '', sign, value = ''] = match;
    return { key, equal: sign !== '!=', value };
  });
  const found = clusters.filter(({ labels }) => conditions.every(({ key, equal, value }) => (labels?.[key] === value) === equal));
  if (found.length > 0) return found.map((cluster) => cluster.name);
  const known = [
    ...new Set(clusters.flatMap(({ labels }) => Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`))),
  ];
  throw new UsageError(`No cluster matches ${quoted(parts.join(','), 100)}${didYouMean(parts[0] ?? '', known) || '.'}`, {
    code: 'unknown-cluster',
    field: 'cluster',
    advice: known.length === 0 ? 'No cluster has labels; they are given in the configuration file.' : `Labels: ${shown(known)}.`,
  });
}

function unknown(name: string, names: readonly string[]): UsageError {
  return new UsageError(
    `No cluster ${quoted(name, 80)}${didYouMean(name.slice(0, 80), names) || '.'} Clusters: ${shown(names)}.`,
    {
      code: 'unknown-cluster',
      field: 'cluster',
    },
  );
}

function shown(names: readonly string[]): string {
  return names.length > 20 ? `${names.slice(0, 20).join(', ')}, and ${names.length - 20} more` : names.join(', ');
}
