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
  if (begin > 0) return redactText(text.slice(begin));
  const line = redactText(text);
  return line.slice(Math.ceil(line.length / 2));
}
