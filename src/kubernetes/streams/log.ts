import { systemClock, type Clock } from '../../platform/index.ts';
import type { Connection } from '../connection.ts';
import { isKubernetesError, type KubernetesErrorCode } from '../errors.ts';
import type { FilteredText } from '../ports.ts';
import { podRequest, type ResourceRequest } from '../request.ts';

/** Which log, and which part of it. */
export interface LogQuery {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Of the instance before the one that runs. @default false */
  readonly previous?: boolean | undefined;
  /** The last so many lines. @default all */
  readonly tailLines?: number | undefined;
  readonly sinceSeconds?: number | undefined;
  /** RFC 3339; the server looks at the second, not at parts of it. */
  readonly sinceTime?: string | undefined;
}

export interface FollowOptions {
  /** Whether nothing more will ever be written; asked each time the log ends. */
  readonly isOver: () => Promise<boolean>;
  /** Told each time that the log is opened anew, with the reason. */
  readonly onResume?: (reason: string) => void;
  readonly clock?: Pick<Clock, 'sleep'>;
}

/**
 * A log as the server has it now: whole lines, each beginning with its time and a blank.
 * @throws KubernetesError (`invalid` for a container that has not begun, or is not there)
 */
export function readLog(connection: Connection, query: LogQuery): AsyncGenerator<FilteredText> {
  return connection.text(requestFor(query, {}));
}

/** Milliseconds before a log is opened anew: the first time, and at most. */
const FIRST_WAIT = 200;
const LONGEST_WAIT = 3_000;

/** A node that restarts is told in many ways, but never as one of these. */
const FINAL: ReadonlySet<KubernetesErrorCode> = new Set(['forbidden', 'unauthorized', 'credentials']);

/**
 * A log as it is written, from where the query begins, until nothing more will be: lines with their times, each once. A
 * connection that breaks is opened again, also where a container starts anew, and neither loses nor repeats a line.
 * @throws KubernetesError when the log cannot be opened the first time, or may no longer be read
 */
export async function* followLog(connection: Connection, query: LogQuery, options: FollowOptions): AsyncGenerator<string> {
  const { isOver, onResume, clock = systemClock } = options;
  const { signal } = connection.call;
  const place = new LogPlace();
  let wait = FIRST_WAIT;
  for (;;) {
    const since = place.since;
    const part = since === undefined ? query : { ...query, tailLines: undefined, sinceSeconds: undefined, sinceTime: since };
    place.begin();
    let reason = 'the log ended';
    try {
      for await (const piece of connection.text(requestFor(part, { follow: 'true' }))) {
        const fresh = place.pass(piece.text);
        if (fresh === '') continue;
        wait = FIRST_WAIT;
        yield fresh;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!isKubernetesError(error) || FINAL.has(error.code) || (!place.begun && error.code !== 'unreachable')) throw error;
      reason = error.message;
    }
    if (await isOver()) return;
    await clock.sleep(wait, signal);
    wait = Math.min(LONGEST_WAIT, wait * 2);
    onResume?.(reason);
  }
}

function requestFor(query: LogQuery, more: Readonly<Record<string, string>>): ResourceRequest {
  const { namespace, pod: name, container, previous, tailLines, sinceSeconds, sinceTime } = query;
  const asked = {
    container,
    timestamps: 'true',
    ...(previous === true && { previous: 'true' }),
    ...(tailLines !== undefined && { tailLines: String(tailLines) }),
    ...(sinceSeconds !== undefined && { sinceSeconds: String(sinceSeconds) }),
    ...(sinceTime !== undefined && { sinceTime }),
    ...more,
  };
  return podRequest('log', { namespace, name }, { query: asked, accept: '*/*' });
}

/** `2026-11-21T15:04:05` of a time: what the server looks at when a log is asked for since then. */
const SECOND = 19;

/** The time that a line begins with. Kubelets put words of their own between them that have none. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * How far a log was read. The server begins with the second that is asked for, so that the lines of the last second come
 * again: as many are left out as were read of it. After a rotation they do not come again; the first line that is newer
 * than all before shows it.
 */
class LogPlace {
  #second = '';
  #zone = '';
  #latest = '';
  /** Lines read of the last second, and those of them that may come again. */
  #count = 0;
  #again = 0;

  get begun(): boolean {
    return this.#latest !== '';
  }

  /** From where to ask for it again; undefined when nothing was read. */
  get since(): string | undefined {
    return this.begun ? `${this.#second}${this.#zone}` : undefined;
  }

  begin(): void {
    this.#again = this.#count;
  }

  /** The lines that were not read before. */
  pass(text: string): string {
    let fresh = 0;
    for (let from = 0; from < text.length;) {
      const next = text.indexOf('\n', from) + 1 || text.length;
      const blank = text.indexOf(' ', from);
      const time = blank === -1 || blank > next ? '' : text.slice(from, blank);
      const zone = TIME.exec(time)?.[1];
      if (zone !== undefined && this.#again > 0 && time <= this.#latest) {
        this.#again--;
        fresh = next;
      } else if (zone !== undefined) {
        this.#again = 0;
        this.#note(time, zone);
      }
      from = next;
    }
    return fresh === 0 ? text : text.slice(fresh);
  }

  #note(time: string, zone: string): void {
    const second = time.slice(0, SECOND);
    if (second > this.#second) {
      this.#second = second;
      this.#zone = zone;
      this.#count = 0;
    }
    if (second === this.#second) this.#count++;
    if (time > this.#latest) this.#latest = time;
  }
}
