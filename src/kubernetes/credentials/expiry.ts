/** How long before its end a credential is replaced, in milliseconds: a request under way must not outlive it. */
const SKEW = 10_000;

/** Until when to use what ends at `expiresAt`; what lives shortly gives up a tenth of its life, so that the skew never eats all of it. */
export function freshUntil(expiresAt: number, now: number): number {
  return expiresAt - Math.min(SKEW, Math.max(0, expiresAt - now) / 10);
}

/** A point in time for a message; a claim may hold any number, and a date may not. */
export function isoTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? 'a time long past' : date.toISOString();
}
