import { redactText } from '../access/index.ts';

/**
 * How a text begins whose rest was let go, redacted. The line that was cut goes as well, or half of it where it is the only
 * one: half a secret is not recognised as one.
 */
export function redactedHead(text: string): string {
  const end = text.lastIndexOf('\n') + 1;
  if (end > 0) return redactText(text.slice(0, end));
  const line = redactText(text);
  return line.slice(0, Math.floor(line.length / 2));
}

/** How a text ends whose beginning was let go, redacted, in the same way. */
export function redactedTail(text: string): string {
  const begin = text.indexOf('\n') + 1;
  if (begin > 0) return redactText(outsideOfKey(text.slice(begin)));
  const line = redactText(text);
  return line.slice(Math.ceil(line.length / 2));
}

/** A text without the rest of a private key that it begins with: a key is recognised by its first line. */
export function outsideOfKey(text: string): string {
  const end = text.search(/-----END [A-Z0-9 ]{0,40}PRIVATE KEY/);
  const begin = text.search(/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/);
  if (end === -1 || (begin !== -1 && begin < end)) return text;
  const next = text.indexOf('\n', end);
  return next === -1 ? '' : text.slice(next + 1);
}
