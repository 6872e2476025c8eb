import { randomInt } from 'node:crypto';

/** Without vowels, which make words, and digits that look like letters. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

/** The end of a name that nobody else has: `x2v9k`. */
export function randomEnd(): string {
  return Array.from({ length: 5 }, () => SAFE[randomInt(SAFE.length)]).join('');
}
