import { below, FieldSetBuilder, has, isNothing, reaches, type FieldSet } from './field-set.ts';
import { itemsByStep, itemStep } from './items.ts';
import { partsOf, valueShape, type Shape } from './shape.ts';
import { fieldsOf, isFields, isList, isEmpty } from './values.ts';

/** The fields that somebody owns who applies this value: its leaves, the items of its lists, the free keys of its maps. */
export function ownedBy(shape: Shape, value: unknown): FieldSet {
  const set = new FieldSetBuilder();
  own(set, shape, [], value);
  return set.build();
}

function own(set: FieldSetBuilder, shape: Shape, path: readonly string[], value: unknown): void {
  const parts = partsOf(shape, value);
  if (parts === 'leaf') set.add(path);
  else if (parts === 'map') ownFields(set, shape, path, fieldsOf(value));
  else if (isList(value)) ownItems(set, shape, path, value);
}

function ownFields(set: FieldSetBuilder, shape: Shape, path: readonly string[], fields: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const here = [...path, `f:${name}`];
    own(set, valueShape(shape, name), here, value);
    if (value === null || (isFields(value) && isEmpty(value)) || shape.field(name) === undefined) set.add(here);
  }
}

function ownItems(set: FieldSetBuilder, shape: Shape, path: readonly string[], items: readonly unknown[]): void {
  for (const [step, [item, ...twins]] of itemsByStep(shape, items)) {
    const here = [...path, step];
    if (twins.length === 0) own(set, shape.element(), here, item);
    set.add(here);
  }
}

/** The set with all declared fields on the way to its members: who owns `spec.replicas` speaks for `spec` when pruning. */
export function withNamedFields(shape: Shape, set: FieldSet): FieldSet {
  const out: Record<string, FieldSet> = {};
  for (const step in set) {
    if (step === '.') continue;
    const node = set[step] ?? {};
    const name = step.startsWith('f:') ? step.slice(2) : undefined;
    const next = name === undefined ? shape.element() : valueShape(shape, name);
    const grown = withNamedFields(next, node);
    const named = name !== undefined && shape.field(name) !== undefined;
    const member = has(set, step) || (named && !isNothing(grown));
    out[step] = isNothing(grown) || !member ? grown : { '.': {}, ...grown };
  }
  return out;
}

/** The value without the fields of the set. What loses its last part stays as null: it is there, with nothing in it. */
export function without(shape: Shape, value: unknown, set: FieldSet): unknown {
  const parts = partsOf(shape, value);
  if (parts === 'leaf') return shape.atomic && typeof value === 'object' ? null : value;
  const left = isList(value) ? withoutItems(shape, value, set) : withoutFields(shape, fieldsOf(value), set);
  return isEmpty(left) ? null : left;
}

function withoutFields(shape: Shape, value: Readonly<Record<string, unknown>>, set: FieldSet): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const step = `f:${name}`;
    if (has(set, step)) continue;
    out[name] = reaches(set, step) ? without(valueShape(shape, name), part, below(set, step) ?? {}) : part;
  }
  return out;
}

function withoutItems(shape: Shape, items: readonly unknown[], set: FieldSet): readonly unknown[] {
  return items.flatMap((item) => {
    const step = itemStep(shape, item);
    if (step === undefined) return [item];
    if (has(set, step)) return [];
    return reaches(set, step) ? [without(shape.element(), item, below(set, step) ?? {})] : [item];
  });
}
