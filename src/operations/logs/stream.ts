import { followLog, readLog, type Connection, type LogQuery } from '../../kubernetes/index.ts';
import { UsageError } from '../../platform/index.ts';
import { timeAndText } from './lines.ts';
import { findSources, isOver, type Source } from './sources.ts';

export interface LogStreamQuestion extends Pick<LogQuery, 'namespace' | 'pod' | 'previous' | 'sinceSeconds' | 'sinceTime'> {
  /** @default the pod's default container by its annotation, or its only one */
  readonly container?: string | undefined;
  /** The last so many lines. @default all */
  readonly tail?: number | undefined;
  /** Goes on with what is written, until nothing more will be. @default false */
  readonly follow?: boolean | undefined;
}

/** A line of a log, redacted. */
export interface LogEntry {
  /** RFC 3339, to the nanosecond, as the node wrote it down. */
  readonly time: string;
  readonly text: string;
}

/**
 * One log, line by line, as it is or as it is written. A connection that breaks while it is followed neither loses nor
 * repeats a line.
 * @throws KubernetesError (`not-found`), UsageError for a container that there is not, or that has no log
 */
export async function* streamLog(connection: Connection, question: LogStreamQuestion): AsyncGenerator<LogEntry, void, undefined> {
  const source = await sourceOf(connection, question);
  const { namespace, previous, sinceSeconds, sinceTime, tail } = question;
  const { pod, container } = source;
  const query: LogQuery = { namespace, pod, container, previous, sinceSeconds, sinceTime, tailLines: tail };
  if (question.follow === true) {
    for await (const piece of followLog(connection, query, { isOver: async () => isOver(connection, source) }))
      yield* entries(piece);
    return;
  }
  for await (const { text } of readLog(connection, query)) yield* entries(text);
}

/** The one container that is meant. */
async function sourceOf(connection: Connection, question: LogStreamQuestion): Promise<Source> {
  const { namespace, pod, container, previous } = question;
  const { sources, silent } = await findSources(connection, { scope: [namespace], names: [pod], container, previous });
  const [source] = sources;
  if (source !== undefined && sources.length === 1) return source;
  if (sources.length === 0) {
    const whys = silent.map((each) => `${each.container}: ${each.why}`).join(', ');
    throw new UsageError(`Pod ${pod} has no log to read (${whys || 'it has no containers'}).`, {
      code: 'no-log',
      field: 'container',
    });
  }
  throw new UsageError(`Pod ${pod} has ${sources.length} containers, and one is needed here.`, {
    code: 'missing-argument',
    field: 'container',
    advice: `Containers: ${sources.map((each) => each.container).join(', ')}.`,
  });
}

function* entries(piece: string): Generator<LogEntry, void, undefined> {
  for (const line of piece.split('\n')) {
    if (line === '') continue;
    const [time, text] = timeAndText(line);
    yield { time, text: text.endsWith('\r') ? text.slice(0, -1) : text };
  }
}
