import { badRequest, type StatusError } from '../status.ts';
import { internalError } from './errors.ts';
import { valueShape, type Shape } from './shape.ts';
import { checkKeys, goText, inOrder, sameItem, type ItemKey } from './strategic-lists.ts';
import { fieldsOf, isFields, isList, listOf, textOf, type Fields } from './values.ts';
import { same } from '../same.ts';

const PATCH = '$patch';
const RETAIN_KEYS = '$retainKeys';
const ORDER = '$setElementOrder/';
const DELETE_ITEMS = '$deleteFromPrimitiveList/';

/**
 * Strategic merge patch: as a merge patch, but lists whose schema says so are merged item by item, and directives in the
 * patch say what goes or in what order it stands.
 * @throws StatusError for directives that make no sense
 */
export function strategicallyPatched(shape: Shape, target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) throw badRequest('json: cannot unmarshal array into Go value of type map[string]interface {}');
  return mergeMap(shape, isFields(target) ? target : {}, patch);
}

function mergeMap(shape: Shape, target: Fields, patch: Fields): Fields {
  const directive = patch[PATCH];
  if (directive === 'replace') return omit(patch, PATCH);
  if (directive === 'delete') return {};
  if (directive !== undefined) throw unknownDirective(directive, patch);
  const out: Record<string, unknown> = { ...retained(target, patch) };
  const rest = { ...omit(patch, RETAIN_KEYS) };
  orderLists(shape, out, rest);
  for (const [written, value] of Object.entries(rest)) {
    const deletes = written.startsWith(DELETE_ITEMS);
    const name = deletes ? written.slice(DELETE_ITEMS.length) : written;
    const merged = deletes ? deleteItems(out[name], value) : mergeValue(valueShape(shape, name), out[name], value);
    if (merged === undefined) delete out[name];
    else out[name] = merged;
  }
  return out;
}

/** Undefined when the field goes, or was never there. */
function mergeValue(shape: Shape, before: unknown, value: unknown): unknown {
  if (value === null) return undefined;
  if (isFields(before) && isFields(value)) return replaces(shape) ? value : mergeMap(shape, before, value);
  if (isList(before) && isList(value)) return merges(shape) ? mergeList(shape, before, value) : value;
  return withoutDirectives(before === undefined || typeof before !== typeof value ? withoutNulls(value) : value);
}

const strategies = (shape: Shape): readonly string[] => shape.schema['x-kubernetes-patch-strategy']?.split(',') ?? [];
const merges = (shape: Shape): boolean => strategies(shape).includes('merge');
const replaces = (shape: Shape): boolean => strategies(shape).includes('replace');
const keyOf = (shape: Shape): ItemKey => shape.schema['x-kubernetes-patch-merge-key'];

function mergeList(shape: Shape, before: readonly unknown[], patch: readonly unknown[]): readonly unknown[] {
  if (before.length === 0 && patch.length === 0) return before;
  checkTypes([...before, ...patch]);
  if (!isFields(before[0] ?? patch[0])) return inOrder([...new Set([...before, ...patch])], patch, before, undefined);
  const key = keyOf(shape);
  if (key === undefined) throw internalError('cannot merge lists without merge key');
  const { kept, items } = directed(before, patch, key);
  return inOrder(mergeItems(shape, kept, items, key), items, kept, key);
}

function checkTypes(items: readonly unknown[]): void {
  if (items.some((item) => isFields(item) !== isFields(items[0]))) {
    throw internalError(`list element types are not identical: ${goText(items)}`);
  }
}

/** What items with a `$patch` do to the list: one of them deletes, or replaces everything. */
function directed(
  before: readonly unknown[],
  patch: readonly unknown[],
  key: string,
): { kept: readonly unknown[]; items: readonly unknown[] } {
  const items = patch.filter((item) => fieldsOf(item)[PATCH] === undefined);
  let kept = before;
  for (const item of patch.map(fieldsOf)) {
    const directive = item[PATCH];
    if (directive === 'replace') return { kept: items, items: [] };
    if (directive === 'merge') throw internalError('merging lists cannot yet be specified in the patch');
    if (directive === undefined) continue;
    if (directive !== 'delete') throw unknownDirective(directive, item);
    checkKeys([item], key);
    kept = kept.filter((other) => !sameItem(other, item, key));
  }
  return { kept, items };
}

function mergeItems(shape: Shape, kept: readonly unknown[], items: readonly unknown[], key: string): readonly unknown[] {
  const out = [...kept];
  checkKeys(items, key);
  for (const item of items) {
    const at = out.findIndex((other) => sameItem(other, item, key));
    if (at === -1) out.push(item);
    else out[at] = mergeMap(shape.element(), fieldsOf(out[at]), fieldsOf(item));
  }
  return out;
}

/** Merges the lists that come with a `$setElementOrder` and takes both out of the patch. */
function orderLists(shape: Shape, out: Record<string, unknown>, patch: Record<string, unknown>): void {
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(ORDER)) continue;
    const name = directive.slice(ORDER.length);
    delete patch[directive];
    if (!isList(order)) throw badRequest('invalid patch format of setElementOrder list');
    const list = valueShape(shape, name);
    const items = patch[name];
    checkOrder(listOf(items), order, keyOf(list));
    const before = out[name];
    if (before === undefined && items === undefined) continue;
    const merged = listOf(items === undefined ? before : mergeValue(list, before, items));
    delete patch[name];
    checkKeys(order, keyOf(list));
    out[name] = inOrder(merged, order, listOf(before), keyOf(list));
  }
}

/** The items of the patch must come in the order that it asks for. */
function checkOrder(items: readonly unknown[], order: readonly unknown[], key: ItemKey): void {
  if (order.length === 0) return;
  let at = 0;
  const kept = items.filter((item) => fieldsOf(item)[PATCH] === undefined);
  for (const wanted of order) if (at < kept.length && sameItem(kept[at], wanted, key)) at += 1;
  if (at < kept.length) {
    throw internalError(`The order in patch list:\n${goText(items)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`);
  }
}

function deleteItems(before: unknown, gone: unknown): unknown {
  if (!isList(before) || !isList(gone)) return before;
  return before.filter((item) => !gone.some((one) => same(one, item)));
}

/** `$retainKeys` names the only fields that stay; a patch that sets others contradicts itself. */
function retained(target: Fields, patch: Fields): Fields {
  const keys = patch[RETAIN_KEYS];
  if (keys === undefined) return target;
  if (!isList(keys)) throw badRequest('invalid patch format of retainKeys');
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || name === RETAIN_KEYS || name.startsWith(ORDER) || name.startsWith(DELETE_ITEMS)) continue;
    if (!keys.includes(name)) throw badRequest('invalid patch format of retainKeys');
  }
  return Object.fromEntries(Object.entries(target).filter(([name]) => keys.includes(name)));
}

/** What a patch adds as a whole loses its nulls and the parts that only say what to delete. */
function withoutDirectives(value: unknown): unknown {
  if (isList(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isFields(value)) return value;
  if (PATCH in value) return undefined;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, part]) => [name, withoutDirectives(part)] as const)
      .filter(([, part]) => part !== undefined),
  );
}

function withoutNulls(value: unknown): unknown {
  if (isList(value)) return value.map(withoutNulls);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== null)
      .map(([name, part]) => [name, withoutNulls(part)]),
  );
}

function omit(fields: Fields, name: string): Fields {
  if (!(name in fields)) return fields;
  const { [name]: _, ...rest } = fields;
  return rest;
}

const unknownDirective = (directive: unknown, map: Fields): StatusError =>
  internalError(`unknown patch type: ${textOf(directive)} in map: ${goText(map)}`);
