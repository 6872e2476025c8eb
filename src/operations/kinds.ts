import { apiVersionOf, type Connection, type ResourceKind } from '../kubernetes/index.ts';
import { didYouMean, quoted, UsageError } from '../platform/index.ts';
import { nearestKinds, rankKinds } from './kinds-search.ts';

/** Which resources of an API server. Everything that is given must hold. */
export interface KindsQuestion {
  /** Words, each of which must occur in a name, kind, short name, group or category. */
  readonly search?: string | undefined;
  /** `apps`, `apps/v1`; `core`, `v1` or an empty text for the core group. With a version: what that version serves. */
  readonly group?: string | undefined;
  readonly namespaced?: boolean | undefined;
  /** Verbs that a resource must know, all of them. */
  readonly verbs?: readonly string[] | undefined;
}

/** A resource in the version that the server prefers, or in the one that was asked for. */
export interface KindFound extends ResourceKind {
  /** The other versions in which it is served as well. */
  readonly otherVersions: readonly string[];
}

export interface KindsFound {
  /** In the server's order of groups, by name within one; the best matches first when something was searched. */
  readonly kinds: readonly KindFound[];
  /** How many resources the server has in all. */
  readonly served: number;
  /** Group versions that are announced and do not answer. */
  readonly broken: readonly string[];
  /** When nothing matches the search: what comes closest. */
  readonly nearest: readonly KindFound[];
}

/**
 * What an API server serves, from the cached discovery.
 * @throws UsageError for a group that does not exist or a verb that nothing knows
 */
export async function findKinds(connection: Connection, question: KindsQuestion = {}): Promise<KindsFound> {
  const first = await look(connection, question);
  const { search } = question;
  if (search === undefined || first.kinds.length > 0) return first;
  // A CRD may be newer than the cached discovery; an unknown name makes the connection ask again.
  const known = await connection.resolve(search).catch(() => undefined);
  return known === undefined ? first : look(connection, question);
}

async function look(connection: Connection, question: KindsQuestion): Promise<KindsFound> {
  const index = await connection.kinds();
  const all = oncePerResource(index.kinds);
  const inGroup = question.group === undefined ? all : ofGroup(question.group, index.kinds, index.broken, connection.cluster);
  checkVerbs(question.verbs ?? [], index.kinds);
  const wanted = inGroup.filter(
    (kind) =>
      (question.namespaced === undefined || kind.namespaced === question.namespaced) &&
      (question.verbs ?? []).every((verb) => kind.verbs.includes(verb)),
  );
  const { search } = question;
  const kinds = search === undefined ? sorted(wanted) : rankKinds(search, wanted);
  return {
    kinds,
    served: all.length,
    broken: index.broken,
    nearest: search === undefined || kinds.length > 0 ? [] : nearestKinds(search, all),
  };
}

/** Each resource once, in the first version the server lists, which is the preferred one wherever that has it. */
function oncePerResource(kinds: readonly ResourceKind[]): KindFound[] {
  const found = new Map<string, { kind: ResourceKind; versions: string[] }>();
  for (const kind of kinds) {
    const key = `${kind.group}/${kind.resource}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { kind, versions: [] });
    else known.versions.push(kind.version);
  }
  return [...found.values()].map(({ kind, versions }) => withVersions(kind, versions));
}

function withVersions(kind: ResourceKind, otherVersions: readonly string[]): KindFound {
  return { ...kind, otherVersions };
}

function ofGroup(text: string, kinds: readonly ResourceKind[], broken: readonly string[], cluster: string): KindFound[] {
  const [name = '', version] = text.trim().toLowerCase().split('/');
  const core = name === 'core' || name === '' || (version === undefined && /^v\d/.test(name));
  const group = core ? '' : name;
  const wanted = core && /^v\d/.test(name) ? name : version;
  const ofGroup = oncePerResource(
    kinds.filter((kind) => kind.group === group && (wanted === undefined || kind.version === wanted)),
  );
  const isBroken = broken.some((entry) => entry === text || entry.startsWith(`${group}/`));
  if (ofGroup.length > 0 || isBroken) {
    if (wanted === undefined) return ofGroup;
    const versions = (kind: KindFound): string[] =>
      kinds.flatMap((other) =>
        other.group === group && other.resource === kind.resource && other.version !== wanted ? other.version : [],
      );
    return ofGroup.map((kind) => withVersions(kind, versions(kind)));
  }
  const names = [...new Set(kinds.flatMap((kind) => [kind.group === '' ? 'core' : kind.group, apiVersionOf(kind)]))];
  const versions = names.filter((entry) => entry.startsWith(`${group}/`));
  const hint = versions.length > 0 ? ` It is served as ${versions.join(', ')}.` : didYouMean(name, names) || '.';
  throw new UsageError(`No API group ${quoted(text, 80)} on cluster ${cluster}${versions.length > 0 ? '.' : ''}${hint}`, {
    code: 'unknown-group',
    field: 'group',
    advice: versions.length > 0 ? undefined : 'Leave "group" out and use "search" to look through all groups.',
  });
}

function checkVerbs(verbs: readonly string[], kinds: readonly ResourceKind[]): void {
  const known = new Set(kinds.flatMap((kind) => kind.verbs));
  for (const verb of verbs) {
    if (known.has(verb)) continue;
    throw new UsageError(
      `Nothing knows the verb ${quoted(verb, 40)}${didYouMean(verb, known) || '.'} Verbs: ${[...known].join(', ')}.`,
      {
        code: 'unknown-verb',
        field: 'verbs',
      },
    );
  }
}

/** The server's order of groups and versions is kept; the resources within one stand by name. */
function sorted(kinds: readonly KindFound[]): KindFound[] {
  const order = new Map<string, number>();
  for (const kind of kinds) if (!order.has(apiVersionOf(kind))) order.set(apiVersionOf(kind), order.size);
  const place = (kind: KindFound): number => order.get(apiVersionOf(kind)) ?? 0;
  return kinds.toSorted((a, b) => place(a) - place(b) || compare(a.resource, b.resource));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
