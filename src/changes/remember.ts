/**
 * The same function, which works once for each object and knows the answer the next time. For objects that nobody
 * changes, as all are that came from a server.
 */
export function remembered<Item extends object, Result>(work: (item: Item) => Result): (item: Item) => Result {
  const known = new WeakMap<Item, { readonly result: Result }>();
  return (item) => {
    const found = known.get(item) ?? { result: work(item) };
    known.set(item, found);
    return found.result;
  };
}
