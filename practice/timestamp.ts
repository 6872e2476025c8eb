let [lastSecond, lastText] = [Number.NaN, ''];

/**
 * A time as the API writes it: RFC 3339 in whole seconds. Much happens in the same second, and shares its text.
 * @param milliseconds since the epoch
 */
export function timestamp(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second === lastSecond) return lastText;
  lastSecond = second;
  lastText = new Date(second * 1000).toISOString().replace('.000', '');
  return lastText;
}

/** The same in microseconds, as events of `events.k8s.io` and leases have it. */
export const microTimestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`;
