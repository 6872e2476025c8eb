import { textAt } from '../../../src/kubernetes/index.ts';

/** What differs between two servers that did the same, taken out: times, versions, and uids for the names of what they belong to. */
export function shown(value: unknown, uids: ReadonlyMap<string, string>, namespace: string): unknown {
  let text = JSON.stringify(value) ?? 'null';
  for (const [uid, name] of uids) text = text.replaceAll(uid, name);
  text = text
    .replaceAll(namespace, 'NAMESPACE')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replaceAll(/(ResourceVersion in (?:the precondition|record)) \(\d+\)/g, '$1 (VERSION)')
    .replaceAll(/(\\*")resourceVersion\1:\1\d+\1/g, '$1resourceVersion$1:$1VERSION$1');
  return sorted(JSON.parse(text));
}

type Order = (items: readonly unknown[]) => readonly unknown[];

/** Lists whose order is the server's whim: managers by the second in which they wrote, conflicts as a map of Go has them. */
const ORDERS: Readonly<Record<string, Order>> = {
  managedFields: (managers) =>
    by(
      managers.map((entry) => ({ ...(entry as object), time: undefined })),
      ['operation', 'manager', 'subresource'],
    ),
  causes: (causes) => by(causes, ['field', 'message', 'reason']),
};

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      if (key === 'message' && typeof part === 'string') return [key, withSortedWords(part)];
      return [key, Array.isArray(part) ? (ORDERS[key]?.(part) ?? sorted(part)) : sorted(part)];
    }),
  );
}

/** What is wrong with a custom object stands in the message in the order of its causes. */
const withSortedWords = (message: string): string =>
  message.replace(
    /^(\S+ "\S+" is invalid: )\[(.*)\]$/s,
    (_, before: string, words: string) => `${before}[${words.split(', ').toSorted().join(', ')}]`,
  );

function by(items: readonly unknown[], fields: readonly string[]): readonly unknown[] {
  const key = (item: unknown): string => fields.map((field) => textAt(item, field) ?? '').join(' ');
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
