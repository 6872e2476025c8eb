import * as z from 'zod';

import { didYouMean, nearest } from '../nearest.ts';
import type { Path } from './document.ts';

/** What does not fit a schema, and where. */
export interface Finding {
  readonly path: Path;
  /** Whether the key is at fault or what stands behind it. */
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** As much of JSON Schema as our own schemas have. */
interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
}

/**
 * Holds a value against a schema. The messages are ours and never quote a value, but for a slip in one of a few known
 * words; a schema's own texts (of `regex`, `refine`) go on after the name of the field: `must be a duration such as 30s`.
 */
export function checkAgainst(schema: z.ZodType, value: unknown): readonly Finding[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  const shape = z.toJSONSchema(schema, { io: 'input' }) as Shape;
  const { issues } = result.error;
  return issues.filter((issue) => !isEcho(issue, issues)).flatMap((issue) => findingsOf(issue, value, shape));
}

/** Whether a missing key is there after all, with a slip in it that is told anyway. */
function isEcho(issue: z.core.$ZodIssue, issues: readonly z.core.$ZodIssue[]): boolean {
  const [key, around] = [issue.path.at(-1), JSON.stringify(issue.path.slice(0, -1))];
  if (issue.code !== 'invalid_type' || typeof key !== 'string') return false;
  return issues.some(
    (other) =>
      other.code === 'unrecognized_keys' &&
      JSON.stringify(other.path) === around &&
      other.keys.some((slip) => nearest(slip, [key]).length > 0),
  );
}

function findingsOf(issue: z.core.$ZodIssue, root: unknown, shape: Shape): readonly Finding[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const here = (message: string): readonly Finding[] => [{ path, at: 'value', message }];
  const field = sayPath(path);
  const value = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], at: 'key', message: unknownKey(key, path, shape) }));
    case 'invalid_key':
      return [{ path, at: 'key', message: `${field}: ${issue.issues[0]?.message ?? 'this is no name for it'}` }];
    case 'invalid_type':
      return value === undefined
        ? [
            {
              path: path.slice(0, -1),
              at: 'value',
              message: `${sayPath(path.slice(0, -1))} needs the key "${path.at(-1)}"`,
            },
          ]
        : here(wrongType(field, issue.expected, value));
    case 'invalid_value':
      return here(wrongChoice(field, value, issue.values.map(String)));
    case 'too_small':
      return here(
        issue.origin === 'string' || issue.origin === 'array'
          ? `${field} is empty; leave it out to set nothing`
          : `${field} must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`,
      );
    case 'too_big':
      return here(`${field} must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`);
    default:
      return here(`${field} ${issue.message}`);
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function wrongType(field: string, expected: string, value: unknown): string {
  const wanted = TYPES[expected] ?? expected;
  if (value === null) return `${field} has no value; leave it out to set nothing`;
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return `${field} must be text; put it in quotes`;
  }
  const found = Array.isArray(value) ? 'array' : typeof value;
  if (found === 'number') return `${field} must be ${wanted}`;
  return `${field} must be ${wanted}, not ${found === 'boolean' ? 'true or false' : (TYPES[found] ?? found)}`;
}

function wrongChoice(field: string, value: unknown, known: readonly string[]): string {
  const close = typeof value === 'string' && nearest(value, known).length > 0;
  // What resembles none of the words may be anything, a secret included.
  const slip = close ? ` cannot be ${JSON.stringify(value)}${didYouMean(value, known)}` : ' cannot be that;';
  return `${field}${slip} Possible: ${known.join(', ')}`.replace('; Possible', '; possible');
}

/** A name that a person would give to a key; longer ones and others may be a value that lost its place. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;

function unknownKey(key: string, path: Path, shape: Shape): string {
  if (!NAME.test(key)) return `unknown key ${sayPlace(path)}; a key is followed by a colon and a space`;
  const elsewhere = placesOf(shape, key);
  const hint = didYouMean(key, Object.keys(shapeAt(shape, path)?.properties ?? {}));
  if (elsewhere.length === 0 && hint !== '') return `unknown key "${key}"${hint}`;
  const right = elsewhere.length === 0 ? '' : `; it belongs ${elsewhere.map(sayShapePlace).join(' or ')}`;
  return `unknown key "${key}" ${sayPlace(path)}${right}`;
}

function sayPlace(path: Path): string {
  return path.length === 0 ? 'at the top' : `in ${sayPath(path)}`;
}

function sayShapePlace(place: string): string {
  return place === '' ? 'at the top' : `into ${place}`;
}

function shapeAt(shape: Shape, path: Path): Shape | undefined {
  let found: Shape | undefined = shape;
  for (const step of path) found = typeof step === 'number' ? found?.items : found?.properties?.[step];
  return found;
}

/** Where a schema has a key of this name: `clusters[].tls_config`. */
function placesOf(shape: Shape, key: string, at = ''): readonly string[] {
  const own = Object.hasOwn(shape.properties ?? {}, key) ? [at] : [];
  const below = Object.entries(shape.properties ?? {}).flatMap(([name, each]) =>
    placesOf(each, key, at === '' ? name : `${at}.${name}`),
  );
  return [...own, ...below, ...(shape.items === undefined ? [] : placesOf(shape.items, key, `${at}[]`))];
}

/** `clusters[2].tls_config.ca_file`; `the file` for its root. */
export function sayPath(path: Path): string {
  if (path.length === 0) return 'the file';
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`)).join('');
}

/** What stands at a path; undefined when there is no such place. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
