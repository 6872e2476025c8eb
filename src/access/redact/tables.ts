import { HIDDEN, markerOf } from './marker.ts';
import type { Fields } from './kinds.ts';
import type { Family } from './name-words.ts';
import { familyOf } from './names.ts';
import { redactFields, redactSecret, redactString } from './objects.ts';
import { isHarmless } from './values.ts';

/** The columns of Secrets that tell nothing; `Data` is a count. */
const SECRET_COLUMNS: ReadonlySet<string> = new Set(['Namespace', 'Name', 'Type', 'Data', 'Age']);
/** How the server prints them, for the events of a watch: only the first brings the columns with it. */
const SECRET_ORDER: readonly string[] = ['Name', 'Type', 'Data', 'Age'];

/** True for a list as the server prints it; other kinds are called Table too. */
export function isTable(fields: Fields): boolean {
  const { kind, apiVersion, rows } = fields;
  return kind === 'Table' && typeof apiVersion === 'string' && apiVersion.startsWith('meta.k8s.io/') && Array.isArray(rows);
}

/**
 * Hides what is secret in the cells and row objects of a Table, in place.
 * @param secrets the rows are Secrets
 * @param columns the names of the columns, for a Table that comes without
 */
export function redactTable(table: Fields, secrets: boolean, reveal: boolean, columns: readonly string[] = []): void {
  const own = columnNames(table);
  const names = own.length > 0 ? own : columns.length > 0 ? columns : secrets ? SECRET_ORDER : [];
  const families = names.map(familyOfColumn);
  for (const row of table['rows'] as unknown[]) {
    if (typeof row !== 'object' || row === null) continue;
    const { cells, object } = row as Fields;
    if (Array.isArray(cells)) {
      for (let index = 0; index < cells.length; index++) {
        const hide = secrets && !SECRET_COLUMNS.has(names[index] ?? '');
        cells[index] = hide ? HIDDEN : redactCell(cells[index], families[index]);
      }
    }
    if (typeof object !== 'object' || object === null) continue;
    if (secrets) redactSecret(object as Fields, reveal);
    else redactFields(object as Fields);
  }
}

/** The names of a Table's columns, empty when it brings none. */
export function columnNames(table: Fields): readonly string[] {
  const definitions = table['columnDefinitions'];
  if (!Array.isArray(definitions)) return [];
  return definitions.map((definition: unknown) => {
    const name = typeof definition === 'object' && definition !== null && 'name' in definition ? definition.name : undefined;
    return typeof name === 'string' ? name : '';
  });
}

/** A column `Secret` or `Auth` names one (Certificates, Ingresses); nobody prints the secret itself under these. */
function familyOfColumn(name: string): Family | undefined {
  const family = familyOf(name);
  return family === 'secret' || family === 'auth' ? undefined : family;
}

function redactCell(cell: unknown, family: Family | undefined): unknown {
  if (typeof cell !== 'string') return cell;
  if (family !== undefined && !isHarmless(cell, family)) return markerOf(cell);
  return redactString(cell);
}
