import { joined, NOTHING, setOf, type FieldSet } from './field-set.ts';
import { itemsByStep } from './items.ts';
import { partsOf, valueShape, type Shape } from './shape.ts';
import { fieldsOf, isEmpty, listOf, type Fields } from './values.ts';
import { same } from '../same.ts';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** What differs at a place and below it; nothing where nothing does. */
interface Found {
  readonly added?: FieldSet | undefined;
  readonly modified?: FieldSet | undefined;
  readonly removed?: FieldSet | undefined;
}

const ADDED: Found = { added: NOTHING };
const MODIFIED: Found = { modified: NOTHING };
const REMOVED: Found = { removed: NOTHING };

/** Which fields differ between two objects of one kind, by the rules of ownership: parts of atomic values do not count. */
export function compare(shape: Shape, before: unknown, after: unknown): Comparison {
  const { added = NOTHING, modified = NOTHING, removed = NOTHING } = walk(shape, before, after) ?? {};
  return { added, modified, removed };
}

/** Undefined is absent; null is there. */
function walk(shape: Shape, before: unknown, after: unknown): Found | undefined {
  if (before === after) return undefined;
  if (before === undefined) return { added: whole(shape, after) };
  if (after === undefined) return { removed: whole(shape, before) };
  const [was, is] = [partsOf(shape, before), partsOf(shape, after)];
  // A value that has become one of another form loses its old parts and gains the new ones.
  const found = walkAs(is, shape, before, after);
  return was === is ? found : together(walkAs(was, shape, before, after), found);
}

function walkAs(parts: ReturnType<typeof partsOf>, shape: Shape, before: unknown, after: unknown): Found | undefined {
  if (parts === 'leaf' || (isEmpty(before) && isEmpty(after))) return same(before, after) ? undefined : MODIFIED;
  const below = new Differences();
  if (parts === 'map') walkFields(below, shape, fieldsOf(before), fieldsOf(after));
  else walkItems(below, shape, before, after);
  return below.found();
}

/** A value with all of its parts. */
function whole(shape: Shape, value: unknown): FieldSet {
  const parts = partsOf(shape, value);
  if (parts === 'leaf' || isEmpty(value)) return NOTHING;
  const entries: [string, FieldSet][] = [['.', NOTHING]];
  if (parts === 'map') {
    const fields = fieldsOf(value);
    for (const name in fields)
      if (fields[name] !== undefined) entries.push([`f:${name}`, whole(valueShape(shape, name), fields[name])]);
  } else {
    for (const [step, [first, ...twins]] of itemsByStep(shape, listOf(value)))
      entries.push([step, twins.length > 0 ? NOTHING : whole(shape.element(), first)]);
  }
  // What is in a set by itself alone has nothing below it.
  return entries.length === 1 ? NOTHING : setOf(entries);
}

function walkFields(below: Differences, shape: Shape, was: Fields, is: Fields): void {
  const visit = (name: string, old: unknown, now: unknown): void => {
    if (old !== now) below.add(`f:${name}`, walk(valueShape(shape, name), old, now));
  };
  for (const name in was) visit(name, was[name], Object.hasOwn(is, name) ? is[name] : undefined);
  for (const name in is) if (!Object.hasOwn(was, name)) visit(name, undefined, is[name]);
}

function walkItems(below: Differences, shape: Shape, before: unknown, after: unknown): void {
  const was = itemsByStep(shape, listOf(before));
  const is = itemsByStep(shape, listOf(after));
  for (const step of new Set([...was.keys(), ...is.keys()])) {
    const [old = [], now = []] = [was.get(step), is.get(step)];
    const isOne = old.length <= 1 && now.length <= 1;
    below.add(step, isOne ? walk(shape.element(), old[0], now[0]) : twins(shape, old, now));
  }
}

/** Items with the same keys, which some lists may hold: owned as a whole, under the one step that they share. */
function twins(shape: Shape, old: readonly unknown[], now: readonly unknown[]): Found | undefined {
  if (old.length > 1 && now.length > 1) return same(old, now) ? undefined : MODIFIED;
  if (old.length > 1) return together(now.length > 0 ? walk(shape.element(), undefined, now[0]) : undefined, REMOVED);
  return together(old.length > 0 ? walk(shape.element(), old[0], undefined) : undefined, ADDED);
}

function together(one: Found | undefined, other: Found | undefined): Found | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    added: joined(one.added, other.added),
    modified: joined(one.modified, other.modified),
    removed: joined(one.removed, other.removed),
  };
}

/** Gathers what differs in the parts of a value. */
class Differences {
  readonly #added: [string, FieldSet][] = [];
  readonly #modified: [string, FieldSet][] = [];
  readonly #removed: [string, FieldSet][] = [];

  add(step: string, found: Found | undefined): void {
    if (found?.added !== undefined) this.#added.push([step, found.added]);
    if (found?.modified !== undefined) this.#modified.push([step, found.modified]);
    if (found?.removed !== undefined) this.#removed.push([step, found.removed]);
  }

  found(): Found | undefined {
    const [added, modified, removed] = [partOf(this.#added), partOf(this.#modified), partOf(this.#removed)];
    return added === undefined && modified === undefined && removed === undefined ? undefined : { added, modified, removed };
  }
}

const partOf = (entries: [string, FieldSet][]): FieldSet | undefined => (entries.length === 0 ? undefined : setOf(entries));
