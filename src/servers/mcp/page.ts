import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';

/** Entries of `tools/list` and its like in one answer. */
export const PAGE_SIZE = 100;

/**
 * One page of a list that is the same for every caller while it lasts, so that the position is cursor enough.
 * @throws ProtocolError (invalid params) for a cursor that no page of this list has given
 */
export function pageOf<Item>(
  items: readonly Item[],
  cursor: string | undefined,
  size: number = PAGE_SIZE,
): { readonly items: Item[]; readonly nextCursor?: string } {
  const from = cursor === undefined ? 0 : Number(/^p(\d{1,9})$/.exec(cursor)?.[1] ?? Number.NaN);
  if (cursor !== undefined && !(from > 0 && from < items.length && from % size === 0)) {
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      'This cursor belongs to no page of the list: start again without one.',
    );
  }
  const next = from + size;
  return { items: items.slice(from, next), ...(next < items.length && { nextCursor: `p${next}` }) };
}
