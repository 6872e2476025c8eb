import type { Scope } from '../fleet/index.ts';
import {
  getObject,
  groupOf,
  isKubernetesError,
  type Connection,
  type KubernetesObject,
  type ResourceKind,
} from '../kubernetes/index.ts';
import { mapBounded } from '../platform/index.ts';
import type { EventFact } from './events-view.ts';

/** The objects that events are asked for. */
export interface About {
  readonly scope: Scope;
  readonly kinds?: readonly ResourceKind[] | undefined;
  /** `*` in a name stands for anything. */
  readonly names?: readonly string[] | undefined;
}

/** This many names are asked for one by one; more are picked out of all events. */
export const SINGLE_NAMES = 8;
/** Objects read at the same time. */
const PLACES = 4;

/** True for an event about one of the kinds and names. */
export function isAbout(event: EventFact, { kinds = [], names = [] }: About): boolean {
  const { kind, name, apiVersion } = event.object;
  const group = groupOf(apiVersion);
  const ofKind =
    kinds.length === 0 || kinds.some((wanted) => wanted.kind === kind && (apiVersion === '' || wanted.group === group));
  return ofKind && (names.length === 0 || names.some((wanted) => fits(name, wanted)));
}

/** A name against one with `*` in it; without one it must be the same. */
function fits(name: string, wanted: string): boolean {
  const [start = '', ...parts] = wanted.split('*');
  const end = parts.pop();
  if (end === undefined) return name === wanted;
  if (name.length < start.length + end.length || !name.startsWith(start) || !name.endsWith(end)) return false;
  let from = start.length;
  for (const part of parts) {
    const found = name.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return from <= name.length - end.length;
}

/** The uids by which events call an object that exists; `gone` for one that does not. By `namespace/name`. */
export type Current = ReadonlyMap<string, ReadonlySet<string> | 'gone'>;

/** What is there now of the objects asked for by name. */
export async function currentUids(connection: Connection, { scope, kinds = [], names = [] }: About): Promise<Current> {
  const [kind] = kinds;
  const exact = names.filter((name) => !name.includes('*'));
  const known = new Map<string, ReadonlySet<string> | 'gone'>();
  // In all namespaces a name means several objects: there all events of that name are wanted.
  if (kind === undefined || kinds.length > 1 || exact.length > SINGLE_NAMES || (kind.namespaced && scope === '*')) return known;
  const namespaces = kind.namespaced && scope !== '*' ? scope : [undefined];
  const targets = namespaces.flatMap((namespace) => exact.map((name) => ({ namespace, name })));
  await mapBounded(targets, PLACES, async ({ namespace, name }) => {
    const key = namespace === undefined ? name : `${namespace}/${name}`;
    try {
      known.set(key, namesOf(await getObject(connection, kind, { namespace, name, metadataOnly: true })));
    } catch (error) {
      // Whoever may read events need not be allowed to read the object; then its name has to do.
      if (isKubernetesError(error, 'not-found')) known.set(key, 'gone');
      else if (!isKubernetesError(error, 'forbidden', 'not-supported')) throw error;
    }
  });
  return known;
}

/** All that writers of events put into `uid`. The kubelet knows a node by its name, and a static pod by its hash. */
function namesOf(object: KubernetesObject): ReadonlySet<string> {
  const { uid = '', name = '', annotations = {} } = object.metadata ?? {};
  return new Set([uid, name, annotations['kubernetes.io/config.mirror'] ?? '', '']);
}

/** False for an event of an earlier object of the same name. */
export function isOfCurrent(event: EventFact, current: Current): boolean {
  const { namespace, name, uid } = event.object;
  const uids = current.get(namespace === undefined ? name : `${namespace}/${name}`) ?? current.get(name);
  return uids === undefined || uids === 'gone' || uids.has(uid ?? '');
}
