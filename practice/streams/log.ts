import type { Cancel, Store } from '../model.ts';
import { logOf, programOf, type ContainerLog, type Images, type LogEntry } from '../programs/index.ts';
import { environmentOf } from './environment.ts';
import { logOptions, type LogOptions } from './log-options.ts';
import { pausesUntil } from './pause.ts';
import type { Container, Pod } from './shapes.ts';
import { containerOf, loggedRun, podAt, runId, statusOf, type LoggedRun } from './target.ts';

/** As much of a server's response (of HTTP/1.1 or HTTP/2) as a log needs. */
export interface LogResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  flushHeaders(): void;
  write(chunk: string | Uint8Array): boolean;
  end(): unknown;
  on(event: 'close', listener: () => void): unknown;
  once(event: 'drain', listener: () => void): unknown;
}

/** The lines that a node keeps of a container's log; older ones have been rotated away. */
const KEPT_LINES = 100_000;

/** How many lines are written at once, before others get their turn. */
const BATCH = 1000;

/**
 * Writes a container's log as `GET …/pods/{name}/log` does.
 * @returns ends a log that is followed
 * @throws StatusError before anything is written
 */
export function writeLog(
  { store, images }: { readonly store: Store; readonly images: Images },
  address: { readonly namespace: string; readonly name: string },
  query: URLSearchParams,
  response: LogResponse,
): Cancel {
  const options = logOptions(address.name, query);
  const pod = podAt(store, address.namespace, address.name);
  const container = containerOf(pod, options.container);
  if (pod.spec.nodeName === undefined) {
    response.writeHead(204, {});
    response.end();
    return () => undefined;
  }
  const logged = loggedRun(pod, container, options.previous);
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  const view = viewOf(store, images, pod, container, logged);
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  response.on('close', stop);
  void writeLines(store, view, options, response, stopping.signal).then(() => response.end());
  return stop;
}

/** A run's log, and until when it goes. */
interface LogView {
  readonly log: ContainerLog;
  /** The last moment of which lines can be there now. */
  readonly until: () => number;
  /** Called back whenever the run may have ended, or the next line may be due. Returns nothing once it has ended. */
  readonly wait: (next: LogEntry | undefined, wake: () => void) => Cancel | undefined;
}

export function viewOf(store: Store, images: Images, pod: Pod, container: Container, logged: LoggedRun): LogView {
  const { namespace, name, uid } = pod.metadata;
  const startedAt = Date.parse(logged.run.startedAt);
  const environment = environmentOf(store, pod, container);
  const log = logOf(programOf(container.image, images, container), { startedAt, seed: logged.id, pod: name, environment });
  let finishedAt = logged.running ? undefined : Date.parse(logged.run.finishedAt ?? logged.run.startedAt);
  /** Looks whether it still runs. */
  const look = (): boolean => {
    if (finishedAt !== undefined) return false;
    const now = store.get('pods', namespace, name) as Pod | undefined;
    const status = now?.metadata.uid === uid ? statusOf(now, container.name) : undefined;
    const running = status?.state?.running;
    if (now !== undefined && running !== undefined && runId(now, container, running) === logged.id) return true;
    const ended = [status?.state?.terminated, status?.lastState?.terminated].find(
      (run) => run?.startedAt === logged.run.startedAt,
    );
    finishedAt = ended?.finishedAt === undefined ? store.clock.now() : Date.parse(ended.finishedAt);
    return false;
  };
  return {
    log,
    until: () => (look() ? store.clock.now() : (finishedAt ?? 0)),
    wait(next, wake) {
      if (!look()) return undefined;
      const cancelTimer = next === undefined ? undefined : store.clock.after(next.at - store.clock.now(), wake);
      const cancelWatch = store.watch('pods', ({ object }) => {
        if (object.metadata.uid === uid) wake();
      });
      return () => {
        cancelTimer?.();
        cancelWatch();
      };
    },
  };
}

async function writeLines(
  store: Store,
  { log, until, wait }: LogView,
  options: LogOptions,
  response: LogResponse,
  signal: AbortSignal,
): Promise<void> {
  const pause = pausesUntil(signal);
  let index = firstLine(log, log.countUntil(until()), options, store.clock.now());
  let room = options.limitBytes ?? Infinity;
  while (!signal.aborted) {
    const end = log.countUntil(until());
    while (index < end && room > 0 && !signal.aborted) {
      const batch: string[] = [];
      for (const last = Math.min(end, index + BATCH); index < last; index++) batch.push(rendered(log.line(index), options));
      const bytes = Buffer.from(batch.join('')).subarray(0, room);
      room -= bytes.length;
      if (!response.write(bytes)) await pause((wake) => drained(response, wake));
    }
    if (!options.follow || room <= 0) return;
    const goesOn = await pause((wake) => wait(log.line(index), wake));
    // When it has ended just now, it may have done so with last lines.
    if (!goesOn && log.countUntil(until()) <= index) return;
  }
}

function drained(response: LogResponse, wake: () => void): Cancel {
  response.once('drain', wake);
  return () => undefined;
}

/** Where a log starts: the last lines first, and of these the ones that are new enough. */
function firstLine(log: ContainerLog, count: number, { tailLines, since }: LogOptions, now: number): number {
  const kept = Math.max(0, count - Math.min(tailLines ?? KEPT_LINES, KEPT_LINES));
  const from = since === undefined ? undefined : since.kind === 'ago' ? now - since.milliseconds : since.at;
  return from === undefined ? kept : Math.max(kept, log.countUntil(from - 1));
}

/** A moment as the kubelet writes it before a line, to the nanosecond. */
const stamp = (at: number): string => new Date(at).toISOString().replace('Z', '000000Z');

const rendered = (entry: LogEntry | undefined, { timestamps }: LogOptions): string =>
  entry === undefined ? '' : `${timestamps ? `${stamp(entry.at)} ` : ''}${entry.text}\n`;
