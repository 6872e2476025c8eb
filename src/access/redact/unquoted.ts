import type { Family } from './name-words.ts';

/** How a value is assigned. */
export interface Scene {
  readonly family: Family;
  readonly sign: string;
  /** `name:value` without a blank. */
  readonly tight: boolean;
  /** Nothing but indentation stands before the name. */
  readonly lineStart: boolean;
  readonly column: number;
}

/** True when what stands there was hidden before. */
export function isHiddenAt(text: string, from: number): boolean {
  return text.startsWith(OPENING, from) && /^<redacted(?: \d{1,12} bytes)?>/.test(text.slice(from, from + 32));
}

const OPENING = '<redacted';

/** Where an unquoted value ends: at a blank, a quote that closes something, or what begins the next assignment. */
export function endOfWord(text: string, from: number, lineEnd: number): number {
  REFERENCE.lastIndex = from;
  let to = from + (REFERENCE.exec(text)?.[0].length ?? 0);
  for (; to < lineEnd; to++) {
    const char = text[to] ?? '';
    if (char === ' ' || char === '\t' || char === '\r' || (char === '<' && text[to + 1] === '/')) break;
    if ((char === '"' || char === "'" || char === '`' || char === '\\') && CLOSES.test(text.slice(to, to + 8))) break;
    if ((char === '&' || char === ';' || char === ',' || char === '|') && NEXT.test(text.slice(to + 1, to + 64))) break;
    if (char === '}' || char === ')' || char === ']') {
      if (/^[)}\]]*(?:[\s,;.:"']|$)/.test(text.slice(to, to + 8))) break;
    }
  }
  // The comma or full stop of the sentence is not the value's.
  while (to > from && /[,;.]/.test(text[to - 1] ?? '')) to--;
  return to;
}

/** The brackets of `$(NAME)` and `${NAME}` close nothing but these. */
const REFERENCE = /\$(?:\([\w.-]{1,100}\)|\{[\w.:-]{1,100}\})/y;
const CLOSES = /^(?:\\{0,4}["'`])+(?:[\s,;:)}\]&.|<]|\\|$)/;
const NEXT = /^(?:\s|$|["']?[\w.-]{1,60}["']?\s?[=:]|&)/;

/** Words with which prose goes on after `token:` or `secret:`; messages are full of them. */
const PROSE: ReadonlySet<string> = new Set(
  `a an and are as at cannot can't could does doesn't expired failed for has have in invalid is isn't missing must no not of
  on or required should the this to unable unauthorized unknown was were will with you your`.split(/\s+/),
);

/** What opens a document of its own, as YAML, JSON or a dump of a structure. */
const NESTED = /^(?:[{[(&*](?:\s|$)|[{[]\s*[\]}](?:\s|$)|\{\s*["']?[\w.-]{1,60}["']?\s*:|\[\s*["'{[])/;
const NESTED_AFTER_SIGN = /^(?:[{[(]|\{\}|\[\])(?:\s|$)/;
/** A port or a tag: auth:8080, token:v1.2. */
const PORT = /^v?\d{1,5}(?:\.\d+){0,4}(?:[/:\s,;"')\]}]|$)/;

/** How much of a value is looked at to see that it is none. To read it all for nothing, again and again, would take forever. */
export const HEAD = 80;

/** True when what follows the sign is no value, by its beginning. */
export function beginsHarmlessly(head: string, { family, sign, tight }: Scene): boolean {
  if (sign !== ':') return NESTED_AFTER_SIGN.test(head);
  if (NESTED.test(head)) return true;
  if (family === 'password') return PROSE.has(/^[\w']+(?= )/.exec(head)?.[0].toLowerCase() ?? '');
  return PROSE.has(/^[\w']+/.exec(head)?.[0].toLowerCase() ?? '') || (tight && PORT.test(head));
}
