import type { Connection, KindIndex, ResourceKind } from '../kubernetes/index.ts';
import { didYouMean, nearest, quoted, UsageError } from '../platform/index.ts';

/** What somebody wants to do, in the words of Kubernetes' authorisation. */
export type Action =
  | {
      readonly verb: string;
      /** Empty for the core group, `*` for all. */
      readonly group: string;
      readonly version: string;
      /** The plural, `*` for all. */
      readonly resource: string;
      readonly subresource: string;
      /** False for what has no namespace. */
      readonly namespaced: boolean;
    }
  | { readonly verb: string; readonly path: string };

/** What people say for a verb, and how Kubernetes asks it. Maps, for a word from outside may be `constructor`. */
const SAID: ReadonlyMap<string, { readonly verb: string; readonly subresource?: string }> = new Map([
  ['exec', { verb: 'create', subresource: 'exec' }],
  ['attach', { verb: 'create', subresource: 'attach' }],
  ['port-forward', { verb: 'create', subresource: 'portforward' }],
  ['portforward', { verb: 'create', subresource: 'portforward' }],
  ['logs', { verb: 'get', subresource: 'log' }],
  ['log', { verb: 'get', subresource: 'log' }],
  ['evict', { verb: 'create', subresource: 'eviction' }],
  ['scale', { verb: 'patch', subresource: 'scale' }],
  ['read', { verb: 'get' }],
  ['edit', { verb: 'patch' }],
  ['apply', { verb: 'patch' }],
  ['remove', { verb: 'delete' }],
]);

/** What people say for a subresource. */
const SUBRESOURCES: ReadonlyMap<string, string> = new Map([
  ['logs', 'log'],
  ['port-forward', 'portforward'],
  ['evict', 'eviction'],
]);

/** Verbs that some authorisers know beside those of a resource. */
const MORE_VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'use',
  'bind',
  'escalate',
  'impersonate',
  'approve',
  'sign',
  'attest',
  '*',
];

const HTTP_VERBS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', '*'];

/**
 * What a verb and a kind mean: `get` `pods/log`, `exec` `pods`, `get` `/metrics`, `*` `*`.
 * @throws UsageError for an unknown kind, subresource, or a mistyped verb
 */
export async function actionOf(connection: Connection, verb: string, kind: string, subresource?: string): Promise<Action> {
  const word = verb.trim().toLowerCase();
  if (kind.startsWith('/')) return { verb: checkedVerb(word, HTTP_VERBS), path: kind };
  const said = SAID.get(word);
  const meant = { verb: said?.verb ?? word, subresource: subresource ?? said?.subresource ?? '' };
  if (kind.trim() === '*') {
    return { ...meant, verb: checkedVerb(meant.verb, MORE_VERBS), group: '*', version: '*', resource: '*', namespaced: true };
  }
  const found = await kindAndSubresource(connection, kind.trim(), meant.subresource);
  const { group, version, resource, namespaced, verbs } = found.kind;
  const known = [...new Set([...verbs, ...MORE_VERBS])];
  return { verb: checkedVerb(meant.verb, known), group, version, resource, namespaced, subresource: found.subresource };
}

/** A verb may be any word, but one that is nearly a known one is a mistake, and a "no" to it would mislead. */
function checkedVerb(verb: string, known: readonly string[]): string {
  const [close] = known.includes(verb) ? [] : nearest(verb, [...known, ...SAID.keys()]);
  if (close === undefined) return verb;
  throw new UsageError(`No verb ${quoted(verb, 40)}; did you mean "${close}"?`, { code: 'unknown-verb', field: 'verb' });
}

async function kindAndSubresource(
  connection: Connection,
  text: string,
  wanted: string,
): Promise<{ readonly kind: ResourceKind; readonly subresource: string }> {
  const slash = text.lastIndexOf('/');
  const index = await connection.kinds();
  if (slash > 0 && !isKind(index, text, connection.cluster)) {
    // No group and name (`apps/deployments`), so what follows the slash is a subresource (`pods/log`).
    const { kind } = await connection.resolve(text.slice(0, slash));
    return { kind, subresource: checkedSubresource(kind, text.slice(slash + 1)) };
  }
  const { kind } = await connection.resolve(text);
  return { kind, subresource: wanted === '' ? '' : checkedSubresource(kind, wanted) };
}

function isKind(index: KindIndex, text: string, cluster: string): boolean {
  try {
    index.resolve(text, cluster);
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

function checkedSubresource(kind: ResourceKind, text: string): string {
  const word = text.toLowerCase();
  const name = SUBRESOURCES.get(word) ?? word;
  if (name === '*' || kind.subresources.includes(name)) return name;
  const has = kind.subresources.length === 0 ? 'It has none.' : `It has: ${kind.subresources.join(', ')}.`;
  throw new UsageError(
    `${kind.resource} have no subresource ${quoted(text, 60)}${didYouMean(name, kind.subresources) || '.'} ${has}`,
    {
      code: 'unknown-subresource',
      field: 'subresource',
      advice: 'The name of one object goes into "name".',
    },
  );
}
