import { blockScalar, columnOf, endOfLine, lineStartOf, type Span } from './lines.ts';
import { HIDDEN } from './marker.ts';
import type { Family } from './name-words.ts';
import { familyOf } from './names.ts';
import { beginsHarmlessly, endOfWord, HEAD, isHiddenAt, type Scene } from './unquoted.ts';
import { isHarmless } from './values.ts';

/**
 * Finds `name=value`, `name: value`, `"name":"value"`, `--name value`, `<name>value</name>` in any text: configuration
 * files, YAML, JSON, shell, log lines. It is a scanner and no regular expression, since it has to stay linear whatever
 * the text is, and since whether a name is telling is said by familyOf.
 */
export function redactAssignments(text: string): string {
  let out = '';
  let done = 0;
  STEMS.lastIndex = 0;
  for (let found = STEMS.exec(text); found !== null; found = STEMS.exec(text)) {
    const start = nameStart(text, found.index, done);
    const end = nameEnd(text, STEMS.lastIndex);
    STEMS.lastIndex = Math.max(end, STEMS.lastIndex);
    const span = valueAfter(text, start, end);
    if (span === undefined) continue;
    out += `${text.slice(done, span.from)}${span.hidden}`;
    done = span.to;
    STEMS.lastIndex = Math.max(done, end);
  }
  return done === 0 ? text : out + text.slice(done);
}

/** Every telling name has one of these in it. */
const STEMS = /pass|pwd|secret|token|key|auth|cred|dsn|psk|jwt|otp|conn|kennwort|client-certificate|dockercfg|dockerconfigjson/gi;

const LONGEST_NAME = 100;

function nameStart(text: string, index: number, floor: number): number {
  let start = index;
  while (start > floor && index - start < LONGEST_NAME && isNamePart(text.charCodeAt(start - 1))) start--;
  return start;
}

function nameEnd(text: string, index: number): number {
  let end = index;
  while (end < text.length && end - index < LONGEST_NAME && isNamePart(text.charCodeAt(end))) end++;
  return end;
}

/** Letters, digits, `_`, `-` and `.`. */
function isNamePart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45 ||
    code === 46
  );
}

/** The value that belongs to the name, if there is one to hide. */
function valueAfter(text: string, start: number, end: number): Span | undefined {
  const written = text.slice(start, end);
  const name = written.replace(/^[-.]+(?:D(?=[a-z]))?/, '').replace(/[-.]+$/, '');
  const family = familyOf(name);
  if (family === undefined) return undefined;
  const before = text[start - 1] ?? '';
  // A path or an image: registry/api-token:1.2; and <token>…</token> of XML.
  if (before === '<' && text[end] === '>') return upTo(text, end + 1, text.indexOf('<', end + 1), family);
  SEPARATOR.lastIndex = end;
  const separator = SEPARATOR.exec(text);
  if (separator === null) {
    const spoken = written.startsWith('--') || DIRECTIVE.test(text.slice(Math.max(0, start - 16), start));
    return spoken ? argument(text, end, family) : undefined;
  }
  const [all, closing = '', sign = ''] = separator;
  const from = end + all.length;
  // A quote that closes more than the name (Get "https://…/token": refused) ends a quotation and begins no assignment.
  if (closing !== '' && !/["'[]/.test(before) && !/["'`\\]/.test(text[from] ?? '')) return undefined;
  const tight = sign === ':' && !/\s$/.test(all) && closing === '';
  if (tight && (before === '/' || before === '@')) return undefined;
  const lead = closing !== '' ? QUOTED_LEAD : sign === ':' ? YAML_LEAD : SHELL_LEAD;
  const lineStart =
    !written.startsWith('-') &&
    isLineStart(text, start, lead) &&
    // A line of JSON ends with a comma or a brace; one of YAML belongs to its value as a whole.
    (closing === '' || !/[,}\]]\s*$/.test(text.slice(Math.max(from, endOfLine(text, from) - 16), endOfLine(text, from))));
  // volume "token" : secret "db-password" not found
  if (closing !== '' && !lineStart && /^.[ \t]+:/.test(all) && !/["'`\\]/.test(text[from] ?? '')) return undefined;
  return valueAt(text, from, { family, sign, tight, lineStart, column: columnOf(text, start) });
}

/** A closing quote or bracket, then `:`, `=`, `:=` or `=>`, and blanks of the same line. */
const SEPARATOR = /((?:\\{0,4}["'])?\]?)[ \t]{0,8}(:=|=>|={1,2}|:)[ \t]{0,32}/y;

/** Dockerfiles and shells that set a variable without a sign. */
const DIRECTIVE = /(?:^|\n)[ \t]*(?:ENV|setenv|set -gx)[ \t]+$/;

const YAML_LEAD = /^[\s\-{,>*|]*["']?$/;
const QUOTED_LEAD = /^[\s-]*["']$/;
const SHELL_LEAD = /^\s*(?:export\s+|set\s+|ENV\s+|-e\s+|const\s+|let\s+|var\s+|local\s+)?["']?$/;

function isLineStart(text: string, start: number, lead: RegExp): boolean {
  const from = lineStartOf(text, start);
  return (from === 0 || text.charCodeAt(from - 1) === 10) && lead.test(text.slice(from, start));
}

function valueAt(text: string, from: number, scene: Scene): Span | undefined {
  QUOTE.lastIndex = from;
  const quote = QUOTE.exec(text)?.[0];
  if (quote !== undefined) return quotedValue(text, from, quote, scene.family);
  if (isHiddenAt(text, from) || beginsHarmlessly(text.slice(from, from + HEAD), scene)) return undefined;
  const lineEnd = endOfLine(text, from);
  if (scene.lineStart && scene.sign === ':') {
    const block = blockScalar(text, from, lineEnd, scene.column);
    if (block !== undefined) return block ?? undefined;
    // The rest of the line, but a comment.
    const line = text.slice(from, lineEnd);
    const comment = line.search(/\s#/);
    return setValue(text, from, from + (comment === -1 ? line : line.slice(0, comment)).trimEnd().length, scene);
  }
  const to = endOfWord(text, from, lineEnd);
  if (!scene.lineStart) return setValue(text, from, to, scene);
  // `PASSWORD=correct horse` fills its line in an .env file; `password=x user=y` does not, nor does what is found empty
  // before something that was hidden.
  const whole = text.slice(from, lineEnd).trimEnd();
  const isSeen = to === from && whole.includes(HIDDEN);
  const fills = to < from + whole.length && !isSeen && !/\s[^\s:=]{1,64}[:=]|[;&|]/.test(whole);
  return setValue(text, from, fills ? from + whole.length : to, scene);
}

const QUOTE = /\\{0,4}["'`]/y;

function quotedValue(text: string, from: number, quote: string, family: Family): Span | undefined {
  const start = from + quote.length;
  const mark = quote.slice(-1);
  for (let index = text.indexOf(quote, start); index !== -1; index = text.indexOf(quote, index + quote.length)) {
    // A quote of one level inside another is written with more backslashes; '' is one quote in YAML.
    let slashes = 0;
    while (text.charCodeAt(index - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 1) continue;
    if (mark === "'" && quote.length === 1 && text[index + 1] === "'") {
      index++;
      continue;
    }
    return upTo(text, start, index, family);
  }
  return upTo(text, start, endOfLine(text, start), family);
}

/** `--password x`: the next word, unless it is another option. */
function argument(text: string, end: number, family: Family): Span | undefined {
  ARGUMENT.lastIndex = end;
  const match = ARGUMENT.exec(text);
  if (match === null) return undefined;
  const from = end + match[0].length;
  if (isHiddenAt(text, from)) return undefined;
  QUOTE.lastIndex = from;
  const quote = QUOTE.exec(text)?.[0];
  return quote === undefined
    ? upTo(text, from, endOfWord(text, from, endOfLine(text, from)), family)
    : quotedValue(text, from, quote, family);
}

const ARGUMENT = /[ \t]{1,8}(?![-\s])/y;

function setValue(text: string, from: number, to: number, { family }: Scene): Span | undefined {
  // `auth` is as often said as set.
  if (family === 'auth' && !/^(?=.*[\dA-Z=:])\S{6,}$/.test(text.slice(from, to))) return undefined;
  return upTo(text, from, to, family);
}

function upTo(text: string, from: number, end: number, family: Family): Span | undefined {
  const to = end === -1 ? text.length : end;
  const value = text.slice(from, to).trim();
  if (value === '' || isHarmless(value, family)) return undefined;
  return { from, to, hidden: HIDDEN };
}
