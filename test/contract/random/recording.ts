import { textAt } from '../../../src/kubernetes/index.ts';
import type { Place } from '../harness/index.ts';
import { LABEL } from './operation.ts';
import { ROOT_CA, type Side } from './side.ts';
import { apiVersionOf, collectionOf, type Subject } from './subjects.ts';

/** What a watch was told of each object, in order. */
type Told = Readonly<Record<string, readonly unknown[]>>;

/** Watches that run beside the operations. */
export interface Recording {
  /** From now on; what is there comes first. */
  start(subject: Subject, labels: string): Promise<void>;
  /** What each watch was told, once all have been told of a last object. */
  finish(): Promise<readonly Told[]>;
}

/** Begins the names of those that come last: one with the label that selectors are about, one without. */
const LAST = 'last';

const INITIAL_EVENTS = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' };

/**
 * What was told of what the operations did, and that objects were deleted. What a garbage collector does until it deletes
 * one is its own affair: whether it takes a reference away first, or asks for dependents to be deleted first, is a race in
 * a real cluster, with itself. What it leaves is compared object by object, after each operation that gives it work.
 */
function askedFor(told: Told, side: Side): Told {
  const isAskedFor = (event: unknown): boolean =>
    textAt(event, 'type') !== 'MODIFIED' || side.hasAnswered(textAt(event, 'object', 'metadata', 'resourceVersion') ?? '');
  const shown = (event: unknown): unknown => {
    const type = textAt(event, 'type');
    return type === 'DELETED' ? { type } : side.show(event);
  };
  return Object.fromEntries(Object.entries(told).map(([name, events]) => [name, events.filter(isAskedFor).map(shown)]));
}

export function recordWatches({ connection, namespace, ask }: Place, side: Side): Recording {
  const watches: { readonly subject: Subject; readonly done: Promise<Record<string, unknown[]>> }[] = [];

  async function follow(subject: Subject, labels: string, begun: () => void): Promise<Record<string, unknown[]>> {
    const { group, version, resource } = subject;
    const query = { ...INITIAL_EVENTS, ...(labels !== '' && { labelSelector: labels }) };
    const told: Record<string, unknown[]> = {};
    for await (const event of connection.lines({ verb: 'watch', group, version, resource, namespace, query })) {
      const name = textAt(event, 'object', 'metadata', 'name') ?? '';
      if (name.startsWith(LAST)) break;
      if (textAt(event, 'type') === 'BOOKMARK') begun();
      else if (name !== ROOT_CA) (told[name] ??= []).push(event);
    }
    return told;
  }

  return {
    start: (subject, labels) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const done = follow(subject, labels, resolve);
      done.catch(reject);
      watches.push({ subject, done });
      return promise;
    },
    finish: async () => {
      for (const subject of new Set(watches.map((watch) => watch.subject))) {
        for (const labels of [{}, { [LABEL]: '1' }]) {
          const metadata = { name: `${LAST}-${Object.keys(labels).length}`, labels };
          const body = { apiVersion: apiVersionOf(subject), kind: subject.kind, metadata, ...subject.least };
          await ask(`POST ${collectionOf(subject, namespace)}`, { body });
        }
      }
      const all = await Promise.all(watches.map(({ done }) => done));
      return all.map((told) => askedFor(told, side));
    },
  };
}
