import {
  PLAIN_KEYS,
  PLAIN_TOKENS,
  REFERRING_SECRETS,
  SAYING_NOTHING,
  SECRET_KEYS,
  SPEAKING_ABOUT,
  TELLING_ENDINGS,
  TELLING_PAIRS,
  TELLING_WORDS,
  type Family,
} from './name-words.ts';

const LAST = new Map<string, Family>();
const ANYWHERE = new Map<string, Family>();
const IN_CONSTANTS = new Map<string, Family>();
for (const { family, words, anywhere } of TELLING_WORDS) {
  for (const word of words) {
    LAST.set(word, family);
    if (anywhere === 'yes') ANYWHERE.set(word, family);
    if (anywhere !== 'no') IN_CONSTANTS.set(word, family);
  }
}

/** Keys of objects repeat endlessly, so that most answers are found here. */
const known = new Map<string, Family | null>();
const KNOWN_AT_MOST = 8_192;
/** A name longer than this is a text. */
const LONGEST_NAME = 128;

/**
 * What the name of a field, variable, key or argument says of its value: undefined for nothing secret.
 * Of a name with a domain (`nginx.ingress.kubernetes.io/auth-url`) only what follows the slash counts.
 */
export function familyOf(name: string): Family | undefined {
  if (name.length < 3 || name.length > LONGEST_NAME) return undefined;
  let family = known.get(name);
  if (family === undefined) {
    family = judge(name) ?? null;
    if (known.size >= KNOWN_AT_MOST) known.clear();
    known.set(name, family);
  }
  return family ?? undefined;
}

function judge(name: string): Family | undefined {
  // No name, but a text: of several lines, or one of which a part is hidden already.
  if (name.includes('<redacted') || name.trim().includes('\n')) return undefined;
  const own = name.slice(name.lastIndexOf('/') + 1);
  const constant = /^[A-Z][A-Z0-9_]*$/.test(own);
  const words = wordsOf(own);
  if (words.length === 1 && words[0] === 'pwd') return undefined;
  // Pairs come first: the `string` of a connection string is no empty word.
  const digest = words.at(-1) === 'hash' || words.at(-1) === 'hashed';
  if (digest) words.pop();
  let family = ofEnd(words, constant);
  while (family === undefined && words.length > 1 && SAYING_NOTHING.has(words.at(-1) ?? '')) {
    words.pop();
    family = ofEnd(words, constant);
  }
  family ??= ofAnywhere(words, constant);
  // The digest of a password can be guessed back; that of a Secret only says that it changed.
  return digest && family !== 'password' ? undefined : family;
}

/** What the last words say. */
function ofEnd(words: readonly string[], constant: boolean): Family | undefined {
  const last = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  const pair = TELLING_PAIRS.get(`${before} ${last}`);
  if (pair !== undefined) return pair;
  if (last === 'key' || last === 'keys') {
    if (before === '') return undefined;
    return (constant ? !PLAIN_KEYS.has(before) : SECRET_KEYS.has(before)) ? 'key' : undefined;
  }
  if (last === 'secret' && !constant && REFERRING_SECRETS.has(before)) return undefined;
  if ((last === 'token' || last === 'tokens') && PLAIN_TOKENS.has(before)) return undefined;
  const exact = LAST.get(last);
  if (exact !== undefined) return exact;
  return TELLING_ENDINGS.find(({ endings }) => endings.some((ending) => last.endsWith(ending)))?.family;
}

/** What a word in the middle says, unless the last one speaks about it only. */
function ofAnywhere(words: readonly string[], constant: boolean): Family | undefined {
  const last = words.at(-1) ?? '';
  if (SPEAKING_ABOUT.has(last)) return undefined;
  // `passwordKey: admin-password` names the key of a Secret.
  if (!constant && (last === 'key' || last === 'keys' || last === 'secret')) return undefined;
  if (words.some((word, index) => (word === 'token' || word === 'tokens') && PLAIN_TOKENS.has(words[index - 1] ?? '')))
    return undefined;
  const table = constant ? IN_CONSTANTS : ANYWHERE;
  for (const word of words) {
    const family = table.get(word);
    if (family !== undefined) return family;
  }
  if (!constant) return undefined;
  // API_KEY_OPENAI: the pair may stand before the end too.
  const key = words.findIndex((word, index) => word === 'key' && SECRET_KEYS.has(words[index - 1] ?? ''));
  return key === -1 ? undefined : 'key';
}

/** `dbPassword2`, `DB_PASSWORD_2` and `db.password-2` are the words db and password. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/\d+$/, ''))
    .filter((word) => word !== '');
}
