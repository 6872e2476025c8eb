import type { ResourceKind } from '../kubernetes/index.ts';
import { nearest } from '../platform/index.ts';

/** How well one word fits one kind; the first rule that holds gives the score, 0 is best. */
const RULES: readonly ((word: string, kind: ResourceKind) => boolean)[] = [
  (word, kind) => names(kind).includes(word) || kind.shortNames.includes(word),
  (word, kind) => kind.categories.includes(word) || kind.group === word,
  (word, kind) => names(kind).some((name) => name.startsWith(word)),
  (word, kind) => names(kind).some((name) => name.includes(word)),
  (word, kind) => kind.group.includes(word) || kind.categories.some((category) => category.includes(word)),
];

/**
 * The kinds in which every word of a search occurs, best first. Words are split at blanks, commas and dashes, so that
 * `network policy` finds NetworkPolicy; kinds of equal worth keep their order.
 */
export function rankKinds<Kind extends ResourceKind>(search: string, kinds: readonly Kind[]): Kind[] {
  const words = wordsOf(search);
  const scored = kinds.flatMap((kind) => {
    const scores = words.map((word) => RULES.findIndex((rule) => rule(word, kind)));
    return scores.includes(-1) ? [] : [{ kind, score: Math.max(0, ...scores) }];
  });
  return scored.toSorted((a, b) => a.score - b.score).map(({ kind }) => kind);
}

/** What a search that found nothing may have meant: at most three kinds. */
export function nearestKinds<Kind extends ResourceKind>(search: string, kinds: readonly Kind[]): Kind[] {
  const byName = new Map<string, Kind>();
  for (const kind of kinds) {
    for (const name of [...names(kind), ...kind.shortNames]) if (!byName.has(name)) byName.set(name, kind);
  }
  const close = [search.toLowerCase().replaceAll(BETWEEN, ''), ...wordsOf(search)].flatMap((word) =>
    nearest(word, byName.keys()),
  );
  return [...new Set(close.flatMap((name) => byName.get(name) ?? []))].slice(0, 3);
}

const BETWEEN = /[\s,_-]+/g;

function wordsOf(search: string): string[] {
  return search
    .toLowerCase()
    .split(BETWEEN)
    .filter((word) => word !== '');
}

function names(kind: ResourceKind): string[] {
  return [kind.resource, kind.singular, kind.kind.toLowerCase()].filter((name) => name !== '');
}
