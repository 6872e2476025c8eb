import { definitionOf } from '../kinds/index.ts';
import type { KubeObject, ObjectMeta } from '../model.ts';
import { ageOf } from './text.ts';

/** What one column of a Table says of itself, as the API shows it. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
}

export type Cell = string | number | boolean | null;

/** Says of a row that its object has come to its end: clients may hide it. */
export interface RowCondition {
  readonly type: 'Completed';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

export interface TableRow {
  readonly cells: readonly Cell[];
  readonly conditions?: readonly RowCondition[];
}

/** How the objects of one kind are shown as rows. */
export interface Printer {
  columns(): readonly TableColumn[];
  /** @param now milliseconds since the epoch, for ages */
  row(object: KubeObject, now: number): TableRow;
}

/** A column and the rule of its cells. What a kind looks like to its columns is up to its printer. */
export interface Column<View> {
  readonly name: string;
  /** `string`, `integer`, `number`, `boolean` or `date`. */
  readonly type: string;
  readonly format?: string;
  /** @default 0 */
  readonly priority?: number;
  /** A text, or the field that the column shows: its description is the column's. */
  readonly description: string | Field;
  readonly cell: (view: View, now: number) => Cell;
  /** The server gives cells of it and forgets to say what they are. @default false */
  readonly isUndeclared?: boolean;
}

interface Field {
  readonly definition: string;
  readonly field: string;
}

/** @param path `core.v1.PodStatus.podIP`: a field of a definition below `io.k8s.api` */
export function field(path: string): Field {
  const end = path.lastIndexOf('.');
  return { definition: `io.k8s.api.${path.slice(0, end)}`, field: path.slice(end + 1) };
}

const metadata = (name: string): Field => ({ definition: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', field: name });

export interface Named {
  readonly metadata: ObjectMeta;
}

export const NAME: Column<Named> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: metadata('name'),
  cell: ({ metadata }) => metadata.name,
};

export const AGE: Column<Named> = {
  name: 'Age',
  type: 'string',
  description: metadata('creationTimestamp'),
  cell: ({ metadata }, now) => ageOf(metadata.creationTimestamp, now),
};

/** What kinds have in place of an age that the server has no columns for. */
export const CREATED: Column<Named> = {
  name: 'Created At',
  type: 'date',
  description: metadata('creationTimestamp'),
  cell: ({ metadata }) => metadata.creationTimestamp,
};

/** A column of texts, the most frequent ones. */
export const text = <View>(name: string, description: Column<View>['description'], cell: Column<View>['cell']): Column<View> => ({
  name,
  type: 'string',
  description,
  cell,
});

export const integer = <View>(
  name: string,
  description: Column<View>['description'],
  cell: (view: View) => number | undefined,
): Column<View> => ({ name, type: 'integer', description, cell: (view) => cell(view) ?? 0 });

export const boolean = <View>(
  name: string,
  description: Column<View>['description'],
  cell: (view: View) => boolean | undefined,
): Column<View> => ({ name, type: 'boolean', description, cell: (view) => cell(view) ?? false });

/** Shown with `-o wide` alone. */
export const wide = <View>(column: Column<View>): Column<View> => ({ ...column, priority: 1 });

/**
 * A printer of objects that the columns read as they are.
 * @typeParam Shape what the columns read of them; nothing checks it, since what is in the store has passed validation
 */
export const printer = <Shape>(columns: readonly Column<Shape & Named>[]): Printer =>
  viewPrinter((object) => object as unknown as Shape & Named, columns);

/**
 * A printer whose columns read something made of the object first.
 * @param conditions of the row
 */
export function viewPrinter<View>(
  view: (object: KubeObject) => View,
  columns: readonly Column<View>[],
  conditions?: (view: View) => readonly RowCondition[] | undefined,
): Printer {
  let described: readonly TableColumn[] | undefined;
  return {
    columns: () => (described ??= columns.filter(({ isUndeclared }) => isUndeclared !== true).map(describe)),
    row(object, now) {
      const seen = view(object);
      const said = conditions?.(seen);
      return { cells: columns.map(({ cell }) => cell(seen, now)), ...(said !== undefined && { conditions: said }) };
    },
  };
}

function describe<View>({ name, type, format = '', priority = 0, description }: Column<View>): TableColumn {
  const said = typeof description === 'string' ? description : fieldText(description);
  return { name, type, format, description: said, priority };
}

/** A field's description as it was written; OpenAPI alone adds what an enumeration's values mean. */
const fieldText = ({ definition, field }: Field): string =>
  definitionOf(definition)?.properties?.[field]?.description?.replace(/\n\nPossible enum values:[^]*$/, '') ?? '';
