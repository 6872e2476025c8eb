import { itemStep } from './items.ts';
import { partsOf, valueShape, type Shape } from './shape.ts';
import { pathText } from './field-set.ts';
import { isFields, isList, type Fields } from './values.ts';
import { goText } from './strategic-lists.ts';

/**
 * What keeps a value from being applied: server-side apply owns fields one by one, so every one of them must be known.
 * In the words of the server, a line each: `.spec.replica: field not declared in schema`.
 */
export function undeclared(shape: Shape, value: unknown): readonly string[] {
  return problems(shape, [], value);
}

function problems(shape: Shape, path: readonly string[], value: unknown): readonly string[] {
  if (value === null || value === undefined || shape.form === 'any') return [];
  if (shape.form === 'map') {
    return isFields(value) ? fieldProblems(shape, path, value) : [told(path, `expected map, got &{${goText(value)}}`)];
  }
  if (shape.form === 'list') {
    return isList(value) ? itemProblems(shape, path, value) : [told(path, `expected list, got &{${goText(value)}}`)];
  }
  return scalarProblems(shape, path, value);
}

const told = (path: readonly string[], words: string): string => `${pathText(path)}: ${words}`;

/** The server gives up on an object at its first unknown field. */
function fieldProblems(shape: Shape, path: readonly string[], value: Fields): readonly string[] {
  const out: string[] = [];
  const open = shape.schema.additionalProperties !== undefined || shape.schema['x-kubernetes-preserve-unknown-fields'] === true;
  for (const [name, part] of Object.entries(value)) {
    const here = [...path, `f:${name}`];
    if (!open && shape.field(name) === undefined) return [...out, told(here, 'field not declared in schema')];
    out.push(...problems(valueShape(shape, name), here, part));
  }
  return out;
}

function itemProblems(shape: Shape, path: readonly string[], items: readonly unknown[]): readonly string[] {
  const seen = new Set<string>();
  return items.flatMap((item, i) => {
    const step = partsOf(shape, items) === 'list' ? itemStep(shape, item) : `i:${i}`;
    if (step === undefined) return [told(path, `element ${i}: ${unkeyed(shape, item)}`)];
    if (seen.has(step)) return [told(path, `duplicate entries for key ${pathText([step])}`)];
    seen.add(step);
    return problems(shape.element(), [...path, step], item);
  });
}

function unkeyed(shape: Shape, item: unknown): string {
  if (shape.keys.length === 0) return unlikeText(item);
  if (item === null) return 'associative list with keys may not have a null element';
  if (!isFields(item)) return 'associative list with keys may not have non-map elements';
  const keys = shape.keys.map((key) => JSON.stringify(key)).join(' ');
  return `associative list with keys has an element that omits all key fields [${keys}] (and doesn't have default values for any key fields)`;
}

/** Of a set, whose items are told apart by what they are. */
function unlikeText(item: unknown): string {
  if (item === null) return "associative list without keys has an element that's an explicit null";
  if (isList(item)) return 'not supported: associative list with lists as elements';
  return "associative list without keys has an element that's a map type";
}

function scalarProblems({ schema }: Shape, path: readonly string[], value: unknown): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true || schema.oneOf !== undefined) return [];
  const type = typeof value;
  if (schema.type === 'string' && type !== 'string') {
    return [told(path, `expected string, got &value.valueUnstructured{Value:${goText(value)}}`)];
  }
  if (schema.type === 'boolean' && type !== 'boolean') return [told(path, `expected boolean, got &{${goText(value)}}`)];
  if ((schema.type === 'integer' || schema.type === 'number') && type !== 'number') {
    return [
      told(
        path,
        `expected numeric (int or float), got ${isFields(value) ? 'map[string]interface {}' : isList(value) ? '[]interface {}' : type}`,
      ),
    ];
  }
  return [];
}
