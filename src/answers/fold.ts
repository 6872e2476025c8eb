import type { Budget } from './budget.ts';
import { oneLine } from './line.ts';
import { workloadOf } from './workload.ts';

/** What is to be folded: one object that needs no row of its own. */
export interface FoldRow {
  /** Empty for kinds without namespaces. */
  readonly namespace: string;
  readonly name: string;
  /** What else tells rows apart, said behind the count: `Completed`. Rows with different notes are not folded together. */
  readonly note?: string;
}

/** Rows of one namespace that differ in a generated suffix only. */
export interface FoldItem {
  readonly name: string;
  readonly count: number;
  readonly note: string;
}

/** A namespace with what is folded in it, by name. */
export interface FoldUnit {
  readonly namespace: string;
  readonly items: readonly FoldItem[];
}

/** Folded rows as lines, as far as the budget held. */
export interface FoldText {
  readonly text: string;
  /** How many of the original rows the text speaks for. */
  readonly rows: number;
  /** `namespace/name` of the last item in the text when there is more; goes into the cursor and back into `unitsAfter`. */
  readonly next: string | undefined;
}

/** A line longer than this, in bytes, may be cut within its namespace; a shorter one waits for the next page. */
const LONG_LINE = 1200;

/** Folds rows to units, sorted by namespace and name in code unit order, so that a key marks one place in them. */
export function foldNames(rows: Iterable<FoldRow>, stem: (name: string) => string = workloadOf): FoldUnit[] {
  const namespaces = new Map<string, Map<string, { name: string; note: string; count: number }>>();
  for (const row of rows) {
    const name = stem(row.name);
    const note = row.note ?? '';
    const key = note === '' ? name : `${name}\n${note}`;
    let items = namespaces.get(row.namespace);
    if (items === undefined) namespaces.set(row.namespace, (items = new Map()));
    const item = items.get(key);
    if (item === undefined) items.set(key, { name, note, count: 1 });
    else item.count++;
  }
  const units = [...namespaces].map(([namespace, items]) => ({
    namespace,
    items: [...items.values()].sort((a, b) => order(a.name, b.name) || order(a.note, b.note)),
  }));
  return units.sort((a, b) => order(a.namespace, b.namespace));
}

/** What comes after a key of `renderFold`; holds also when the item with that key is gone by now. */
export function unitsAfter(units: readonly FoldUnit[], key: string): FoldUnit[] {
  const slash = key.lastIndexOf('/');
  const namespace = key.slice(0, slash);
  const name = key.slice(slash + 1);
  return units.flatMap((unit) => {
    const side = order(unit.namespace, namespace);
    if (side !== 0) return side < 0 ? [] : [unit];
    const items = unit.items.filter((item) => item.name > name);
    return items.length === 0 ? [] : [{ namespace: unit.namespace, items }];
  });
}

/**
 * One line a namespace, `load-0: app-0 ×10, app-1 ×10`; namespaces that repeat the one before exactly share the next
 * line, `load-1, load-2: the same 2 ×10`. Takes from the budget what it prints. Cuts between namespaces, within one only
 * where its line is very long or the first; prints at least one item.
 */
export function renderFold(units: readonly FoldUnit[], budget: Budget): FoldText {
  const lines: string[] = [];
  let rows = 0;
  let done: string | undefined;
  let left = budget.leftBytes;
  let before = '';
  let repeating = false;

  for (const unit of units) {
    const items = unit.items.map(itemText);
    const body = items.join(', ');
    const label = labelOf(unit.namespace);
    const repeats = unit.namespace !== '' && body === before;
    const previous = lines.at(-1) ?? '';
    let line = `${label}${body}`;
    if (repeats && repeating) line = previous.replace(': the same', () => `, ${label.slice(0, -2)}: the same`);
    else if (repeats) line = `${label}the same ${sameText(unit.items)}`;

    const replaced = repeats && repeating ? Buffer.byteLength(previous) + 1 : 0;
    const cost = Buffer.byteLength(line) + 1 - replaced;
    if (cost > left) {
      const part =
        cost <= LONG_LINE && lines.length > 0
          ? 0
          : itemsThatFit(items, unit.items, left - Buffer.byteLength(label), lines.length === 0);
      if (part > 0) {
        lines.push(`${label}${items.slice(0, part).join(', ')}`);
        rows += countOf(unit.items.slice(0, part));
        done = `${unit.namespace}/${unit.items[part - 1]?.name ?? ''}`;
      }
      const complete = part === unit.items.length && unit === units.at(-1);
      return { text: budget.spend(lines.join('\n')), rows, next: complete ? undefined : done };
    }
    if (replaced > 0) lines.pop();
    lines.push(line);
    left -= cost;
    rows += countOf(unit.items);
    done = `${unit.namespace}/${unit.items.at(-1)?.name ?? ''}`;
    repeating = repeats;
    before = body;
  }
  return { text: lines.length === 0 ? '' : budget.spend(lines.join('\n')), rows, next: undefined };
}

/** How many items fit into `room` bytes. Items of one name stay together, because the key names them all. */
function itemsThatFit(texts: readonly string[], items: readonly FoldItem[], room: number, atLeastOne: boolean): number {
  let used = 0;
  let fitting = 0;
  for (const text of texts) {
    used += Buffer.byteLength(text) + 2;
    if (used > room) break;
    fitting++;
  }
  const sameName = (index: number) => items[index] !== undefined && items[index].name === items[index - 1]?.name;
  let part = fitting;
  while (part > 0 && sameName(part)) part--;
  if (part > 0 || !atLeastOne) return part;
  for (part = 1; sameName(part);) part++;
  return part;
}

function itemText(item: FoldItem): string {
  const count = item.count === 1 ? '' : ` ×${item.count}`;
  return `${oneLine(item.name, 253)}${count}${item.note === '' ? '' : ` (${oneLine(item.note, 40)})`}`;
}

/** `10 ×10` where all counts are alike, else `10`. */
function sameText(items: readonly FoldItem[]): string {
  const count = items[0]?.count ?? 0;
  const alike = count > 1 && items.every((item) => item.count === count);
  return alike ? `${items.length} ×${count}` : String(items.length);
}

function labelOf(namespace: string): string {
  return namespace === '' ? '' : `${oneLine(namespace, 253)}: `;
}

function countOf(items: readonly FoldItem[]): number {
  return items.reduce((sum, item) => sum + item.count, 0);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
