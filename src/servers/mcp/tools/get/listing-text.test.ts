import { expect, test } from 'vitest';

import { kindNamed } from '../../../../../test/support/kinds.ts';
import { Budget, tokensOf } from '../../../../answers/index.ts';
import { listingText } from './listing-text.ts';
import type { Question } from './question.ts';
import type { FleetRow, Listing } from './sections.ts';

const PODS = kindNamed('Pod', { shortNames: ['po'], verbs: ['list'] });
const COLUMNS = ['Ready', 'Status', 'Restarts', 'Age'].map((name) => ({ name, type: 'string', priority: 0 }));

const running = (name: string): FleetRow => ({
  namespace: 'shop',
  name,
  cells: ['1/1', 'Running', '0', '3h'],
  standing: { status: 'Running', well: true },
});
const CRASHING: FleetRow = {
  namespace: 'shop',
  name: 'pay-0',
  cells: ['0/1', 'CrashLoopBackOff', '8 (4m ago)', '20m'],
  standing: { status: 'CrashLoopBackOff', well: false },
};
const PENDING: FleetRow = {
  namespace: 'shop',
  name: 'big-0',
  cells: ['0/1', 'Pending', '0', '20m'],
  standing: { status: 'Pending', well: false },
};

function listing(rows: readonly FleetRow[]): Listing {
  const question: Question = {
    clusters: ['test'],
    kinds: [],
    scope: ['shop'],
    selection: {},
    where: undefined,
    sort: undefined,
    limit: undefined,
    now: 0,
    digest: () => 'digest',
    cursorKey: Buffer.alloc(32),
    after: undefined,
    missing: [],
    onSettled: undefined,
  };
  const notWell = rows.filter(({ standing }) => !standing.well);
  const counts = [
    { status: 'Running', count: rows.length - notWell.length, well: true },
    ...notWell.map(({ standing }) => ({ status: standing.status ?? '', count: 1, well: false })),
  ];
  const reasons = new Map([['shop/pay-0', 'exit 1: "no such file"']]);
  return {
    question,
    output: 'table',
    sections: [{ kind: PODS, columns: COLUMNS, rows, notWell, counts, reasons }],
    start: undefined,
  };
}

const many = (count: number): readonly FleetRow[] => Array.from({ length: count }, (_, index) => running(`web-${index}`));

test('what is well has a table of its own, without the columns in which it agrees', () => {
  const text = listingText(listing([CRASHING, PENDING, ...many(8)]), new Budget());
  expect(text).toMatchInlineSnapshot(`
    "10 pods of cluster test: 8 Running, 2 not well (1 CrashLoopBackOff, 1 Pending).

    Not well, all READY 0/1, AGE 20m:
    NAME   STATUS            RESTARTS    WHY
    pay-0  CrashLoopBackOff  8 (4m ago)  "exit 1: 'no such file'"
    big-0  Pending           0

    Well, all READY 1/1, STATUS Running, AGE 3h:
    NAME
    web-0
    web-1
    web-2
    web-3
    web-4
    web-5
    web-6
    web-7"
  `);
});

test('a few stand in one table, which is the shorter text', () => {
  expect(listingText(listing([CRASHING, ...many(1)]), new Budget())).toMatchInlineSnapshot(`
    "2 pods of cluster test: 1 Running, 1 not well (1 CrashLoopBackOff).
    NAME   READY  STATUS            RESTARTS    AGE  WHY
    pay-0  0/1    CrashLoopBackOff  8 (4m ago)  20m  "exit 1: 'no such file'"
    web-0  1/1    Running           0           3h"
  `);
});

test('what does not fit one by one is folded, and what is not well stays whole', () => {
  const text = listingText(listing([CRASHING, ...many(90)]), new Budget(250));
  expect(text).toContain('pay-0');
  expect(text).toContain('All, by namespace and workload:');
  expect(tokensOf(text)).toBeLessThanOrEqual(250);
});

test('names are told on one page or the next, however little room the kind before has left', () => {
  const pods = listing(many(3));
  const [section] = pods.sections;
  if (section === undefined) throw new Error('no section');
  for (let tokens = 30; tokens < 120; tokens++) {
    const text = listingText({ ...pods, output: 'names', sections: [section, section] }, new Budget(tokens));
    expect(text.match(/^web-2$/gm)?.length === 2 || text.includes('next: cursor'), `${tokens} tokens: ${text}`).toBe(true);
  }
});
