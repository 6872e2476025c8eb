import type { Figure } from './figures.ts';
import type { Machine } from './machine.ts';
import { sayTarget } from './targets.ts';

/** The figures as a Markdown table, under what they were measured on. */
export function report(machine: Machine, notes: readonly string[], figures: readonly Figure[]): string {
  const rows = [
    ['', 'Fairlead', 'peer', 'raw', 'Fairlead ÷ raw', 'target', ''],
    ...figures.map((figure) => {
      const { target } = figure;
      return [
        figure.title,
        amount(figure.fairlead, figure.unit),
        amount(figure.peer, figure.unit),
        amount(figure.raw, figure.unit),
        figure.ratio === undefined ? '' : figure.ratio.toFixed(2),
        target === undefined ? '' : sayTarget(target),
        figure.met === undefined ? '' : figure.met ? 'ok' : 'MISSED',
      ];
    }),
  ];
  return [headline(machine), ...notes, '', ...markdown(rows)].join('\n');
}

/** What was measured on. */
export function headline({ cpu, cores, gigabytes, node, commit, date, load }: Machine): string {
  const hardware = `${cpu}, ${cores} cores, ${gigabytes} GB`;
  return `${hardware}; Node ${node}; commit ${commit}; ${date} UTC; load before the start ${load}`;
}

function amount(value: number | undefined, unit: Figure['unit']): string {
  if (value === undefined) return '–';
  const digits = unit === 'B' ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0;
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '/s' ? `${number}/s` : `${number} ${unit}`;
}

/** A table whose first column is of words and whose others are of numbers. */
export function markdown(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (cell: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  };
  const line = (cells: readonly string[]): string => `| ${cells.map(padded).join(' | ')} |`;
  const dashes = (width: number, column: number): string => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`);
  const rule = `|${widths.map(dashes).join('|')}|`;
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)];
}
