import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

import { canonicalJson } from '../platform/index.ts';
import { remembered } from './remember.ts';

/** Made once: a plan has one key, and hundreds of digests. */
const asKey = remembered((key: Buffer) => createSecretKey(key));

/** Whether two values are canonically the same, without writing them out. */
export function sameContent(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameContent(item, b[index]));
  }
  if (!isMap(a) || !isMap(b)) return false;
  const names = namesIn(a);
  return names.length === namesIn(b).length && names.every((name) => Object.hasOwn(b, name) && sameContent(a[name], b[name]));
}

/**
 * What a value's content can be recognised by: an HMAC with SHA-256, in hex. It is keyed because it is shown, and kept
 * beside what is redacted: a plain hash of a short password is the password.
 */
export function digestOf(value: unknown, key: Buffer): string {
  return createHmac('sha256', asKey(key)).update(canonicalJson(value)).digest('hex');
}

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** `plan-7f3k2m9x`: short enough to be typed, and 40 bits that nobody guesses in ten minutes. */
export function newId(what: 'plan' | 'change'): string {
  return `${what}-${Array.from(randomBytes(8), (byte) => LETTERS[byte % LETTERS.length]).join('')}`;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON has no fields that are undefined. */
function namesIn(fields: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(fields).filter((name) => fields[name] !== undefined);
}
