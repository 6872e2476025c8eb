import { nearest, quoted, UsageError } from '../platform/index.ts';
import type { Discovered, ResourceKind } from './discovery.ts';
import { apiVersionOf } from './request.ts';

/** What a name of a kind stands for on one cluster. */
export interface ResolvedKind {
  readonly kind: ResourceKind;
  /** Kinds of other groups that bear the same name and were not chosen. */
  readonly others: readonly ResourceKind[];
}

/** Everything that one API server serves, to be looked up by any name that kubectl accepts. */
export class KindIndex {
  readonly kinds: readonly ResourceKind[];
  readonly broken: readonly string[];
  readonly #byName = new Map<string, ResourceKind[]>();
  readonly #byCategory = new Map<string, ResourceKind[]>();

  constructor(discovered: Discovered) {
    this.kinds = discovered.kinds;
    this.broken = discovered.broken;
    // In the order of what wins when two resources share a name: full names before short ones, as kubectl has it.
    for (const kind of discovered.kinds) for (const name of fullNames(kind)) addTo(this.#byName, name, kind);
    for (const kind of discovered.kinds) {
      const full = fullNames(kind);
      for (const name of kind.shortNames) if (!full.has(name)) addTo(this.#byName, name, kind);
      if (kind.preferred) for (const category of kind.categories) addTo(this.#byCategory, category, kind);
    }
  }

  /** The kind of an object: `apps/v1`, `Deployment`. */
  ofObject(apiVersion: string, kind: string): ResourceKind | undefined {
    return this.kinds.find((candidate) => candidate.kind === kind && apiVersionOf(candidate) === apiVersion);
  }

  /**
   * Finds a kind by plural, singular, kind or short name, in any case, alone or with its group and version:
   * `pods`, `Deployment`, `deploy`, `deployments.apps`, `deployments.v1.apps`, `apps/v1/Deployment`, `apps/deployments`.
   *
   * A name that several groups serve means the one that the server lists first, as kubectl has it.
   * @throws UsageError (`unknown-kind`) with the nearest names
   */
  resolve(text: string, cluster: string): ResolvedKind {
    const found = this.#lookUp(text.trim().toLowerCase());
    const [kind] = found;
    if (kind === undefined) throw this.#unknown(text, cluster);
    const others = found.filter((other) => other.group !== kind.group && other.preferred);
    return { kind, others };
  }

  /** The kinds of a comma-separated list; a category (`all`) stands for all its kinds. Each once. */
  resolveMany(text: string, cluster: string): ResolvedKind[] {
    const names = text.split(',').filter((name) => name.trim() !== '');
    if (names.length === 0)
      throw new UsageError('No kind was named.', { code: 'unknown-kind', field: 'kind', advice: 'Name one, e.g. "pods".' });
    const resolved = new Map<ResourceKind, ResolvedKind>();
    for (const name of names) {
      const category = this.#byCategory.get(name.trim().toLowerCase());
      const kinds = category === undefined ? [this.resolve(name, cluster)] : category.map((kind) => ({ kind, others: [] }));
      for (const entry of kinds) if (!resolved.has(entry.kind)) resolved.set(entry.kind, entry);
    }
    return [...resolved.values()];
  }

  #lookUp(text: string): readonly ResourceKind[] {
    if (text.includes('/')) {
      const parts = text.split('/');
      const name = parts.pop() ?? '';
      const named = this.#byName.get(name) ?? [];
      return named.filter((kind) => {
        const [first, second] = parts;
        if (parts.length === 2) return kind.group === first && kind.version === second;
        return parts.length === 1 && inGroupOrCore(kind, first);
      });
    }
    const plain = this.#byName.get(text);
    if (plain !== undefined) return preferredFirst(plain);
    const dot = text.indexOf('.');
    if (dot === -1) return [];
    const named = this.#byName.get(text.slice(0, dot)) ?? [];
    const group = text.slice(dot + 1);
    const inGroup = named.filter((kind) => kind.group === group || (group === 'core' && kind.group === ''));
    if (inGroup.length > 0) return preferredFirst(inGroup);
    return named.filter((kind) => `${kind.version}.${kind.group}` === group || (kind.group === '' && kind.version === group));
  }

  #unknown(text: string, cluster: string): UsageError {
    const [kind = '', name, ...more] = text.split('/');
    if (name !== undefined && more.length === 0 && this.#lookUp(kind.toLowerCase()).length > 0) {
      const says = `No kind ${quoted(text, 80)} on cluster ${cluster}: ${quoted(kind, 80)} is one.`;
      return new UsageError(says, {
        code: 'unknown-kind',
        field: 'kind',
        advice: `If ${quoted(name, 80)} is a name, give it as "name".`,
      });
    }
    const bare = text.toLowerCase().split('/').pop()?.split('.')[0] ?? '';
    const names = [...this.#byName].filter(([, kinds]) => kinds.some((kind) => kind.preferred)).map(([name]) => name);
    const seen = new Set<ResourceKind>();
    const close = [
      ...(this.#byName.get(bare) ?? []),
      ...nearest(bare, names, 6).flatMap((name) => this.#byName.get(name)?.[0] ?? []),
    ]
      .filter((kind) => !seen.has(kind) && seen.add(kind))
      .slice(0, 3);
    const hints = close.map((kind) => {
      const short = kind.shortNames.length === 0 ? '' : `, short "${kind.shortNames[0]}"`;
      return `${kind.resource} (${apiVersionOf(kind)}${short})`;
    });
    const broken =
      this.broken.length === 0 ? '' : ` These API groups do not answer now, it may be in one of them: ${this.broken.join(', ')}.`;
    return new UsageError(
      `No kind ${quoted(text, 80)} on cluster ${cluster}.${hints.length === 0 ? '' : ` Nearest: ${hints.join(', ')}.`}${broken}`,
      {
        code: 'unknown-kind',
        field: 'kind',
        advice: hints.length === 0 ? 'kube_kinds lists what the cluster serves.' : undefined,
      },
    );
  }
}

/** True for `apps/deployments` as well as for `v1/pods` and `core/pods`. */
function inGroupOrCore(kind: ResourceKind, text: string | undefined): boolean {
  return kind.group === text || (kind.group === '' && (kind.version === text || text === 'core'));
}

function fullNames(kind: ResourceKind): ReadonlySet<string> {
  return new Set([kind.resource, kind.singular, kind.kind.toLowerCase()].filter((name) => name !== ''));
}

/** Within each group the preferred version stands first; the order of the groups stays the server's. */
function preferredFirst(kinds: readonly ResourceKind[]): readonly ResourceKind[] {
  const groups = [...new Set(kinds.map((kind) => kind.group))];
  return groups.flatMap((group) => {
    const ofGroup = kinds.filter((kind) => kind.group === group);
    return [...ofGroup.filter((kind) => kind.preferred), ...ofGroup.filter((kind) => !kind.preferred)];
  });
}

function addTo(index: Map<string, ResourceKind[]>, name: string, kind: ResourceKind): void {
  const found = index.get(name);
  if (found === undefined) index.set(name, [kind]);
  else found.push(kind);
}
