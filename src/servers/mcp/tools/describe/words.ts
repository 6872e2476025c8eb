import { clean, oneLine, quote } from '../../../../answers/index.ts';
import { ageOf } from '../../../../platform/index.ts';
import type { Finding } from '../../../../operations/trouble/index.ts';

/** Longest quote of a cluster's text, in characters. */
const QUOTE = 200;

/** Pieces of a line, empty ones left out. */
export function list(parts: readonly (string | undefined | false)[], separator = ', '): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(separator);
}

/** Text as one line of ours: no word of a cluster can begin a line of its own. */
export function asLine(text: string): string {
  return clean(text).replaceAll(/\s*\n\s*/g, ' ');
}

/** ` (3m ago)`, or nothing for an unknown time. */
export function ago(time: string | undefined, now: number): string {
  const age = ageOf(time, now);
  return age === '' ? '' : `${age} ago`;
}

/** A cluster's text in quotes, cleaned and shortened. */
export function quoted(text: string): string {
  return quote(text, QUOTE);
}

/** `exit 1: "config key db.url is missing"`; nothing when a finding has no reason. */
export function reasonOf({ why, quote: text }: Pick<Finding, 'why' | 'quote'>): string {
  return list([why !== undefined && oneLine(why, 300), text !== undefined && quoted(text)], ': ');
}

/** `2/3`. */
export function of(some: number, all: number): string {
  return `${some}/${all}`;
}

/** A name with the number of things it stands for. */
export function times(count: number | undefined): string {
  return count === undefined || count < 2 ? '' : ` ×${count}`;
}
