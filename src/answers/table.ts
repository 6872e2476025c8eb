import { type Budget, cutBytes } from './budget.ts';
import { oneLine, quote } from './line.ts';

/** One value of a row; null, undefined and the empty text are all "nothing". */
export type Cell = string | number | boolean | null | undefined;

/** One column of a table. */
export interface Column {
  /** What stands above it: `NAME`. */
  readonly name: string;
  /**
   * `text`: left-aligned. `number`: right-aligned. `free`: text from the cluster that anybody may have written; quoted,
   * and moved behind the other columns.
   * @default 'text'
   */
  readonly kind?: 'text' | 'number' | 'free';
  /** Stays even where all its values are the same; for what names the row. @default false */
  readonly pin?: boolean;
  /** Longest value in characters. @default 253 for text, so that every Kubernetes name stays whole; 120 for free text */
  readonly max?: number;
}

/** A column that was left out because all rows say the same, for the head line to say once. */
export interface Constant {
  readonly name: string;
  readonly value: string;
}

/** A table that fits, and what is not in it. */
export interface TableText {
  /** The header and the rows, no trailing newline; empty when there are no rows. */
  readonly text: string;
  /** How many rows the text holds, counted from the first. */
  readonly shown: number;
  readonly constants: readonly Constant[];
}

/** A cell longer than this sticks out of its column instead of widening it for all rows. */
const WIDEST = 44;

/** Below this many bytes not even a shortened row says anything. */
const LEAST_ROW = 24;

/** ASCII in which nothing is to be cleaned or folded, and whose bytes are its length. */
const ORDINARY = /^[!-~]+(?: [!-~]+)*$/;

interface Slot {
  readonly column: Column;
  readonly index: number;
}

/**
 * Lays rows out in aligned columns, as many as the budget holds, and takes them from it. Columns without any value and
 * columns with one value are left out, unless pinned; the latter come back as `constants`. One row alone keeps all.
 */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], budget: Budget): TableText {
  if (rows.length === 0) return { text: '', shown: 0, constants: [] };
  const { slots, constants } = tellingColumns(columns, rows);
  const last = slots.length - 1;
  const widths = slots.map(({ column }) => column.name.length);
  const room = budget.leftBytes;

  const lines: string[][] = [];
  // What the lines cost beyond their padded width: the unpadded last column, what sticks out, what is not ASCII.
  let loose = isPadded(slots, last) ? 0 : (widths[last] ?? 0);
  for (const row of rows) {
    const cells: string[] = [];
    let more = 0;
    let total = 0;
    for (const [place, slot] of slots.entries()) {
      const text = cellText(row[slot.index], slot.column, place === last);
      const bytes = ORDINARY.test(text) ? text.length : Buffer.byteLength(text);
      cells.push(text);
      if (!isPadded(slots, place)) {
        more += bytes;
        continue;
      }
      const padded = Math.min(text.length, WIDEST);
      more += bytes - padded;
      if (padded > (widths[place] ?? 0)) widths[place] = padded;
      total += widths[place] ?? 0;
    }
    // One more for the header; each line has its gaps and a newline.
    if ((lines.length + 2) * (total + last * 2 + 1) + loose + more > room) break;
    loose += more;
    lines.push(cells);
  }
  if (lines.length === 0) return { ...oneShortRow(slots, rows[0] ?? [], budget), constants };

  // A row that did not fit may have widened a column: the widths are those of the rows that are shown.
  const header = slots.map(({ column }) => column.name);
  const text = layOut([header, ...lines], slots);
  return { text: budget.spend(text), shown: lines.length, constants };
}

/** Which columns tell the rows apart, free text last, and what the others say. */
function tellingColumns(columns: readonly Column[], rows: readonly (readonly Cell[])[]) {
  const slots: Slot[] = [];
  const constants: Constant[] = [];
  for (const [index, column] of columns.entries()) {
    const first = rows[0]?.[index] ?? '';
    const same = rows.every((row) => (row[index] ?? '') === first);
    if (same && first === '') continue;
    if (same && rows.length > 1 && column.pin !== true)
      constants.push({ name: column.name, value: cellText(first, column, true) });
    else slots.push({ column, index });
  }
  // Rows that are all alike are still rows.
  const [column] = columns;
  if (slots.length === 0 && column !== undefined) {
    slots.push({ column, index: 0 });
    if (constants[0]?.name === column.name) constants.shift();
  }
  slots.sort((a, b) => Number(a.column.kind === 'free') - Number(b.column.kind === 'free'));
  return { slots, constants };
}

function isPadded(slots: readonly Slot[], place: number): boolean {
  return place < slots.length - 1 || slots[place]?.column.kind === 'number';
}

/** A cell as it is printed; nothing is `-` where a gap would let the next column be taken for this one. */
function cellText(cell: Cell, column: Column, last: boolean): string {
  if (cell === null || cell === undefined || cell === '') return last ? '' : '-';
  if (typeof cell !== 'string') return String(cell);
  if (column.kind === 'free') return quote(cell, column.max);
  const max = column.max ?? 253;
  if (cell.length <= max && ORDINARY.test(cell)) return cell;
  return oneLine(cell, max);
}

function layOut(lines: readonly (readonly string[])[], slots: readonly Slot[]): string {
  const widths = slots.map((_, place) => {
    let width = 0;
    for (const cells of lines) width = Math.max(width, Math.min(cells[place]?.length ?? 0, WIDEST));
    return width;
  });
  return lines
    .map((cells) => {
      let line = '';
      for (const [place, { column }] of slots.entries()) {
        const cell = cells[place] ?? '';
        if (place > 0) line += '  ';
        if (column.kind === 'number') line += cell.padStart(widths[place] ?? 0);
        else line += isPadded(slots, place) ? cell.padEnd(widths[place] ?? 0) : cell;
      }
      return line.trimEnd();
    })
    .join('\n');
}

/** When header and first row do not fit: the row alone, cut, so that the next page does not begin with it again. */
function oneShortRow(slots: readonly Slot[], row: readonly Cell[], budget: Budget): { text: string; shown: number } {
  if (budget.leftBytes < LEAST_ROW) return { text: '', shown: 0 };
  const line = slots.map((slot) => cellText(row[slot.index], slot.column, false)).join('  ');
  const bytes = budget.leftBytes - 1;
  const text = Buffer.byteLength(line) <= bytes ? line : `${cutBytes(line, bytes - 3)}…`;
  return { text: budget.spend(text), shown: 1 };
}
