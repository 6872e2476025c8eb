/** How many rows share one value. */
export interface Group {
  /** As text; empty for rows that have no such value. */
  readonly value: string;
  readonly count: number;
  /** How many of them are not well; 0 where nothing is known of that. */
  readonly notWell: number;
}

/** Counts rows by a value; a list of values counts for each of them. Most first, then by value. */
export function groupRows<Row>(
  rows: Iterable<Row>,
  read: (row: Row) => unknown,
  isWell: (row: Row) => boolean,
): readonly Group[] {
  const groups = new Map<string, { value: string; count: number; notWell: number }>();
  for (const row of rows) {
    const found = read(row);
    const values = Array.isArray(found) && found.length > 0 ? new Set(found.map(textOf)) : [textOf(found)];
    for (const value of values) {
      const group = groups.get(value) ?? { value, count: 0, notWell: 0 };
      group.count++;
      if (!isWell(row)) group.notWell++;
      groups.set(value, group);
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
