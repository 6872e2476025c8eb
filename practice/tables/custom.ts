import type { Json, KubeObject } from '../model.ts';
import { AGE, NAME, viewPrinter, type Cell, type Column, type Printer } from './column.ts';
import { parseJsonPath } from './json-path.ts';
import { ageOf } from './text.ts';

/** A column that a CustomResourceDefinition adds to the tables of its kind. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

/** @param columns as the version of the definition has them; without any there is the age */
export function customPrinter(columns: readonly PrinterColumn[]): Printer {
  const own = columns.length > 0 ? columns.map(customColumn) : [{ ...AGE, type: 'date' }];
  return viewPrinter<KubeObject>((object) => object, [NAME, ...own]);
}

function customColumn({ name, type, jsonPath, format, description, priority }: PrinterColumn): Column<KubeObject> {
  const path = parseJsonPath(jsonPath);
  const write = CELLS[type] ?? (() => null);
  return {
    name,
    type,
    ...(format !== undefined && { format }),
    ...(priority !== undefined && { priority }),
    description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    cell(object, now) {
      // The first is shown of several that a path finds.
      const [value] = path?.(object as unknown as Json) ?? [];
      return value === undefined ? null : write(value, now);
    },
  };
}

/** How a value is written in a column of each type: not at all when it is of another. */
const CELLS: Readonly<Record<string, (value: Json, now: number) => Cell>> = {
  string: textOf,
  integer: (value) => (typeof value === 'number' ? Math.trunc(value) : null),
  number: (value) => (typeof value === 'number' ? value : null),
  boolean: (value) => (typeof value === 'boolean' ? value : null),
  date: dateText,
};

function textOf(value: Json): string {
  if (value === null) return '<no value>';
  return typeof value === 'object' ? goJson(value) : String(value);
}

/** JSON as Go writes it: members by name, and what would be HTML escaped. */
function goJson(value: Json): string {
  const sorted = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
  return sorted.replaceAll(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function dateText(value: Json, now: number): Cell {
  if (typeof value !== 'string') return null;
  if (value === '') return '<unknown>';
  return TIMESTAMP.test(value) ? ageOf(value, now) : '<invalid>';
}
