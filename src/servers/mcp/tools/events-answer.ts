import { blocks, count, oneLine, table, thousands, type Answer, type Cell, type JsonObject } from '../../../answers/index.ts';
import type { EventGroup, EventsFound } from '../../../operations/index.ts';
import { nearest, shortDuration } from '../../../platform/index.ts';
import { inAllRows } from './in-all-rows.ts';
import { pageData, withCursor, type Page } from './paging.ts';

export interface EventsScene {
  /** `in namespace shop of cluster test`. */
  readonly place: string;
  readonly cluster: string;
  /** What narrows, in words: `about Pod/api-0`, `type Warning`, `since 1h`. */
  readonly narrowed: readonly string[];
  /** The reasons asked for. */
  readonly reasons: readonly string[];
  readonly page: Page;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Where the next page begins: behind this group, or behind its time when it has changed since. */
type Place = readonly [last: number, key: string, firstAsked: number];

/** Events, newest first; warnings are counted in the head line whatever the page. */
export function eventsAnswer(found: EventsFound, scene: EventsScene): Answer {
  // The signature of the cursor says that we made it ourselves.
  const place = scene.page.after as unknown as Place | undefined;
  const left = place === undefined ? found.groups : found.groups.filter((group) => isAfter(group, place));
  const wanted = left.slice(0, scene.page.limit);
  const asked = place?.[2] ?? scene.now;
  const cursor = (shown: number): string | undefined => {
    const last = wanted[shown - 1];
    return last === undefined || shown >= left.length ? undefined : scene.page.mint([last.last, last.key, asked]);
  };
  const newer = place === undefined ? 0 : found.groups.filter((group) => group.last > place[2]).length;
  return {
    text(budget) {
      const said = budget.spend(blocks(headOf(found, scene), notesOf(found, scene, newer)));
      const room = budget.reserve(30);
      const made = withCursor(
        budget,
        (rest) =>
          table(
            COLUMNS,
            wanted.map((group) => rowOf(group, scene.now)),
            rest,
          ),
        ({ shown }) => cursor(shown),
      );
      room();
      // That everything happened once is what a reader expects.
      const telling = made.constants.filter(({ name, value }) => !(name === 'COUNT' && value === '1'));
      const common = inAllRows(telling, [scene.place, ...scene.narrowed].join(' '));
      const missing = left.length - made.shown;
      return blocks(said, common, made.text, missing > 0 && `… ${thousands(missing)} more rows`, made.nextLine);
    },
    data: (budget) => ({
      cluster: scene.cluster,
      total: found.events,
      warnings: found.warnings.map(({ reason, count, objects }) => ({ reason, count, objects })),
      ...(found.incomplete && { incomplete: true, read: found.read }),
      ...(found.earlier > 0 && { earlier: found.earlier }),
      ...(found.gone.length > 0 && { gone: found.gone }),
      ...(found.reasonsThere.length > 0 && { reasonsThere: found.reasonsThere }),
      ...(newer > 0 && { newer }),
      ...pageData('events', wanted, dataOf, budget, cursor),
    }),
  };
}

function isAfter(group: EventGroup, [last, key]: Place): boolean {
  return group.last < last || (group.last === last && group.key > key);
}

/** Reasons named in the head line at most. */
const REASONS = 6;

function headOf(found: EventsFound, scene: EventsScene): string {
  const what = scene.narrowed.length === 0 ? '' : ` (${scene.narrowed.join(', ')})`;
  if (found.events === 0) return `No events ${scene.place}${what}.`;
  const warnings = found.warnings.reduce((sum, warning) => sum + warning.count, 0);
  const named = found.warnings.slice(0, REASONS).map(({ reason, count, objects }) => {
    return `${oneLine(reason, 60)} ×${thousands(count)}${objects > 1 ? ` on ${thousands(objects)} objects` : ''}`;
  });
  if (found.warnings.length > REASONS) named.push(`${found.warnings.length - REASONS} more reasons`);
  const told = warnings === 0 ? 'no warnings' : `warnings: ${named.join(', ')}`;
  return `${count(found.events, 'event')} ${scene.place}${what}, newest first; ${told}.`;
}

function notesOf(found: EventsFound, scene: EventsScene, newer: number): string {
  const { earlier, gone, reasonsThere, incomplete, read } = found;
  const names = gone.map((name) => oneLine(name)).join(', ');
  return blocks(
    gone.length > 0 &&
      (found.events > 0 ? `Not there now: ${names}; the events are what is left of it.` : `Not there now: ${names}.`),
    earlier > 0 && `${count(earlier, 'event')} of an earlier object of the same name left out.`,
    reasonsThere.length > 0 && reasonsLine(scene.reasons, reasonsThere),
    incomplete &&
      `Only ${thousands(read)} events were read of more. The server lists them by name, not by time, so newer ones may be missing: name a namespace, kind, name or type.`,
    newer > 0 && `${count(newer, 'row')} changed since the first page; ask without cursor to see ${newer === 1 ? 'it' : 'them'}.`,
  );
}

function reasonsLine(wanted: readonly string[], there: readonly string[]): string {
  const close = wanted.flatMap((reason) => nearest(reason, there));
  const meant = close.length === 0 ? '' : `Nearest: ${close.join(', ')}. `;
  return `${meant}Reasons there are: ${there.map((reason) => oneLine(reason, 60)).join(', ')}.`;
}

const COLUMNS = [
  { name: 'LAST', pin: true },
  { name: 'COUNT', kind: 'number' },
  { name: 'TYPE' },
  { name: 'REASON', max: 60 },
  { name: 'NAMESPACE' },
  { name: 'OBJECT', max: 180 },
  { name: 'MESSAGE', kind: 'free', max: 180 },
] as const;

function rowOf(group: EventGroup, now: number): Cell[] {
  const { type, reason, message, last } = group;
  const where = group.namespaces > 1 ? `${thousands(group.namespaces)} namespaces` : (group.namespace ?? '');
  return [last === 0 ? '' : shortDuration((now - last) / 1000), group.count, type, reason, where, objectOf(group), message];
}

/** `Pod/web-7d4b9c6f5d-* ×12`. */
function objectOf({ kind, name, objects }: EventGroup): string {
  return `${kind}${name === '' ? '' : `/${name}`}${objects > 1 ? ` ×${thousands(objects)}` : ''}`;
}

function dataOf(group: EventGroup): JsonObject {
  const { type, reason, message, kind, name, objects, namespaces, source } = group;
  return {
    last: timeOf(group.last),
    first: timeOf(group.first),
    count: group.count,
    type,
    reason,
    kind,
    namespace: group.namespace ?? null,
    name,
    objects,
    ...(namespaces > 1 && { namespaces }),
    message: oneLine(message, 1_000),
    ...(source !== '' && { source }),
  };
}

function timeOf(milliseconds: number): string | null {
  return milliseconds === 0 ? null : new Date(milliseconds).toISOString();
}
