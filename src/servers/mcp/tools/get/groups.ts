import { blocks, count, table, thousands, type Answer, type Cell, type Json } from '../../../../answers/index.ts';
import type { ResourceKind } from '../../../../kubernetes/index.ts';
import { compileSelect, groupRows, projectAll, type Group } from '../../../../operations/index.ts';
import { askSides, clustersData, kindWord, notesOf, sayPlace, type KindQuestion, type Question } from './question.ts';
import { readersOf, surveyAll } from './sections.ts';

interface Grouped {
  readonly kind: ResourceKind;
  readonly total: number;
  readonly groups: readonly Group[];
}

/** Answers with how many objects share each value of a column, or of a path. */
export async function answerGroups(question: Question, by: string): Promise<Answer> {
  const grouped: Grouped[] = [];
  for (const asked of question.kinds) grouped.push(await groupsOf(question, asked, by));
  return {
    text(budget) {
      const parts: string[] = notesOf(question).map((note) => budget.spend(note));
      for (const { kind, total, groups } of grouped) {
        parts.push(
          budget.spend(
            `${count(total, kind.singular || kind.kind.toLowerCase(), kind.resource)} ${sayPlace(question)}, ${count(groups.length, 'group')} by ${by}:`,
          ),
        );
        const made = table(
          [
            { name: by.toUpperCase(), pin: true, max: 120 },
            { name: 'COUNT', kind: 'number', pin: true },
            { name: 'NOT WELL', kind: 'number' },
          ],
          groups.map((group): Cell[] => [
            group.value === '' ? '(none)' : group.value,
            group.count,
            group.notWell === 0 ? '' : group.notWell,
          ]),
          budget,
        );
        parts.push(made.text);
        const rest = groups.slice(made.shown);
        if (rest.length > 0)
          parts.push(
            `… ${thousands(rest.length)} more groups with ${thousands(rest.reduce((sum, group) => sum + group.count, 0))} objects; ask with more max_tokens or narrower.`,
          );
      }
      return blocks(...parts);
    },
    data(budget) {
      return {
        ...clustersData(question),
        kinds: grouped.map(({ kind, total, groups }) => {
          const shown: Json[] = [];
          for (const group of groups) {
            const item = { value: group.value, count: group.count, notWell: group.notWell };
            if (!budget.take(JSON.stringify(item))) break;
            shown.push(item);
          }
          return { resource: kindWord(kind), total, groupsTotal: groups.length, groups: shown };
        }),
      };
    },
  };
}

/** By a printed column where there is one of that name, which costs one cheap list; else by a path into the objects. */
async function groupsOf(question: Question, asked: KindQuestion, by: string): Promise<Grouped> {
  const { kind } = asked;
  if (!/[.[]/.test(by)) {
    const { columns, rows } = await surveyAll(question, asked);
    const read = readersOf(columns).get(by.toLowerCase());
    if (read !== undefined) {
      return {
        kind,
        total: rows.length,
        groups: groupRows(
          rows,
          (row) => bare(read(row)),
          (row) => row.standing.well,
        ),
      };
    }
  }
  const projection = await compileSelect(by);
  const found = await askSides(question, asked, (side) =>
    projectAll(side.connection, side.kind, side.scope, question.selection, projection, question.where),
  );
  const rows = found.flatMap(({ value }) => value);
  const column = projection.columns?.[0] ?? 'value';
  return {
    kind,
    total: rows.length,
    groups: groupRows(
      rows,
      (row) => row.values[column],
      () => true,
    ),
  };
}

function bare(value: unknown): unknown {
  return value === '<none>' ? '' : value;
}
