/** What stands in the place of a part of a text. */
export const HIDDEN = '<redacted>';

const MARKER = /^<redacted(?: \d+ bytes)?>$/;

/** What stands in the place of a whole value: nothing is told of it but its size. */
export function markerOf(value: string): string {
  return isMarker(value) ? value : `<redacted ${Buffer.byteLength(value)} bytes>`;
}

/** The marker of a value in base64, as Secrets have it: the size is that of what it stands for. */
export function base64MarkerOf(value: string): string {
  return isMarker(value) ? value : `<redacted ${Buffer.byteLength(value, 'base64')} bytes>`;
}

/** True for a value that was redacted before, so that redacting twice is the same as once. */
export function isMarker(value: string): boolean {
  return value.charCodeAt(0) === 0x3c && MARKER.test(value);
}

/** True when a body that is about to be sent holds a marker anywhere: sending it would destroy what it stands for. */
export function holdsMarker(body: unknown): boolean {
  if (typeof body === 'string') return body.includes('<redacted') && /<redacted(?: \d+ bytes)?>/.test(body);
  if (typeof body !== 'object' || body === null) return false;
  return Object.values(body).some(holdsMarker);
}
