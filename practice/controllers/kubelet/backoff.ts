/** Waits that double as long as failures follow one another. */
export interface BackOff {
  /** How long the last failure makes us wait; nothing before the first. */
  readonly milliseconds: number;
  readonly since: number;
}

const FIRST_MS = 10_000;
/** The longest wait; what went well for twice as long is forgiven. */
const LONGEST_MS = 300_000;

const isForgiven = (backOff: BackOff, at: number): boolean => at - backOff.since > 2 * LONGEST_MS;

/** @param failedAt when it failed; @param now when it is tried again */
export function nextBackOff(last: BackOff | undefined, failedAt: number, now: number): BackOff {
  const milliseconds = last === undefined || isForgiven(last, failedAt) ? FIRST_MS : Math.min(2 * last.milliseconds, LONGEST_MS);
  return { milliseconds, since: now };
}

/** How long it is until the next try of what failed at a time. */
export function backOffLeft(last: BackOff | undefined, failedAt: number, now: number): number {
  if (last === undefined || isForgiven(last, failedAt)) return 0;
  return Math.max(failedAt + last.milliseconds - now, 0);
}
