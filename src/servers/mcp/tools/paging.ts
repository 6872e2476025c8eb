import { createHash } from 'node:crypto';

import {
  fill,
  mintCursor,
  nextCursor,
  questionOf,
  readCursor,
  type Budget,
  type Json,
  type JsonObject,
} from '../../../answers/index.ts';
import type { ToolContext } from '../tool.ts';

/** Which part of a longer answer is wanted, and how the next part is named. */
export interface Page {
  /** Items at most. */
  readonly limit: number;
  /** What the cursor of this call says; undefined at the beginning. */
  readonly after: Json | undefined;
  /** The cursor for what follows after a place. */
  readonly mint: (place: Json) => string;
}

/** Tokens to set aside for the line with the cursor: keys go into it as digests, so that all are of one length. */
const CURSOR_TOKENS = 50;
/** The same for a cursor whose place is told by names. */
export const NAMES_CURSOR_TOKENS = 140;

/**
 * The page that a call asks for.
 * @param cluster the cluster's own name, so that a cursor is bound to it and not to what is current now
 * @throws UsageError (`bad-cursor`)
 */
export function pageOf(
  tool: string,
  input: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
  cluster: string,
  context: Pick<ToolContext, 'cursorKey'>,
): Page {
  const { cursor, limit } = input;
  const question = questionOf(tool, { ...input, cluster });
  return {
    limit: limit ?? Number.POSITIVE_INFINITY,
    after: cursor === undefined ? undefined : readCursor(cursor, question, context.cursorKey),
    mint: (place) => mintCursor(place, question, context.cursorKey),
  };
}

/** The items from the one after a key on; where that is gone by now, from the same position on. */
export function itemsAfter<Item>(items: readonly Item[], page: Page, keyOf: (item: Item) => string): readonly Item[] {
  // The signature of the cursor says that we made it ourselves.
  const place = page.after as readonly [key: string, position: number] | undefined;
  if (place === undefined) return items;
  const found = items.findIndex((item) => digestOf(keyOf(item)) === place[0]);
  return items.slice(found === -1 ? place[1] : found + 1);
}

/** The cursor after so many of the items that are left; undefined when none are. */
export function cursorAfter<Item>(
  all: readonly Item[],
  left: readonly Item[],
  shown: number,
  page: Page,
  keyOf: (item: Item) => string,
): string | undefined {
  const last = left[shown - 1];
  if (last === undefined || shown >= left.length) return undefined;
  return page.mint([digestOf(keyOf(last)), all.length - left.length + shown]);
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 12);
}

/** Lays out with room kept for a cursor; `next` is told how many items were shown. */
export function withCursor<Made extends { readonly text: string }>(
  budget: Budget,
  lay: (budget: Budget) => Made,
  next: (made: Made) => string | undefined,
): Made & { readonly nextLine: string } {
  const release = budget.reserve(CURSOR_TOKENS);
  const made = lay(budget);
  release();
  const cursor = next(made);
  return Object.assign(made, { nextLine: cursor === undefined ? '' : budget.spend(nextCursor(cursor)) });
}

/** Items as data, as many as fit, and the cursor for the rest. */
export function pageData<Item>(
  name: string,
  items: readonly Item[],
  toData: (item: Item) => JsonObject,
  budget: Budget,
  next: (shown: number) => string | undefined,
): JsonObject {
  const rendered: JsonObject[] = [];
  const release = budget.reserve(CURSOR_TOKENS);
  const { taken } = fill(
    items,
    (item) => {
      const made = toData(item);
      rendered.push(made);
      return JSON.stringify(made);
    },
    budget,
  );
  release();
  const cursor = next(taken);
  return { [name]: rendered.slice(0, taken), ...(cursor !== undefined && { cursor }) };
}

/** As many items of data as fit, and how many are left out; for lists that are not paged. */
export function fittingData<Item extends JsonObject>(
  items: readonly Item[],
  budget: Budget,
): { readonly shown: readonly Item[]; readonly omitted: number } {
  const shown: Item[] = [];
  for (const item of items) {
    if (!budget.take(JSON.stringify(item))) break;
    shown.push(item);
  }
  return { shown, omitted: items.length - shown.length };
}
