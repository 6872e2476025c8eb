import { isClean } from '../../answers/index.ts';
import { getTable, isKubernetesError, NAMESPACES, type Connection, type ResourceKind } from '../../kubernetes/index.ts';
import { isFairlead } from '../../platform/index.ts';
import type { Typing } from './offer.ts';
import { NO_NAMESPACE } from './resource-uri.ts';
import type { ToolContext } from './tool.ts';

/** Milliseconds for one completion: a person is typing. */
const DEADLINE = 1_500;
/** Milliseconds for which a cluster that did not answer in time is not asked again. */
const SILENCE = 30_000;
/** Objects that are looked through; of larger namespaces, the first in the order of names. */
const MOST_OBJECTS = 1_000;

/** Finds what a variable may become: a cluster, namespace, kind or name. Best matches first. */
export type Completer = (typing: Typing, context: ToolContext) => Promise<readonly string[]>;

/**
 * Completes variables from what the clusters have. A completion never fails: what cannot be found out in time completes
 * to nothing, and a cluster that kept us waiting is left alone for a while.
 */
export function createCompleter(): Completer {
  const silentUntil = new Map<string, number>();
  return async (typing, context) => {
    let cluster: string | undefined;
    const timeUp = Promise.withResolvers<undefined>();
    const timer = setTimeout(timeUp.resolve, DEADLINE, undefined);
    const giveUp = (): readonly string[] => {
      if (cluster !== undefined) silentUntil.set(cluster, context.now() + SILENCE);
      return [];
    };
    try {
      if (typing.variable === 'cluster') {
        return matching(
          (await context.clusters()).map(({ name }) => name),
          typing.value,
        );
      }
      const connection = await context.connect(given(typing, 'cluster'));
      cluster = connection.cluster;
      if (context.now() < (silentUntil.get(cluster) ?? 0)) return [];
      const found = await Promise.race([candidates(typing, connection, context), timeUp.promise]);
      return found === undefined ? giveUp() : matching(found, typing.value);
    } catch (error) {
      context.signal.throwIfAborted();
      if (!isFairlead(error)) throw error;
      return isKubernetesError(error, 'timeout', 'unreachable') ? giveUp() : [];
    } finally {
      clearTimeout(timer);
    }
  };
}

async function candidates(typing: Typing, connection: Connection, context: ToolContext): Promise<readonly string[]> {
  if (typing.variable === 'namespace') return namesOf(connection, NAMESPACES);
  const namespace = given(typing, 'namespace');
  if (typing.variable === 'kind') return kindsOf((await connection.kinds()).kinds, namespace);
  const word = given(typing, 'kind');
  if (typing.variable !== 'name' || word === undefined) return [];
  const { kind } = await connection.resolve(word);
  if (!kind.namespaced) return namesOf(connection, kind);
  const scope = context.scope(namespace === NO_NAMESPACE ? undefined : namespace, connection);
  return scope === '*' || scope.length !== 1 ? [] : namesOf(connection, kind, scope[0]);
}

/** A variable that stands already; an empty one does not. */
function given(typing: Typing, variable: string): string | undefined {
  const value = Object.hasOwn(typing.known, variable) ? typing.known[variable] : undefined;
  return value === '' ? undefined : value;
}

async function namesOf(connection: Connection, kind: ResourceKind, namespace?: string): Promise<readonly string[]> {
  const options = { namespace, rows: 'cells', limit: MOST_OBJECTS, deadline: DEADLINE } as const;
  return (await getTable(connection, kind, options)).rows.map((row) => String(row.cells[0]));
}

/** What can be got by name: of the namespace's kinds where one stands already, of the others where there is none. */
function kindsOf(kinds: readonly ResourceKind[], namespace: string | undefined): readonly string[] {
  const groups = new Map<string, string>();
  const words = new Set<string>();
  for (const kind of kinds) {
    if (!kind.verbs.includes('get') || !kind.verbs.includes('list')) continue;
    if (namespace !== undefined && kind.namespaced === (namespace === NO_NAMESPACE)) continue;
    // The short word means the first group that has it; the others need their group with it.
    const first = groups.get(kind.resource) ?? kind.group;
    groups.set(kind.resource, first);
    words.add(first === kind.group ? kind.resource : `${kind.resource}.${kind.group}`);
  }
  return [...words];
}

/** What begins with the value, then what holds it elsewhere. */
function matching(candidates: readonly string[], value: string): readonly string[] {
  const wanted = value.toLowerCase();
  const shown = candidates.filter((name) => isClean(name) && name.toLowerCase().includes(wanted));
  const begins = (name: string): boolean => name.toLowerCase().startsWith(wanted);
  return [...shown.filter(begins), ...shown.filter((name) => !begins(name))];
}
