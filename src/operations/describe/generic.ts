import { at, listAt, mapAt, textAt, type Json, type KubernetesObject } from '../../kubernetes/index.ts';
import { conditionsOf, objectTrouble } from '../trouble/index.ts';
import { eventFacts, readEvents } from './events.ts';
import type { Facts, Health } from './facts.ts';
import type { Lookup } from './lookup.ts';
import { ownersOf } from './owners.ts';
import { healthOf, type Told } from './told.ts';
import { usersOf } from './users.ts';

/** How much of an unknown kind's spec and status is told: entries a level, and levels. */
const ENTRIES = 16;
const DEPTH = 4;
const LIST = 6;
/** Longest text in it, in characters. */
const TEXT = 160;

/** Parts of a status that are told elsewhere or tell nothing. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['conditions', 'observedGeneration']);

/** Any kind: its conditions judged by convention, its spec and status in slim form, its owners. */
export async function describeAny(object: KubernetesObject, look: Lookup, now: number): Promise<Told> {
  const [events, owners] = await Promise.all([readEvents(look, object), ownersOf(look, object)]);
  const causes = objectTrouble(object, now);
  const conditions = conditionsOf(object);
  return {
    verdict: {
      health: healthOf(causes, calmHealth(object)),
      status: textAt(object, 'status', 'phase') ?? textAt(object, 'status', 'state'),
      since: causes[0]?.since,
    },
    causes,
    facts: {
      ...(at(object, 'spec') !== undefined && { spec: slimRecord(at(object, 'spec')) }),
      ...(at(object, 'status') !== undefined && { status: slimRecord(at(object, 'status'), TOLD_ELSEWHERE) }),
      conditions,
      owners,
      ...(object['spec'] === undefined && object['status'] === undefined && { spec: slimRecord(object, META) }),
    } satisfies Facts,
    events: eventFacts(events ?? [], object),
  };
}

/** Words in a phase or state that say all is well. */
const GOOD_PHASE =
  /^(?:ready|running|active|available|bound|healthy|succeeded|success|complete|completed|synced|ok|online|up|established|enabled)$/i;

/** What it is when nothing is the matter: only a status that can be read makes it healthy. */
function calmHealth(object: KubernetesObject): Health {
  if (object.metadata?.deletionTimestamp !== undefined) return 'terminating';
  const states = new Set(conditionsOf(object).map(({ state }) => state));
  if (states.has('bad') || states.has('unknown')) return 'progressing';
  if (states.has('good')) return 'healthy';
  const phase = textAt(object, 'status', 'phase') ?? textAt(object, 'status', 'state');
  if (phase !== undefined) return GOOD_PHASE.test(phase) ? 'healthy' : 'unknown';
  return Object.keys(at(object, 'status') ?? {}).length === 0 ? 'lasting' : 'unknown';
}

const META: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** A ConfigMap or Secret: its keys with the size of their values, never the values, and who reads it. */
export async function describeConfiguration(object: KubernetesObject, look: Lookup): Promise<Told> {
  const { namespace, name = '' } = object.metadata ?? {};
  const pods = await look.list('', 'Pod', { namespace });
  const users = (pods?.items ?? []).filter((pod) => reads(pod, object.kind === 'Secret' ? 'secret' : 'configMap', name));
  const keys = Object.entries({ ...mapAt(object, 'data'), ...mapAt(object, 'binaryData') });
  const isSecret = object.kind === 'Secret';
  return {
    verdict: { health: 'lasting' },
    causes: [],
    facts: {
      spec: {
        ...(isSecret && { type: textAt(object, 'type') ?? 'Opaque' }),
        keys: keys.slice(0, 40).map(([key, value]) => (isSecret ? key : `${key} (${value.length})`)),
        ...(keys.length > 40 && { moreKeys: keys.length - 40 }),
        ...(at(object, 'immutable') === true && { immutable: true }),
      },
      ...(pods && { usedBy: usersOf(users) }),
    },
    events: [],
  };
}

/** Whether a pod takes variables, volumes or pull credentials from it. */
function reads(pod: KubernetesObject, source: 'configMap' | 'secret', name: string): boolean {
  const volumes = listAt(pod, 'spec', 'volumes').some((volume) => {
    const own = textAt(volume, source, source === 'secret' ? 'secretName' : 'name');
    return own === name || listAt(volume, 'projected', 'sources').some((entry) => textAt(entry, source, 'name') === name);
  });
  const containers = [...listAt(pod, 'spec', 'initContainers'), ...listAt(pod, 'spec', 'containers')];
  return (
    volumes ||
    listAt(pod, 'spec', 'imagePullSecrets').some((entry) => source === 'secret' && textAt(entry, 'name') === name) ||
    containers.some(
      (container) =>
        listAt(container, 'envFrom').some((entry) => textAt(entry, `${source}Ref`, 'name') === name) ||
        listAt(container, 'env').some((entry) => textAt(entry, 'valueFrom', `${source}KeyRef`, 'name') === name),
    )
  );
}

function slimRecord(value: unknown, without: ReadonlySet<string> = new Set()): Readonly<Record<string, Json>> {
  const entries = Object.entries((value ?? {}) as Record<string, unknown>).filter(([key]) => !without.has(key));
  const slim = slimmed(Object.fromEntries(entries), DEPTH);
  return typeof slim === 'object' && slim !== null && !Array.isArray(slim) ? (slim as Readonly<Record<string, Json>>) : {};
}

/** A value without what is empty, cut where it is long or deep; what is cut is said. */
function slimmed(value: unknown, depth: number): Json {
  if (typeof value === 'string') return value.length <= TEXT ? value : `${value.slice(0, TEXT)}… (${value.length} characters)`;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) {
    if (depth === 0) return `${value.length} entries`;
    const shown = value.slice(0, LIST).map((entry) => slimmed(entry, depth - 1));
    return value.length <= LIST ? shown : [...shown, `${value.length - LIST} more`];
  }
  const entries = Object.entries(value).filter(([, entry]) => !isEmpty(entry));
  if (depth === 0) return `${entries.length} fields`;
  const shown = entries.slice(0, ENTRIES).map(([key, entry]) => [key, slimmed(entry, depth - 1)] as const);
  return Object.fromEntries(entries.length <= ENTRIES ? shown : [...shown, ['…', `${entries.length - ENTRIES} more`]]);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
