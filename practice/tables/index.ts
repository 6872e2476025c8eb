/** How the API server shows objects as the rows of a Table. */
import type { KubeObject, ServedKind } from '../model.ts';
import type { Printer, TableColumn, TableRow } from './column.ts';
import { PLAIN } from './configuration.ts';
import { customPrinter, type PrinterColumn } from './custom.ts';
import { PRINTERS } from './printers.ts';

export type { Cell, RowCondition, TableColumn, TableRow } from './column.ts';
export type { PrinterColumn } from './custom.ts';
export { selectorText, type LabelSelector } from './text.ts';

type KindName = Pick<ServedKind, 'group' | 'kind'>;

const custom = new WeakMap<readonly PrinterColumn[], Printer>();

/** @param columns of a custom kind, as its CustomResourceDefinition lists them */
function printerOf({ group, kind }: KindName, columns?: readonly PrinterColumn[]): Printer {
  if (columns === undefined) return PRINTERS[group === '' ? kind : `${kind}.${group}`] ?? PLAIN;
  const known = custom.get(columns);
  if (known !== undefined) return known;
  const made = customPrinter(columns);
  custom.set(columns, made);
  return made;
}

/**
 * The columns of a kind's Table.
 * @param columns `additionalPrinterColumns` of a custom kind's version, empty when it has none
 */
export const columnsOf = (kind: KindName, columns?: readonly PrinterColumn[]): readonly TableColumn[] =>
  printerOf(kind, columns).columns();

/**
 * An object's row: its cells in the order of the columns, and a condition when it has come to its end.
 * @param now milliseconds since the epoch, for ages
 * @param columns as for `columnsOf`
 */
export const rowOf = (object: KubeObject, kind: KindName, now: number, columns?: readonly PrinterColumn[]): TableRow =>
  printerOf(kind, columns).row(object, now);
