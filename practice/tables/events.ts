import { field, NAME, text, viewPrinter, wide, type Named } from './column.ts';
import { ageOf } from './text.ts';

interface Reference {
  readonly kind?: string;
  readonly name?: string;
  readonly fieldPath?: string;
}

interface Source {
  readonly component?: string;
  readonly host?: string;
}

/** What both versions of events say. */
interface Common extends Named {
  readonly type?: string;
  readonly reason?: string;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string | null };
  readonly reportingInstance?: string;
}

interface Event extends Common {
  readonly involvedObject?: Reference;
  readonly message?: string;
  readonly source?: Source;
  readonly count?: number;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  /** core/v1 says `reportingComponent` in JSON. */
  readonly reportingComponent?: string;
}

/** events.k8s.io/v1 tells the same in other words. */
interface NewEvent extends Common {
  readonly regarding?: Reference;
  readonly note?: string;
  readonly deprecatedSource?: Source;
  readonly deprecatedCount?: number;
  readonly deprecatedFirstTimestamp?: string | null;
  readonly deprecatedLastTimestamp?: string | null;
  readonly reportingController?: string;
}

interface EventView extends Event {
  /** Missing times count as the next one that is known. */
  readonly first: string | null | undefined;
  readonly last: string | null | undefined;
}

function viewOf(event: Event & NewEvent): EventView {
  const first = event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? event.eventTime;
  const last = event.lastTimestamp ?? event.deprecatedLastTimestamp ?? first;
  const involvedObject = event.involvedObject ?? event.regarding ?? {};
  const message = event.message ?? event.note ?? '';
  const source = event.source ?? event.deprecatedSource ?? {};
  const reportingComponent = event.reportingComponent ?? event.reportingController ?? '';
  const count = event.count ?? event.deprecatedCount ?? 0;
  return {
    ...event,
    involvedObject,
    message,
    source,
    reportingComponent,
    count: event.series === undefined ? Math.max(count, 1) : (event.series.count ?? 0),
    first,
    last: event.series === undefined ? last : event.series.lastObservedTime,
  };
}

function objectText({ involvedObject }: EventView): string {
  const { kind = '', name = '' } = involvedObject ?? {};
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

const either = (text: string | undefined, other: string | undefined): string =>
  text === undefined || text === '' ? (other ?? '') : text;

function sourceText({ source, reportingComponent, reportingInstance }: EventView): string {
  const component = either(source?.component, reportingComponent);
  const host = either(source?.host, reportingInstance);
  return host === '' ? component : `${component}, ${host}`;
}

export const EVENT = viewPrinter<EventView>(
  (object) => viewOf(object),
  [
    text('Last Seen', field('core.v1.Event.lastTimestamp'), ({ last }, now) => ageOf(last, now)),
    text('Type', field('core.v1.Event.type'), ({ type }) => type ?? ''),
    text('Reason', field('core.v1.Event.reason'), ({ reason }) => reason ?? ''),
    text('Object', field('core.v1.Event.involvedObject'), objectText),
    wide(text('Subobject', field('core.v1.ObjectReference.fieldPath'), ({ involvedObject }) => involvedObject?.fieldPath ?? '')),
    wide(text('Source', field('core.v1.Event.source'), sourceText)),
    text('Message', field('core.v1.Event.message'), ({ message }) => message?.trim() ?? ''),
    wide(text('First Seen', field('core.v1.Event.firstTimestamp'), ({ first }, now) => ageOf(first, now))),
    wide(text('Count', field('core.v1.Event.count'), ({ count }) => count ?? 1)),
    wide(NAME),
  ],
);
