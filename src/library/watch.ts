import {
  errorFromAnswer,
  isKubernetesError,
  KubernetesError,
  listMetadata,
  numberAt,
  textAt,
  watchObjects,
  type KubernetesObject,
} from '../kubernetes/index.ts';
import { systemClock, type Clock } from '../platform/index.ts';
import type { ListOptions, Site } from './place.ts';

export interface WatchOptions extends Omit<ListOptions, 'limit'> {
  /** One, or `*` for all. @default the client's, else the context's, else `default` */
  readonly namespace?: string | undefined;
  /** Where to begin: that of a list, or of an object. @default now */
  readonly resourceVersion?: string | undefined;
}

/** One change of one object. A deleted one is as it was last. */
export interface ResourceEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
}

/** Seconds that one stream may last; the server ends it then, and a connection that died unnoticed is given up soon after. */
const STREAM = 240;
const GIVEN_UP_AFTER = (STREAM + 30) * 1_000;

/** Milliseconds before a broken stream is opened again: doubled up to the second, and begun anew when something came. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;

/** What is said to the watch alone, and goes on with the next stream. */
const PASSING = ['unreachable', 'timeout', 'throttled', 'server', 'bad-answer'] as const;

/** The changes of one list, over as many streams as it takes. */
export async function* watchFrom(
  { connection, kind }: Site,
  namespace: string | undefined,
  options: WatchOptions,
  clock: Clock = systemClock,
): AsyncGenerator<ResourceEvent<KubernetesObject>, void, undefined> {
  const { labels, fields, signal } = options;
  const selection = { namespace, labels, fields };
  // The version of a list, and of no object, is one that a watch can surely begin at.
  let version =
    options.resourceVersion ?? (await listMetadata(connection, kind, { ...selection, limit: 1 })).metadata.resourceVersion;
  let pause = FIRST_PAUSE;
  for (;;) {
    signal?.throwIfAborted();
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), GIVEN_UP_AFTER);
    const stream = connection.during({
      ...connection.call,
      signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
    });
    try {
      const from = version === undefined ? {} : { resourceVersion: version };
      for await (const event of watchObjects(stream, kind, { ...selection, ...from, timeoutSeconds: STREAM })) {
        if (event.type === 'ERROR') throw streamError(event.object, connection.cluster, kind.resource);
        version = textAt(event.object, 'metadata', 'resourceVersion') ?? version;
        pause = FIRST_PAUSE;
        if (event.type !== 'BOOKMARK') yield { type: event.type, object: event.object };
      }
      // A stream that ended without a word might do so again at once.
      await clock.sleep(pause, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!silence.signal.aborted && !isKubernetesError(error, ...PASSING))
        throw explained(error, connection.cluster, kind.resource);
      await clock.sleep(pause, signal);
    } finally {
      clearTimeout(timer);
    }
    pause = Math.min(LONGEST_PAUSE, pause * 2);
  }
}

/** An error that came inside the stream: a Status. */
function streamError(status: unknown, cluster: string, resource: string): KubernetesError {
  return errorFromAnswer(numberAt(status, 'code') ?? 500, status, { cluster, resource, verb: 'watch' });
}

function explained(error: unknown, cluster: string, resource: string): unknown {
  if (!isKubernetesError(error, 'expired')) return error;
  return new KubernetesError(
    'expired',
    `The watch of ${resource} (cluster ${cluster}) is too far behind: the changes in between are gone.`,
    {
      status: error.status,
      reason: error.reason,
      serverMessage: error.serverMessage,
      scene: error.scene,
      advice: 'List again, and watch from the resourceVersion of that list.',
      cause: error,
    },
  );
}
