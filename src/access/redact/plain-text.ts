import { redactAssignments } from './assignments.ts';
import { redactEncoded, redactManifests, redactPairs } from './documents.ts';
import { redactKeyEnds } from './key-ends.ts';
import { HIDDEN, isMarker } from './marker.ts';
import type { Family } from './name-words.ts';
import { familyOf } from './names.ts';
import { redactLooks, redactUrls } from './looks.ts';
import { MAY_ASSIGN, MAY_BE_ENCODED, MAY_BE_URL, MAY_LOOK, triggersOf } from './triggers.ts';
import { isHarmless } from './values.ts';

/** Hides what is secret in a text, and leaves the rest as it is. Redacting it again changes nothing. */
export function redactPlainText(text: string, triggers = triggersOf(text)): string {
  if (triggers === 0 || isMarker(text)) return text;
  const open = redactOpen(text, triggers);
  if ((triggers & MAY_BE_ENCODED) === 0) return open;
  return redactEncoded(open, (decoded) => holdsSecret(decoded) || hasNestedEncoding(decoded));
}

/** All that is secret without being decoded. */
function redactOpen(text: string, triggers: number): string {
  let clean = text;
  if ((triggers & MAY_LOOK) !== 0) clean = redactKeyEnds(redactLooks(clean));
  if ((triggers & MAY_BE_URL) !== 0) clean = redactUrls(clean);
  return (triggers & MAY_ASSIGN) === 0 ? clean : redactAssignments(redactPairs(redactManifests(clean)));
}

function holdsSecret(text: string): boolean {
  return redactOpen(text, triggersOf(text)) !== text;
}

/** One more level: Secrets in base64 inside a document in base64. */
function hasNestedEncoding(text: string): boolean {
  return redactEncoded(text, holdsSecret) !== text;
}

/** `--db-password=x`, `-Dkey=x`, `PASSWORD=x` as one word of a command line or of a list of variables. */
const WORD = /^((?:--?|\/)?[A-Za-z][\w.-]{1,100})=(.+)$/s;
const OPTION = /^--?([A-Za-z][\w.-]{1,100})$/;

/**
 * A word of a list whose part before the `=` is telling: what follows is its value as a whole, blanks and all.
 * Undefined for any other word.
 */
export function redactWord(word: string): string | undefined {
  const [, name = '', value = ''] = WORD.exec(word) ?? [];
  const family = name === '' ? undefined : familyOf(name.replace(/^(?:-D(?=[a-z])|-+|\/)/, ''));
  if (family === undefined) return undefined;
  return isHarmless(value, family) ? word : `${name}=${HIDDEN}`;
}

/** The family of `--password` and the like, whose value is the next word. */
export function familyOfOption(word: string): Family | undefined {
  if (!word.startsWith('-')) return undefined;
  const name = OPTION.exec(word)?.[1];
  return name === undefined ? undefined : familyOf(name);
}
