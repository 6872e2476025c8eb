import type { Terminal, Tone } from './terminal.ts';

/** One cell: plain, or in a tone. */
export type TableCell = string | { readonly text: string; readonly tone: Tone };

export interface TableColumn {
  readonly name: string;
  /** @default 'left' */
  readonly align?: 'left' | 'right';
}

/** Columns that stand under each other, two blanks apart. On a terminal the last column is cut at its edge. */
export function tableLines(
  terminal: Terminal,
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
): string[] {
  const widths = columns.map((column, index) => Math.max(column.name.length, ...rows.map((row) => textOf(row[index]).length)));
  const line = (cells: readonly TableCell[]): string => {
    let used = 0;
    return columns
      .map((column, index) => {
        const cell = cells[index] ?? '';
        const width = widths[index] ?? 0;
        const isLast = index === columns.length - 1;
        const room = terminal.width === undefined || !isLast ? undefined : Math.max(10, terminal.width - used);
        used += width + 2;
        const text = cut(textOf(cell), room);
        const padding = ' '.repeat(Math.max(0, width - text.length));
        const painted = typeof cell === 'string' ? text : terminal.paint(cell.tone, text);
        if (column.align === 'right') return `${padding}${painted}`;
        return isLast ? painted : `${painted}${padding}`;
      })
      .join('  ')
      .trimEnd();
  };
  return [line(columns.map(({ name }) => ({ text: name, tone: 'strong' }))), ...rows.map(line)];
}

function textOf(cell: TableCell | undefined): string {
  return typeof cell === 'object' ? cell.text : (cell ?? '');
}

function cut(text: string, room: number | undefined): string {
  return room === undefined || text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}
