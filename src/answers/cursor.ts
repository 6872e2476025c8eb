import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import { canonicalJson, UsageError } from '../platform/index.ts';
import type { Json } from './json.ts';

/** The longest cursor that is made or read, in characters. */
export const CURSOR_MAX = 2048;

/** Changes whenever the form or the meaning of cursors does; old ones are then refused, not misread. */
const VERSION = 'c1';

/** 16 bytes of HMAC-SHA256 in base64url. */
const MAC_LENGTH = 22;

/** Arguments that may change from page to page. */
const FREE_ARGUMENTS: ReadonlySet<string> = new Set(['cursor', 'max_tokens']);

/**
 * The digest of a question, by which a cursor knows whose it is: the tool and its arguments, in whatever order,
 * without `cursor` and `max_tokens`.
 */
export function questionOf(tool: string, args: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(args).filter(([name]) => !FREE_ARGUMENTS.has(name));
  return createHash('sha256')
    .update(canonicalJson([tool, Object.fromEntries(entries)]))
    .digest('base64url')
    .slice(0, 12);
}

/**
 * A text that carries where an answer goes on, signed, so that nobody can make up a place. It is not secret: `payload`
 * must hold nothing that the caller may not know.
 * @throws UsageError with code `cursor-too-long` when the payload does not fit into `CURSOR_MAX`
 */
export function mintCursor(payload: Json, question: string, key: Buffer): string {
  const body = `${VERSION}${Buffer.from(JSON.stringify([question, payload])).toString('base64url')}`;
  if (body.length + MAC_LENGTH > CURSOR_MAX) {
    throw new UsageError('The place to go on from is too long for a cursor.', {
      code: 'cursor-too-long',
      field: 'cursor',
      advice: 'Ask for less at once: fewer clusters, namespaces or kinds.',
    });
  }
  return `${body}${macOf(body, key)}`;
}

/**
 * The payload of a cursor.
 * @throws UsageError with code `bad-cursor` when it was not made with this key, or for another question
 */
export function readCursor(text: string, question: string, key: Buffer): Json {
  if (text.length > CURSOR_MAX) throw badCursor(`The cursor is longer than ${CURSOR_MAX} characters.`);
  if (!text.startsWith(VERSION) || text.length <= VERSION.length + MAC_LENGTH) throw badCursor('The cursor is not one of ours.');
  const body = text.slice(0, -MAC_LENGTH);
  // Compared as text: base64url has spare bits, and decoding would let several texts pass for one.
  const given = Buffer.from(text.slice(-MAC_LENGTH));
  const wanted = Buffer.from(macOf(body, key));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw badCursor('The cursor is damaged, or was made before the server was started anew.');
  }
  const [owner, payload] = JSON.parse(Buffer.from(body.slice(VERSION.length), 'base64url').toString()) as [string, Json];
  if (owner !== question)
    throw badCursor('The cursor belongs to another question: all arguments but max_tokens must stay the same.');
  return payload;
}

function macOf(body: string, key: Buffer): string {
  return createHmac('sha256', key).update(body).digest().subarray(0, 16).toString('base64url');
}

function badCursor(message: string): UsageError {
  return new UsageError(message, { code: 'bad-cursor', field: 'cursor', advice: 'Ask again without cursor.' });
}
