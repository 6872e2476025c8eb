import type { HttpResponse } from './request.ts';

/** So many characters of warnings go into one answer; where there are more, each is cut short. As kube-apiserver does. */
const MOST = { all: 4096, each: 256 } as const;

/** What each answer warns of so far. */
const given = new WeakMap<HttpResponse, readonly string[]>();

/** Adds to what an answer warns of, in its `Warning` headers. What was said before is not said again. */
export function warn(response: HttpResponse, warnings: readonly string[]): void {
  if (warnings.length === 0) return;
  const all = [...new Set([...(given.get(response) ?? []), ...warnings])];
  given.set(response, all);
  response.setHeader('warning', fitting(all).map(headerOf));
}

function fitting(warnings: readonly string[]): readonly string[] {
  if (warnings.reduce((sum, { length }) => sum + length, 0) <= MOST.all) return warnings;
  return warnings.map((warning) => warning.slice(0, MOST.each)).slice(0, MOST.all / MOST.each);
}

/** In UTF-8, which Node only writes a byte at a time; nothing in it may end the line. */
const headerOf = (warning: string): string =>
  Buffer.from(`299 - ${JSON.stringify(warning).replaceAll('\u007f', '')}`).toString('latin1');
