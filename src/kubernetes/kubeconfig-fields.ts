import { UsageError } from '../platform/index.ts';

/** A map somewhere in a kubeconfig, with the words for where that is. */
export interface Fields {
  readonly file: string;
  /** `users[2].user`; empty at the top. */
  readonly path: string;
  readonly values: ReadonlyMap<string, unknown>;
}

/**
 * The error for a field of another shape than it should have. It names the type of what is there, never the value:
 * the value may be a credential that slipped into the wrong line.
 */
export function fieldError(file: string, path: string, expected: string, value: unknown): UsageError {
  const found = value === undefined || value === null ? 'is missing' : `is ${typeName(value)}`;
  return new UsageError(`Kubeconfig ${file}: ${path === '' ? 'the file' : path} should be ${expected}, but ${found}.`, {
    code: 'kubeconfig',
    field: path,
  });
}

/** A value as a map; one that is left blank is an empty map, as in Go. */
export function asFields(value: unknown, file: string, path: string): Fields {
  if (value === undefined || value === null) return { file, path, values: new Map() };
  if (typeof value !== 'object' || Array.isArray(value)) throw fieldError(file, path, 'a map', value);
  return { file, path, values: new Map(Object.entries(value)) };
}

/** The map at a key; undefined when it is left out or blank. */
export function mapField(fields: Fields, key: string): Fields | undefined {
  const value = fields.values.get(key);
  return value === undefined || value === null ? undefined : asFields(value, fields.file, pathOf(fields, key));
}

/** The items of the list at a key, as maps; empty when it is left out. */
export function itemsField(fields: Fields, key: string): readonly Fields[] {
  return listField(fields, key).map((item, index) => asFields(item, fields.file, `${pathOf(fields, key)}[${index}]`));
}

/** The texts of the list at a key; empty when it is left out. */
export function textsField(fields: Fields, key: string): readonly string[] {
  return listField(fields, key).map((item, index) => {
    if (typeof item === 'string') return item;
    throw fieldError(fields.file, `${pathOf(fields, key)}[${index}]`, 'text', item);
  });
}

/** The text at a key; undefined when it is left out, blank or empty. */
export function textField(fields: Fields, key: string): string | undefined {
  const value = fields.values.get(key);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  const quotes = typeof value === 'number' || typeof value === 'boolean' ? ' (put it in quotes)' : '';
  throw fieldError(fields.file, pathOf(fields, key), `text${quotes}`, value);
}

/** The text at a key that must be there. */
export function requiredText(fields: Fields, key: string, expected = 'text'): string {
  const text = textField(fields, key);
  if (text === undefined) throw fieldError(fields.file, pathOf(fields, key), expected, undefined);
  return text;
}

/** True or false at a key; false when it is left out. */
export function flagField(fields: Fields, key: string): boolean {
  const value = fields.values.get(key);
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw fieldError(fields.file, pathOf(fields, key), 'true or false', value);
}

export function pathOf(fields: Fields, key: string): string {
  return fields.path === '' ? key : `${fields.path}.${key}`;
}

function listField(fields: Fields, key: string): readonly unknown[] {
  const value = fields.values.get(key);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw fieldError(fields.file, pathOf(fields, key), 'a list', value);
  return value as readonly unknown[];
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
