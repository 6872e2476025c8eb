import type { Budget, Json, JsonObject } from '../../../../answers/index.ts';
import { apiVersionOf } from '../../../../kubernetes/index.ts';
import { keyOf, rowsAfter } from './place.ts';
import { clustersData, cursorFor, kindWord, type Place } from './question.ts';
import type { FleetRow, Listing, Section } from './sections.ts';

/** The facts of a listing under stable keys: every object once, in order, with a cursor when the budget ends. */
export function listingData(listing: Listing, budget: Budget): JsonObject {
  const { question, sections, start } = listing;
  const release = budget.reserve(160);
  const kinds: Json[] = [];
  let next: Place | undefined;
  for (const [index, section] of sections.entries()) {
    if (next !== undefined || (start !== undefined && index < start.kind)) continue;
    const here = start !== undefined && start.kind === index ? start : undefined;
    const head = headOf(section);
    budget.spend(JSON.stringify(head));
    const left = listing.output === 'count' ? [] : rowsAfter(section.rows, here, question.sort !== undefined);
    const page = question.limit === undefined ? left : left.slice(0, question.limit);
    const items: Json[] = [];
    for (const row of page) {
      const item = itemOf(section, row, listing.output);
      if (!budget.take(JSON.stringify(item)) && items.length > 0) break;
      items.push(item);
    }
    const last = page[items.length - 1];
    if (last !== undefined && items.length < left.length) next = { kind: index, phase: 'plain', after: keyOf(last) };
    kinds.push(listing.output === 'count' ? head : { ...head, items });
  }
  release();
  return { ...clustersData(question), kinds, ...(next !== undefined && { cursor: cursorFor(question, next) }) };
}

function headOf(section: Section): JsonObject {
  const { kind, counts } = section;
  return {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    resource: kindWord(kind),
    total: section.rows.length,
    notWell: section.notWell.length,
    counts: Object.fromEntries(counts.map((entry) => [entry.status, entry.count])),
  };
}

function itemOf(section: Section, row: FleetRow, output: Listing['output']): Json {
  if (output === 'names') return keyOf(row).replace(/^\//, '');
  const cells: Record<string, Json> = {};
  for (const [index, column] of section.columns.entries()) {
    if (column.format === 'name' || (output !== 'wide' && column.priority > 0)) continue;
    cells[column.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')] = (row.cells[index] ?? null) as Json;
  }
  const why = section.reasons.get(keyOf(row));
  return {
    ...(row.cluster !== undefined && { cluster: row.cluster }),
    ...(row.namespace !== undefined && { namespace: row.namespace }),
    name: row.name,
    ...cells,
    well: row.standing.well,
    ...(why !== undefined && { why }),
  };
}
