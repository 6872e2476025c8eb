import { HIDDEN } from './marker.ts';

const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** A whole line of base64, behind whatever a program writes before its lines. */
const BODY = /[A-Za-z0-9+/=]{40}\s*$/;
/** Characters of a line that are looked at. */
const LINE_END = 100;
/** Lines of the longest key that there is any use for: RSA of 16,384 bits. */
const LONGEST = 250;
/** What a key consists of where its ends of lines are written as `\n`. */
const OF_KEY = /[A-Za-z0-9+/=\\]/;

const isLeftOver = (line = ''): boolean => /^[A-Za-z0-9+/=]+\s*$/.test(line.slice(0, LINE_END));
const isBody = (line = ''): boolean => BODY.test(line.slice(-LINE_END));

/**
 * Hides the rest of private keys whose first line is not in the text: the tail of a log, or what was written since a time,
 * may begin inside of one. Whole keys are hidden before (looks-of-formats.ts).
 */
export function redactKeyEnds(text: string): string {
  if (!text.includes('-----END ')) return text;
  let clean = '';
  let from = 0;
  for (const { index, 0: end } of text.matchAll(END)) {
    const lines = text.slice(from, index).split('\n');
    const last = lines.length - 1;
    // The line before the end is what was left over, of any length.
    let first = isLeftOver(lines[last - 1]) || isBody(lines[last - 2]) ? last - 1 : last;
    const least = Math.max(0, last - LONGEST);
    while (first > least && isBody(lines[first - 1])) first -= 1;
    const before = lines.slice(0, first);
    clean += [...before, first === last ? `${withoutKey(lines[last] ?? '')}${HIDDEN}` : HIDDEN].join('\n');
    from = index + end.length;
  }
  return clean + text.slice(from);
}

function withoutKey(line: string): string {
  let length = line.length;
  while (length > 0 && OF_KEY.test(line[length - 1] ?? '')) length -= 1;
  return line.slice(0, length);
}

/** Whether the whole lines that a text begins with may be the rest of a key, so that only what follows them can tell. */
export function mayEndKey(lines: string): boolean {
  const all = lines.split('\n').slice(0, -1);
  const other = all.findIndex((line) => !isBody(line));
  return other === -1 ? all.length > 0 : other > 0 && other === all.length - 1 && !lines.includes('-----END ');
}
