const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether two values are the same JSON: the order of fields does not count, and a field that is undefined is not there.
 * Parts that both share cost nothing.
 */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one))
    return Array.isArray(other) && one.length === other.length && one.every((item, index) => same(item, other[index]));
  if (!isRecord(one) || !isRecord(other)) return false;
  for (const name in one) if (!same(one[name], own(other, name))) return false;
  for (const name in other) if (other[name] !== undefined && own(one, name) === undefined) return false;
  return true;
}

/** Keys are anybody's: `constructor` is one, and no object has it before somebody sets it. */
const own = (fields: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;
