/** Plain JSON in hand: what it is, and what is in it. */

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `Array.isArray`, but what is in it stays unknown. */
export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

export const listOf = (value: unknown): readonly unknown[] => (isList(value) ? value : []);

/** Of a text, a number or a boolean; of anything else nothing, as of what is missing. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** Null, absent, an empty list or an empty object. */
export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);

/** What stands at a path of names: `['spec', 'replicas']`. */
export const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((part, name) => fieldsOf(part)[name], value);

/** The object with one field set, or taken out when the value is undefined. The same object when nothing changes. */
export function withField<T extends Fields>(object: T, name: string, value: unknown): T {
  if (object[name] === value) return object;
  if (value !== undefined) return { ...object, [name]: value };
  const { [name]: _, ...rest } = object;
  return rest as T;
}

/** The object with its metadata changed. */
export const withMeta = <T extends Fields>(object: T, name: string, value: unknown): T =>
  withField(object, 'metadata', withField(fieldsOf(object['metadata']), name, value));
