import type { Scope } from '../fleet/index.ts';
import { isKubernetesError, listPages, type Connection, type ResourceKind } from '../kubernetes/index.ts';
import { mapBounded } from '../platform/index.ts';
import { currentUids, isAbout, isOfCurrent, SINGLE_NAMES } from './events-about.ts';
import { foldEvents, type EventGroup } from './events-fold.ts';
import { eventFact, type EventFact } from './events-view.ts';

export interface EventsQuestion {
  readonly scope: Scope;
  /** Events about objects of these kinds. */
  readonly kinds?: readonly ResourceKind[] | undefined;
  /** Events about objects of these names; `*` in a name stands for anything. */
  readonly names?: readonly string[] | undefined;
  readonly type?: 'Warning' | 'Normal' | undefined;
  /** In any case: `backoff` finds `BackOff`. */
  readonly reasons?: readonly string[] | undefined;
  /** Only what happened last after this time, in milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** Stored events read at most of each list: one a namespace, and one a name where few are asked for. @default 5,000 */
  readonly most?: number | undefined;
}

/** How often a kind of warning occurred. */
export interface WarningCount {
  readonly reason: string;
  readonly count: number;
  readonly objects: number;
}

export interface EventsFound {
  /** Newest first. */
  readonly groups: readonly EventGroup[];
  /** Stored events that the groups are made of. */
  readonly events: number;
  /** Warnings by reason, the most frequent first. */
  readonly warnings: readonly WarningCount[];
  /**
   * True when there were more events than are read. The server lists events by name, so the newest may be among those that
   * were not.
   */
  readonly incomplete: boolean;
  /** Stored events that were read, whether they fit the question or not. */
  readonly read: number;
  /** Events of objects of the same name that were there before, and are gone. */
  readonly earlier: number;
  /** Names asked for of which there is no object (any more). */
  readonly gone: readonly string[];
  /** When nothing has one of the reasons asked for: the reasons that there are. */
  readonly reasonsThere: readonly string[];
}

/**
 * Events, newest first and folded, of both event APIs (which show the same objects). Events of an object that exists are
 * matched by its uid, so that those of an earlier one of the same name stay out; those of a deleted object by its name.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 * @throws KubernetesError
 */
export async function findEvents(connection: Connection, question: EventsQuestion): Promise<EventsFound> {
  const [reading, current] = await Promise.all([read(connection, question), currentUids(connection, question)]);
  const about = reading.events.filter((event) => isAbout(event, question));
  const timely = about.filter((event) => question.since === undefined || event.last >= question.since);
  const wanted = (question.reasons ?? []).map((reason) => reason.toLowerCase());
  const fitting = timely.filter(
    (event) =>
      (question.type === undefined || event.type === question.type) &&
      (wanted.length === 0 || wanted.includes(event.reason.toLowerCase())),
  );
  const own = fitting.filter((event) => isOfCurrent(event, current));
  return {
    groups: foldEvents(own, { wide: question.names === undefined }),
    events: own.length,
    warnings: countWarnings(own),
    incomplete: reading.incomplete,
    read: reading.events.length,
    earlier: fitting.length - own.length,
    gone: [...current].flatMap(([name, uids]) => (uids === 'gone' ? name : [])),
    reasonsThere: wanted.length > 0 && fitting.length === 0 ? [...new Set(timely.map((event) => event.reason))].toSorted() : [],
  };
}

const CORE = eventsIn('', 'v1');
const EVENTS = eventsIn('events.k8s.io', 'v1');

/** What these two serve is the same on every server, so no discovery is needed to ask for it. */
function eventsIn(group: string, version: string): ResourceKind {
  const named = { kind: 'Event', resource: 'events', singular: 'event', shortNames: ['ev'], categories: [] };
  return { group, version, ...named, namespaced: true, verbs: ['list'], subresources: [], preferred: true };
}

const MOST = 5_000;
const PAGE = 500;
/** Lists under way at the same time. */
const PLACES = 4;

interface Reading {
  readonly events: readonly EventFact[];
  readonly incomplete: boolean;
}

async function read(connection: Connection, question: EventsQuestion): Promise<Reading> {
  const { most = MOST } = question;
  const lists = selectionsOf(question);
  const readings = await mapBounded(lists, PLACES, async ({ namespace, fields }) => {
    try {
      return await readFrom(connection, CORE, namespace, fields, most);
    } catch (error) {
      if (!isKubernetesError(error, 'forbidden', 'not-found')) throw error;
      // A role may name only one of the two groups.
      const renamed = fields.map((field) => field.replace(/^involvedObject\./, 'regarding.'));
      return readFrom(connection, EVENTS, namespace, renamed, most).catch(() => {
        throw error;
      });
    }
  });
  return { events: readings.flatMap((part) => part.events), incomplete: readings.some((part) => part.incomplete) };
}

async function readFrom(
  connection: Connection,
  kind: ResourceKind,
  namespace: string | undefined,
  fields: readonly string[],
  most: number,
): Promise<Reading> {
  const events: EventFact[] = [];
  for await (const page of listPages(connection, kind, { namespace, fields: fields.join(','), limit: PAGE })) {
    for (const item of page.items) events.push(eventFact(item));
    const more = page.metadata.continue !== undefined && page.metadata.continue !== '';
    if (more && events.length >= most) return { events, incomplete: true };
  }
  return { events, incomplete: false };
}

/** The lists to ask for: one a namespace, and one a name where few are wanted. The server picks what it can pick. */
function selectionsOf(
  question: EventsQuestion,
): { readonly namespace: string | undefined; readonly fields: readonly string[] }[] {
  const { scope, kinds = [], names = [] } = question;
  const clusterWide = scope === '*' || (kinds.length > 0 && kinds.every((kind) => !kind.namespaced));
  // Events about objects without a namespace stand in `default`, or where their writer put them.
  const namespaces = clusterWide
    ? [undefined]
    : kinds.some((kind) => !kind.namespaced)
      ? [...new Set([...scope, 'default'])]
      : scope;
  const fields = [
    ...(kinds.length === 1 && kinds[0] !== undefined ? [`involvedObject.kind=${kinds[0].kind}`] : []),
    ...(question.type === undefined ? [] : [`type=${question.type}`]),
  ];
  const single = names.length <= SINGLE_NAMES && names.every((name) => !name.includes('*')) && names.length > 0;
  return namespaces.flatMap((namespace) =>
    single ? names.map((name) => ({ namespace, fields: [...fields, `involvedObject.name=${name}`] })) : [{ namespace, fields }],
  );
}

function countWarnings(events: readonly EventFact[]): WarningCount[] {
  const warnings = events.filter((event) => event.type === 'Warning');
  return [...Map.groupBy(warnings, (event) => event.reason)]
    .map(([reason, of]) => ({
      reason,
      count: of.reduce((sum, event) => sum + event.count, 0),
      objects: new Set(of.map((event) => `${event.object.kind}/${event.namespace}/${event.object.name}`)).size,
    }))
    .toSorted((a, b) => b.count - a.count);
}
