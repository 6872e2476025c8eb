import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { KubeObject } from '../../model.ts';
import { configMap, testStore } from './testing.fake.ts';

const SHELF = 'configmaps';

/** What somebody may do to one of a few objects. */
const operations = fc.array(
  fc.record({ what: fc.constantFrom('create', 'update', 'delete'), name: fc.constantFrom('a', 'b', 'c') }),
  {
    maxLength: 40,
  },
);

type Test = ReturnType<typeof testStore>;

function run({ store }: Test, { what, name }: { readonly what: string; readonly name: string }, count: number): void {
  const object = store.get(SHELF, 'shop', name);
  if (what === 'create' && object === undefined) store.create(SHELF, configMap(name), 'test');
  if (what === 'update' && object !== undefined) store.update(SHELF, { ...object, data: { count: String(count) } }, 'test');
  if (what === 'delete' && object !== undefined) store.delete(SHELF, 'shop', name);
}

test('a list can be wound back to any revision that is kept', () => {
  fc.assert(
    fc.property(operations, (all) => {
      const world = testStore();
      const { ledger } = world.store;
      const moments: (readonly [number, readonly KubeObject[]])[] = [];
      for (const [count, operation] of all.entries()) {
        moments.push([ledger.revision, ledger.list(SHELF)]);
        run(world, operation, count);
      }
      for (const [revision, then] of moments) {
        expect(ledger.history.rewind(ledger.list(SHELF), revision, SHELF)).toEqual(then);
      }
    }),
    { numRuns: 50 },
  );
});

test('whoever follows the changes from any revision comes to what there is', () => {
  fc.assert(
    fc.property(operations, fc.nat(40), (all, from) => {
      const world = testStore();
      const { ledger } = world.store;
      let seen = new Map<string, KubeObject>();
      let revision = ledger.revision;
      for (const [count, operation] of all.entries()) {
        if (count === from) {
          revision = ledger.revision;
          seen = new Map(ledger.list(SHELF).map((object) => [object.metadata.name, object]));
        }
        run(world, operation, count);
      }
      for (const { type, object } of ledger.history.since(revision, SHELF)) {
        if (type === 'DELETED') seen.delete(object.metadata.name);
        else seen.set(object.metadata.name, object);
      }
      expect([...seen.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))).toEqual(ledger.list(SHELF));
    }),
    { numRuns: 50 },
  );
});

test('it keeps as many changes as it is told to, at least, and says what it has forgotten', () => {
  const { store } = testStore({ history: 5 });
  const { ledger } = store;
  const created = store.create(SHELF, configMap('a'), 'test');
  let object = created;
  for (let count = 0; count < 20; count++) object = store.update(SHELF, { ...object, data: { count: String(count) } }, 'test');
  const kept = ledger.history.since(ledger.history.compacted, SHELF);
  expect(kept.length).toBeGreaterThanOrEqual(5);
  expect(kept.length).toBeLessThan(10);
  expect(ledger.history.compacted).toBe((kept[0]?.revision ?? 0) - 1);
});
