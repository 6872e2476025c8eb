import type { Schema } from '../model.ts';
import type { StatusCause } from '../status.ts';
import { shown } from './rules/found.ts';
import { propertyOf } from './shape.ts';
import { fieldsOf, isFields, isList, type Fields } from './values.ts';
import { same } from '../same.ts';

/** What is wrong with an object of a CustomResourceDefinition by its schema. Rules in CEL are not evaluated. */
export function customCauses(schema: Schema, object: unknown): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const { properties } = schema;
  const own = { ...properties };
  delete own['metadata'];
  check(causes, { ...schema, properties: own }, '', object);
  listTypes(causes, schema, '', object);
  return causes;
}

type Check = (schema: Schema, path: string, value: unknown) => readonly StatusCause[];

const cause = (reason: string, field: string, message: string): StatusCause => ({ reason, message, field });

const wrong = (path: string, value: unknown, words: string): StatusCause =>
  cause('FieldValueInvalid', path, `Invalid value: ${shown(value)}: ${path} in body ${words}`);

const wrongType = (path: string, value: unknown, types: string): StatusCause => {
  const given = JSON.stringify(typeOf(value));
  return cause('FieldValueTypeInvalid', path, `Invalid value: ${given}: ${path} in body must be of type ${types}: ${given}`);
};

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function check(causes: StatusCause[], schema: Schema, path: string, value: unknown): void {
  if (value === undefined || (value === null && schema.nullable === true)) return;
  const types = typesOf(schema);
  const given = typeOf(value);
  if (types.length > 0 && !types.includes(given) && !(given === 'integer' && types.includes('number'))) {
    causes.push(wrongType(path, value, types.join(',')));
  } else {
    for (const one of CHECKS) causes.push(...one(schema, path, value));
  }
  if (schema.enum?.some((allowed) => same(allowed, value)) === false) {
    const supported = schema.enum.map((one) => JSON.stringify(one)).join(', ');
    causes.push(cause('FieldValueNotSupported', path, `Unsupported value: ${shown(value)}: supported values: ${supported}`));
  }
  if (isFields(value)) checkFields(causes, schema, path, value);
  else if (isList(value) && schema.items !== undefined) {
    const { items } = schema;
    value.forEach((item, i) => check(causes, items, `${path}[${i}]`, item));
  }
}

const typesOf = (schema: Schema): readonly string[] =>
  schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : schema.type === undefined ? [] : [schema.type];

function checkFields(causes: StatusCause[], schema: Schema, path: string, value: Fields): void {
  const here = (name: string): string => (path === '' ? name : `${path}.${name}`);
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) causes.push(cause('FieldValueRequired', here(name), 'Required value'));
  }
  for (const [name, part] of Object.entries(value)) {
    const field =
      propertyOf(schema, name) ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
    if (field !== undefined) check(causes, field, here(name), part);
  }
}

const text: Check = ({ minLength, maxLength, pattern, format }, path, value) => {
  if (typeof value !== 'string') return [];
  // In characters, of which some take two places in a string.
  const length = Array.from(value).length;
  if (maxLength !== undefined && length > maxLength) {
    return [cause('FieldValueTooLong', path, `Too long: may not be more than ${maxLength} bytes`)];
  }
  if (minLength !== undefined && length < minLength) return [wrong(path, value, `should be at least ${minLength} chars long`)];
  if (pattern !== undefined && expressionOf(pattern)?.test(value) === false)
    return [wrong(path, value, `should match '${pattern}'`)];
  if (format !== undefined && FORMATS[format]?.test(value) === false) {
    return [
      cause(
        'FieldValueTypeInvalid',
        path,
        `Invalid value: ${shown(value)}: ${path} in body must be of type ${format}: ${shown(value)}`,
      ),
    ];
  }
  return [];
};

const expressions = new Map<string, RegExp | undefined>();
/** How many patterns are kept; then all are forgotten. */
const MOST_EXPRESSIONS = 1024;

/** A pattern as Go reads it, of which this understands what both languages have: of one that says more nothing is checked. */
function expressionOf(pattern: string): RegExp | undefined {
  if (!expressions.has(pattern)) {
    if (expressions.size >= MOST_EXPRESSIONS) expressions.clear();
    expressions.set(pattern, compiled(pattern, 'u') ?? compiled(pattern, ''));
  }
  return expressions.get(pattern);
}

function compiled(pattern: string, flags: string): RegExp | undefined {
  const [, goFlags = '', rest = ''] = /^(?:\(\?([ims]+)\))?([^]*)$/.exec(pattern) ?? [];
  try {
    return new RegExp(rest, flags + [...new Set(goFlags)].join(''));
  } catch {
    return undefined;
  }
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  email: /^[^\s@]+@[^\s@]+$/,
  uuid: /^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$/,
};

const number: Check = ({ minimum, maximum }, path, value) => {
  if (typeof value !== 'number') return [];
  if (maximum !== undefined && value > maximum) return [wrong(path, value, `should be less than or equal to ${maximum}`)];
  return minimum !== undefined && value < minimum ? [wrong(path, value, `should be greater than or equal to ${minimum}`)] : [];
};

const list: Check = ({ minItems, maxItems }, path, value) => {
  if (!isList(value)) return [];
  if (minItems !== undefined && value.length < minItems)
    return [wrong(path, value.length, `should have at least ${minItems} items`)];
  if (maxItems === undefined || value.length <= maxItems) return [];
  return [cause('FieldValueTooMany', path, `Too many: ${value.length}: must have at most ${maxItems} items`)];
};

const CHECKS: readonly Check[] = [text, number, list];

/** Items of sets and keyed lists that cannot be told apart. */
function listTypes(causes: StatusCause[], schema: Schema, path: string, value: unknown): void {
  if (isFields(value)) {
    for (const [name, part] of Object.entries(value)) {
      const field = propertyOf(schema, name);
      if (field !== undefined) listTypes(causes, field, path === '' ? name : `${path}.${name}`, part);
    }
  } else if (isList(value)) {
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    if (schema['x-kubernetes-list-type'] === 'set') duplicates(causes, path, value);
    if (schema['x-kubernetes-list-type'] === 'map') {
      const strangers = value.map((item, i) => ({ item, i })).filter(({ item }) => !isFields(item));
      for (const { item, i } of strangers) {
        causes.push(
          cause(
            'FieldValueInvalid',
            `${path}[${i}]`,
            `Invalid value: ${shown(item)}: must be an object for an array of list-type map`,
          ),
        );
      }
      if (strangers.length === 0)
        duplicates(
          causes,
          path,
          value.map((item) => keysOnly(fieldsOf(item), keys)),
        );
    }
    value.forEach((item, i) => listTypes(causes, schema.items ?? {}, `${path}[${i}]`, item));
  }
}

const keysOnly = (item: Fields, keys: readonly string[]): Fields =>
  Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key]]));

function duplicates(causes: StatusCause[], path: string, items: readonly unknown[]): void {
  items.forEach((item, i) => {
    if (items.slice(0, i).some((other) => same(other, item)))
      causes.push(cause('FieldValueDuplicate', `${path}[${i}]`, `Duplicate value: ${shown(item)}`));
  });
}
