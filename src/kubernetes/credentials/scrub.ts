import { stripVTControlCharacters } from 'node:util';

const HIDDEN = '[hidden]';

const NAME = 'secret|passw(?:or)?d|pwd|passphrase|assertion|signature|(?:api|access)[-_]?key';
const VALUE = String.raw`(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,;&})\]]+)`;

/** What a credential looks like in the words of a program; a later rule would break up what an earlier one knows. */
const RULES: readonly { readonly finds: RegExp; readonly leaves: string; readonly because: string }[] = [
  {
    finds: /-----BEGIN [\s\S]*?(?:-----END [^-]*-----|$)/g,
    leaves: HIDDEN,
    because: 'a key or certificate in PEM, whole or cut off',
  },
  { finds: /\beyJ[\w-]{4,}(?:\.[\w-]*)*/g, leaves: HIDDEN, because: 'a JSON Web Token, whole or cut off' },
  { finds: /\b(bearer|basic|negotiate)\s+[^\s"',;]+/gi, leaves: `$1 ${HIDDEN}`, because: 'an Authorization header' },
  { finds: /(\/\/)[^\s/@]+@/g, leaves: `$1${HIDDEN}@`, because: 'user and password in a URL' },
  {
    finds: new RegExp(String.raw`((?:${NAME})[\w-]*["']?\s*[:=]\s*)${VALUE}`, 'gi'),
    leaves: `$1${HIDDEN}`,
    because: 'a field or a setting named after a secret',
  },
  {
    // "failed to get token: context deadline exceeded" must stay readable: two plain words are a sentence, and no token.
    finds: new RegExp(String.raw`((?:token|credential)[\w-]*["']?\s*[:=]\s*)(?![a-z]+ [a-z])${VALUE}`, 'gi'),
    leaves: `$1${HIDDEN}`,
    because: 'the same with words that errors use too',
  },
  { finds: /\b[0-9a-f]{32,}\b/gi, leaves: HIDDEN, because: 'a hexadecimal key' },
];

/**
 * What another program said, fit for a message: one line, no control characters, nothing that looks like a credential,
 * none of the given secrets.
 */
export function scrub(text: string, secrets: readonly string[] = []): string {
  let clean = stripVTControlCharacters(text);
  // The longest first: one secret may be the beginning of another.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= 4) clean = clean.replaceAll(secret, HIDDEN);
  }
  for (const rule of RULES) clean = clean.replaceAll(rule.finds, rule.leaves);
  clean = clean.replaceAll(/[\w+/=.-]{24,}/g, (word) => (isMixed(word) ? HIDDEN : word));
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return clean.replaceAll(/[\s\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ').trim();
}

/** A long mixture of digits and letters of both cases is mostly a token, seldom a path; a UUID or a host name is none. */
function isMixed(word: string): boolean {
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
}

/** The end of a clean text, where programs say what went wrong. */
export function tailOf(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const tail = text.slice(-limit);
  return `…${tail.slice(tail.indexOf(' ') + 1)}`;
}
