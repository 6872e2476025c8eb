import type { KubeObject, ServedKind, StoreEvent } from '../../model.ts';
import { expired, invalid } from '../../status.ts';
import { inVersion } from '../state/conversion.ts';
import type { Change } from '../state/history.ts';
import { apiVersionOf, resourceName, shelfOf } from '../state/registry.ts';
import { numberIn, revisionIn } from './list.ts';
import { showObject } from './represent.ts';
import { isTrue } from './request.ts';
import type { Resource } from './resource.ts';
import { selectionOf, type Selection } from './selection.ts';
import { bookmarkTable, tableOf } from './table.ts';

const BOOKMARK_SECONDS = 60;
/** How long a watch lasts at least when the client does not say; up to twice as long. */
const TIMEOUT_SECONDS = 1800;
/** A client that lets this many bytes of what happens wait has stopped reading. */
const MOST_WAITING = 16 * 1024 * 1024;
const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };

type WatchType = StoreEvent['type'] | 'BOOKMARK' | 'ERROR';

/** Answers a watch: streams one JSON value a line until the client goes or the time is over. @throws StatusError (400, 422) */
export function watch(resource: Resource): void {
  const { asked, store, shown } = resource;
  const { query, response } = asked;
  const { ledger, clock } = store;
  const shelf = shelfOf(resourceName(shown.kind));
  const selection = selectionOf(resource.path, query, resource.type);
  const from = beginningOf(query);
  const timeout = numberIn(query, 'timeoutSeconds') || Math.round(TIMEOUT_SECONDS * (1 + store.random.next()));
  const bookmarks = isTrue(query.get('allowWatchBookmarks'));
  const show = shower(resource);
  // What there is at the beginning waits as that of a list does, however much it is.
  let mostWaiting = Infinity;
  const write = (type: WatchType, object: unknown): void => {
    if (response.writableLength > mostWaiting) giveUp();
    else response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const bookmark = (annotations?: Readonly<Record<string, string>>): void =>
    write('BOOKMARK', show(bookmarkOf(resource, ledger.revision, annotations), true));

  response.statusCode = 200;
  response.setHeader('content-type', 'application/json');
  response.setHeader('cache-control', 'no-cache, private');
  if (from.revision > 0 && from.revision < ledger.history.compacted) {
    write('ERROR', expired(`too old resource version: ${from.revision} (${ledger.history.compacted})`).status);
    response.end();
    return;
  }
  // The head goes out at once, since a client may wait for it and nothing may happen for long.
  response.flushHeaders();
  if (from.initial) {
    for (const stored of ledger.list(shelf, selection.namespace)) {
      const object = inVersion(shown.kind, stored);
      if (selection.takes(object)) write('ADDED', show(object));
    }
    if (from.markEnd) bookmark(INITIAL_EVENTS_END);
  } else {
    for (const change of ledger.history.since(from.revision, shelf)) tell(change);
  }
  const cancels = [ledger.listen(shelf, (event) => tell(event as Change)), clock.after(timeout * 1000, end)];
  mostWaiting = response.writableLength + MOST_WAITING;
  if (bookmarks) every(BOOKMARK_SECONDS * 1000);
  response.on('close', stop);

  function tell(change: Change): void {
    if (change.revision <= from.revision) return;
    const event = seenBy(selection, shownChange(shown.kind, change));
    if (event !== undefined) write(event.type, show(event.object));
  }
  function every(milliseconds: number): void {
    cancels[2] = clock.after(milliseconds, () => {
      bookmark();
      every(milliseconds);
    });
  }
  function stop(): void {
    for (const cancel of cancels) cancel();
  }
  function end(): void {
    stop();
    response.end();
  }
  /** An end would wait for its turn behind all that is not read. */
  function giveUp(): void {
    stop();
    response.destroy();
  }
}

interface Beginning {
  readonly revision: number;
  /** What is there is told first, as if it had just been added. */
  readonly initial: boolean;
  /** A bookmark says when that is done. */
  readonly markEnd: boolean;
}

function beginningOf(query: URLSearchParams): Beginning {
  const revision = revisionIn(query);
  const match = query.get('resourceVersionMatch') ?? '';
  const asked = query.get('sendInitialEvents');
  const options = { group: 'meta.k8s.io', kind: 'ListOptions' };
  if (asked !== null && match !== 'NotOlderThan') {
    const message = 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    throw invalid(options, '', [{ reason: 'FieldValueForbidden', message, field: 'resourceVersionMatch' }]);
  }
  if (asked === null && match !== '') {
    const message = 'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
    throw invalid(options, '', [{ reason: 'FieldValueForbidden', message, field: 'resourceVersionMatch' }]);
  }
  const initial = asked === null ? revision === 0 : isTrue(asked);
  return { revision: initial ? 0 : revision, initial, markEnd: initial && isTrue(query.get('allowWatchBookmarks')) };
}

/** A change in the version in which the watch shows its objects. */
const shownChange = (kind: ServedKind, { type, object, before }: Change): StoreEvent => ({
  type,
  object: inVersion(kind, object),
  ...(before !== undefined && { before: inVersion(kind, before) }),
});

/** What a change is to a watch with selectors: an object that comes to match was added, one that no longer does is gone. */
function seenBy({ namespace, everything, takes }: Selection, { type, object, before }: StoreEvent): StoreEvent | undefined {
  if (namespace !== undefined && namespace !== '' && object.metadata.namespace !== namespace) return undefined;
  if (everything) return { type, object };
  const took = before !== undefined && takes(before);
  const now = type !== 'DELETED' && takes(object);
  if (now) return { type: took ? 'MODIFIED' : 'ADDED', object };
  if (!took || before === undefined) return undefined;
  const { resourceVersion } = object.metadata;
  return { type: 'DELETED', object: { ...before, metadata: { ...before.metadata, resourceVersion } } };
}

function bookmarkOf({ kind }: Resource, revision: number, annotations?: Readonly<Record<string, string>>): KubeObject {
  const metadata = {
    resourceVersion: String(revision),
    ...(annotations !== undefined && { annotations }),
  };
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata } as unknown as KubeObject;
}

/** Shows objects one by one; a Table bears its columns only the first time. */
function shower({ shown }: Resource): (object: KubeObject, isBookmark?: boolean) => unknown {
  let first = true;
  return (object, isBookmark = false) => {
    if (shown.form !== 'Table') return isBookmark && shown.form === 'Object' ? object : showObject(shown, object);
    const table = isBookmark
      ? bookmarkTable(shown, object)
      : tableOf(shown, [object], { resourceVersion: object.metadata.resourceVersion });
    if (!first) return { ...table, columnDefinitions: null };
    first = false;
    return table;
  };
}
