import { clean } from './clean.ts';

/** How long a piece of cluster text within a line may be, when the caller does not say. In UTF-16 units. */
export const LINE_MAX = 120;

/** Whitespace that is not one single blank between words. */
const FOLDABLE = /[^\S ]| {2}|^ | $/;

/**
 * Cluster text on one line of ours: cleaned, whitespace folded to single blanks, shortened to its telling part.
 * At most `max` long.
 */
export function oneLine(text: string, max: number = LINE_MAX): string {
  // What lies far from both ends is cut out anyway; a log line of a megabyte should not be cleaned for that.
  const far = max * 4 + 1000;
  const near = text.length > far * 2 ? `${text.slice(0, far)} … ${text.slice(-far)}` : text;
  const cleaned = clean(near);
  return shorten(FOLDABLE.test(cleaned) ? cleaned.replace(/\s+/g, ' ').trim() : cleaned, max);
}

/** Cluster text in double quotes, `"` and `\` escaped by `\`; `max` counts what stands inside before escaping. */
export function quote(text: string, max: number = LINE_MAX): string {
  const line = oneLine(text, max);
  return /["\\]/.test(line) ? `"${line.replace(/["\\]/g, '\\$&')}"` : `"${line}"`;
}

/**
 * A line at most `max` long, with `…` where something is missing. Its start stays. Errors wrapped as Go does it,
 * `a: b: c: the real reason`, keep as many links from the end as well as fit, because the end carries the reason.
 */
export function shorten(line: string, max: number = LINE_MAX): string {
  if (line.length <= max) return line;
  if (max < 2) return '…'.slice(0, max);
  const seam = line.lastIndexOf(': ');
  if (seam < 0 || max < 24) return `${startOf(line, max - 1)}…`;

  const room = max - 2;
  const tailRoom = Math.ceil(room * 0.65);
  const link = line.indexOf(': ', Math.max(0, line.length - tailRoom - 2));
  if (link >= 0) {
    const tail = line.slice(link + 2);
    return `${linksOf(startOf(line, room - tail.length))}… ${tail}`;
  }
  // The reason alone is too long. Where its start comes with the line's start anyway, that is the better half.
  if (seam < room / 2) return `${startOf(line, max - 1)}…`;
  const head = linksOf(startOf(line, Math.floor(room * 0.4)));
  return `${head}… ${startOf(line.slice(seam + 2), room - head.length - 1)}…`;
}

/** A start without the link that it breaks off in, when most of it stays. */
function linksOf(start: string): string {
  const link = start.lastIndexOf(': ');
  return link > start.length / 2 ? start.slice(0, link) : start;
}

/** The first `length` of a text: whole words where one ends near, and never half a character. */
function startOf(text: string, length: number): string {
  const blank = text.lastIndexOf(' ', length);
  let end = blank > length - 16 && blank > length / 2 ? blank : length;
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last < 0xdc00) end--;
  return text.slice(0, end).replace(/[\s:;,]+$/, '');
}
