/** What a rule looks at: how one attempt ended. */
export interface Attempt {
  readonly method: string;
  /** It does something wherever it arrives, though its method reads. */
  readonly once?: boolean | undefined;
  /** HTTP status; undefined when no answer came. */
  readonly status?: number | undefined;
  /** What the server asked for, in seconds. */
  readonly retryAfter?: number | undefined;
  /** The system's or undici's code when the connection failed. */
  readonly failure?: string | undefined;
}

interface RetryRule {
  readonly name: string;
  readonly why: string;
  readonly matches: (attempt: Attempt) => boolean;
  /** How often the request is sent at most, the first time included. */
  readonly attempts: number;
  /** The first delay in milliseconds; it doubles each time. */
  readonly base: number;
}

const reads = ({ method, once }: Attempt): boolean => once !== true && (method === 'GET' || method === 'HEAD');

/** Failures of a connection that had been used before, or was closing: the server may never have seen the request. */
export const RESETS: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_INFO',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_GOAWAY_SESSION',
]);

/**
 * When a request is sent again. A rule that is not here means: never. In particular nothing that may have changed
 * something is repeated blindly, and a refused connection or a wrong certificate is told at once.
 */
export const RETRY_RULES: readonly RetryRule[] = [
  {
    name: 'throttled',
    // An eviction that a disruption budget forbids is a 429 too, and has no Retry-After: asking again would not help.
    why: 'priority and fairness turned the request away before it did anything; Retry-After says when to come back',
    matches: (attempt) => attempt.status === 429 && (reads(attempt) || attempt.retryAfter !== undefined),
    attempts: 5,
    base: 250,
  },
  {
    name: 'unavailable',
    why: 'a proxy or an aggregated API is being restarted; only a read can be repeated without knowing how far it got',
    matches: (attempt) => reads(attempt) && (attempt.status === 502 || attempt.status === 503 || attempt.status === 504),
    attempts: 3,
    base: 100,
  },
  {
    name: 'reset',
    why: 'a kept connection was closed by the other side just as we used it; only a read may be sent twice',
    matches: (attempt) => reads(attempt) && attempt.failure !== undefined && RESETS.has(attempt.failure),
    attempts: 3,
    base: 25,
  },
];

/**
 * How long to wait before the next attempt, or undefined when there must be none.
 *
 * Full jitter (anything between nothing and the doubled base) spreads clients that were turned away together; a
 * Retry-After is a lower bound, and the jitter comes on top.
 * @param number how many attempts were made so far, 1 after the first
 */
export function retryDelay(
  attempt: Attempt,
  number: number,
  random: () => number,
): { readonly milliseconds: number; readonly reason: string } | undefined {
  const rule = RETRY_RULES.find((candidate) => candidate.matches(attempt));
  if (rule === undefined || number >= rule.attempts) return undefined;
  const jitter = random() * rule.base * 2 ** (number - 1);
  return { milliseconds: (attempt.retryAfter ?? 0) * 1000 + jitter, reason: rule.name };
}

/** Seconds of a Retry-After header, given as seconds or as an HTTP date. */
export function parseRetryAfter(header: string | readonly string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}
