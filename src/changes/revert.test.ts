import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { KubernetesObject } from '../kubernetes/index.ts';
import { canonicalJson } from '../platform/index.ts';
import { revert, type PatchOperation } from './revert.ts';

const object = (fields: object): KubernetesObject => ({ ...fields });

describe('the way back', () => {
  test('goes over the fields that were changed, and leaves what others changed beside them', () => {
    const { operations, clashes } = revert(
      object({ data: { a: '1', gone: 'x' }, other: 1 }),
      object({ data: { a: '2', new: 'y' }, other: 1 }),
      object({ data: { a: '2', new: 'y', theirs: 'z' }, other: 2 }),
      false,
    );
    expect(clashes).toEqual([]);
    expect(operations).toEqual([
      { op: 'replace', path: '/data/a', value: '1' },
      { op: 'add', path: '/data/gone', value: 'x' },
      { op: 'remove', path: '/data/new' },
    ]);
  });

  test('is closed where somebody has changed the same field since', () => {
    const { operations, clashes } = revert(object({ a: 1 }), object({ a: 2 }), object({ a: 3 }), false);
    expect(operations).toEqual([]);
    expect(clashes).toEqual([{ path: 'a', before: 2, after: 3 }]);
  });

  test('is short where somebody has gone it already', () => {
    expect(revert(object({ a: 1 }), object({ a: 2 }), object({ a: 1 }), false)).toMatchObject({ operations: [], clashes: [] });
  });

  test('leads into lists whose items are the same, and replaces others as a whole', () => {
    const list = (image: string, more: object[] = []) => object({ list: [{ name: 'web', image }, ...more] });
    expect(revert(list('1'), list('2'), list('2'), false).operations).toEqual([
      { op: 'replace', path: '/list/0/image', value: '1' },
    ]);
    const added = list('2', [{ name: 'new' }]);
    expect(revert(list('1'), added, added, false).operations).toEqual([
      { op: 'replace', path: '/list', value: [{ name: 'web', image: '1' }] },
    ]);
  });

  test('does not lead into a list whose items stand elsewhere now, or have no names', () => {
    const items = (...names: readonly string[]) => names.map((text) => ({ name: text.slice(0, 1), value: text.slice(1) }));
    const list = (...names: readonly string[]) => object({ spec: { list: items(...names) } });
    const [before, after] = [list('a1', 'b1'), list('a2', 'b1')];
    for (const live of [list('b1', 'a2'), list('a2'), list('a2', 'b1', 'c1')]) {
      expect(revert(before, after, live, false)).toMatchObject({ operations: [], clashes: [{ path: 'spec.list' }] });
    }
    const moved = list('b1', 'a2');
    expect(revert(before, moved, moved, false).operations).toEqual([
      { op: 'replace', path: '/spec/list', value: items('a1', 'b1') },
    ]);
    const args = (...list: readonly string[]) => object({ args: list });
    expect(revert(args('a', 'b'), args('a', 'c'), args('a', 'c'), false).operations).toEqual([
      { op: 'replace', path: '/args', value: ['a', 'b'] },
    ]);
  });

  test('tells a field that is new or gone in a clash as what it is', () => {
    const clash = (before: object, after: object, live: object) =>
      revert(object(before), object(after), object(live), false).clashes;
    expect(clash({ a: 1 }, {}, { a: 3 })).toStrictEqual([{ path: 'a', after: 3 }]);
    expect(clash({ a: 1 }, { a: 2 }, {})).toStrictEqual([{ path: 'a', before: 2 }]);
  });

  test('writes slashes and tildes of names as a pointer has them', () => {
    const { operations } = revert(object({ 'a/b~c': 1 }), object({ 'a/b~c': 2 }), object({ 'a/b~c': 2 }), false);
    expect(operations).toEqual([{ op: 'replace', path: '/a~1b~0c', value: 1 }]);
  });

  test('is lost where the old value was hidden, or where it cannot be known that the new one is still there', () => {
    const [old, now] = [object({ a: '<redacted 4 bytes>' }), object({ a: '<redacted 5 bytes>' })];
    expect(revert(old, now, now, true)).toMatchObject({ operations: [], lost: ['a'] });
    expect(revert(object({}), now, now, true)).toMatchObject({ operations: [{ op: 'remove', path: '/a' }], lost: [] });
    expect(revert(object({}), now, now, false)).toMatchObject({ operations: [], lost: ['a'] });
  });

  test('knows names that every JavaScript object has', () => {
    const now = object({ data: { toString: 'x' } });
    expect(revert(object({ data: {} }), now, now, true).operations).toEqual([{ op: 'remove', path: '/data/toString' }]);
  });

  test('leads back over a name that JavaScript gives another meaning', () => {
    const now = object({ data: JSON.parse('{"__proto__":"x","a":"1"}') as object });
    const { operations } = revert(object({ data: { a: '1' } }), now, now, true);
    expect(operations).toEqual([{ op: 'remove', path: '/data/__proto__' }]);
  });

  test('leads from any object back to any other, when nobody else was there', () => {
    // JSON knows no negative zero.
    const value = fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.parse(JSON.stringify(json)) as unknown);
    const fields = fc.dictionary(fc.stringMatching(/^[a-c~/]{1,3}$/), value, { noNullPrototype: true });
    fc.assert(
      fc.property(fields, fields, (before, after) => {
        const { operations, clashes, lost } = revert(object(before), object(after), object(after), true);
        expect([clashes, lost]).toEqual([[], []]);
        expect(canonicalJson(operations.reduce(applied, JSON.parse(JSON.stringify(after)) as unknown))).toBe(
          canonicalJson(before),
        );
      }),
      { numRuns: 500 },
    );
  });
});

/** What a server makes of an operation. */
function applied(target: unknown, operation: PatchOperation): unknown {
  const path = operation.path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = path.pop();
  if (last === undefined) return 'value' in operation ? operation.value : undefined;
  const parent = path.reduce((found, part) => (found as Record<string, unknown>)[part], target) as Record<string, unknown>;
  if (operation.op === 'remove') delete parent[last];
  // An assignment to __proto__ would set something else.
  else Object.defineProperty(parent, last, { value: operation.value, enumerable: true, configurable: true, writable: true });
  return target;
}
