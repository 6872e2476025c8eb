import { HIDDEN, isMarker } from './marker.ts';

/** A part of a text, and what is shown instead of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly hidden: string;
}

/** The line that was looked for last: assignments are found from left to right, and many of them in one line. */
let last = { text: '', from: 0, end: 0 };

/** Where the line of a position ends. */
export function endOfLine(text: string, from: number): number {
  if (from < last.from || from > last.end || text !== last.text) {
    const end = text.indexOf('\n', from);
    last = { text, from, end: end === -1 ? text.length : end };
  }
  return last.end;
}

/** Where the line of a position begins. */
export function lineStartOf(text: string, start: number): number {
  // Looked for in a short stretch only: a line of a megabyte is no YAML.
  for (let index = start - 1; index >= 0 && start - index < 256; index--) {
    if (text.charCodeAt(index) === 10) return index + 1;
  }
  return Math.max(0, start - 256);
}

/** How far a position is from the beginning of its line. */
export function columnOf(text: string, start: number): number {
  return start - lineStartOf(text, start);
}

/** `|` or `>`, and all following lines that are indented deeper than the name; null when there is nothing to hide in them. */
export function blockScalar(text: string, from: number, lineEnd: number, column: number): Span | null | undefined {
  if (!/^[|>][+-]?\d?[+-]?\s*(?:#.*)?$/.test(text.slice(from, lineEnd))) return undefined;
  const indent = column;
  let to = lineEnd;
  let first: string | undefined;
  for (let next = lineEnd + 1; next < text.length;) {
    const end = endOfLine(text, next);
    const line = text.slice(next, end);
    const lead = line.length - line.trimStart().length;
    if (line.trim() !== '' && lead <= indent) break;
    if (line.trim() !== '') first ??= line;
    to = end;
    next = end + 1;
  }
  if (first === undefined || isMarker(first.trim())) return null;
  return { from: lineEnd, to, hidden: `\n${first.slice(0, first.length - first.trimStart().length)}${HIDDEN}` };
}
