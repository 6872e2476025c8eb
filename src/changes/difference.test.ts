import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { difference, leaves } from './difference.ts';
import { inLines } from './lines.ts';

const container = (name: string, image: string) => ({ name, image });

describe('a difference', () => {
  test('names each field that is new, gone or another', () => {
    const before = { spec: { replicas: 1, paused: true }, metadata: { labels: { app: 'web' } } };
    const after = { spec: { replicas: 3 }, metadata: { labels: { app: 'web', 'app.kubernetes.io/name': 'web' } } };
    expect(difference(before, after)).toEqual([
      { path: 'spec.replicas', before: 1, after: 3 },
      { path: 'spec.paused', before: true },
      { path: 'metadata.labels["app.kubernetes.io/name"]', after: 'web' },
    ]);
  });

  test('knows the items of lists by their name, wherever they stand', () => {
    const before = { containers: [container('web', 'web:1'), container('proxy', 'proxy:1')] };
    const after = { containers: [container('log', 'log:1'), container('web', 'web:2'), container('proxy', 'proxy:1')] };
    expect(difference(before, after)).toEqual([
      { path: 'containers[name=web].image', before: 'web:1', after: 'web:2' },
      { path: 'containers[name=log]', after: container('log', 'log:1') },
    ]);
  });

  test('shows lists whose items have no name, or the same, as a whole', () => {
    expect(difference({ args: ['a'] }, { args: ['b'] })).toEqual([{ path: 'args', before: ['a'], after: ['b'] }]);
    const twice = [container('a', '1'), container('a', '2')];
    expect(difference({ list: twice }, { list: [] })).toEqual([{ path: 'list', before: twice, after: [] }]);
  });

  test('tells of another order of the same items, which may mean something', () => {
    const [a, b] = [container('a', '1'), container('b', '1')];
    expect(difference({ list: [a, b] }, { list: [b, a] })).toEqual([{ path: 'list', before: [a, b], after: [b, a] }]);
  });

  test('knows names that every JavaScript object has', () => {
    expect(difference({ data: {} }, { data: { constructor: 'x' } })).toEqual([{ path: 'data.constructor', after: 'x' }]);
  });

  test('marks what is hidden', () => {
    const changes = difference({ data: { a: '<redacted 4 bytes>' } }, { data: { a: '<redacted 5 bytes>' } });
    expect(changes).toEqual([{ path: 'data.a', before: '<redacted 4 bytes>', after: '<redacted 5 bytes>', hidden: true }]);
  });

  test('of equal values is none, and of others is never none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(difference(a, structuredClone(a))).toEqual([]);
        const same = difference(a, b).length === 0;
        const sorted = (value: unknown): string => JSON.stringify(value, sortFields);
        expect(same).toBe(sorted(a) === sorted(b));
      }),
      { numRuns: 300 },
    );
  });
});

test('the leaves of a value have the paths that its differences have', () => {
  const value = { env: [{ name: 'A', value: '1' }], args: ['x'], empty: {} };
  expect(leaves(value)).toEqual([
    { path: 'env[name=A].name', value: 'A' },
    { path: 'env[name=A].value', value: '1' },
    { path: 'args', value: ['x'] },
  ]);
});

test('texts of several lines are told line by line, with a little of what is round them', async () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n');
  const [change] = await inLines([{ path: 'data.file', before, after: before.replace('line 10', 'another') }]);
  expect(change).toEqual({
    path: 'data.file',
    lines: ['@@ line 8 @@', ' line 8', ' line 9', '-line 10', '+another', ' line 11', ' line 12'],
  });
  const short = [{ path: 'a', before: 'x', after: 'y' }];
  expect(await inLines(short)).toEqual(short);
});

function sortFields(_: string, part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

describe('texts of several lines', () => {
  const lined = async (before: string, after: string): Promise<boolean> =>
    (await inLines([{ path: 'a', before, after }])).some(({ lines }) => lines !== undefined);

  test('are told so where one of both has several, and are both texts', async () => {
    expect(await lined('a\nb', 'a')).toBe(true);
    expect(await lined('a', 'a\nb')).toBe(true);
    expect(await lined('a', 'b')).toBe(false);
    const others = [
      { path: 'a', after: 'a\nb' },
      { path: 'a', before: 'a\nb' },
      { path: 'a', before: 1, after: 'a\nb' },
    ];
    expect(await inLines(others)).toEqual(others);
  });

  test('are told as they are where they are too long to be compared', async () => {
    const half = 'x\n'.repeat(50_000);
    expect(await lined(half, `${half.slice(0, -2)}y`)).toBe(true);
    expect(await lined(half, half)).toBe(false);
  });

  test('stand beside the other changes, in their order', async () => {
    const short = { path: 'b', before: '1', after: '2' };
    const [first, second] = await inLines([short, { path: 'a', before: 'x\n', after: 'y\n', hidden: true }]);
    expect(first).toEqual(short);
    expect(second).toMatchObject({ path: 'a', hidden: true, lines: expect.arrayContaining(['-x', '+y']) });
    expect(second).not.toHaveProperty('before');
  });
});

test('items of lists are known by the merge key of their schema, the best first', () => {
  for (const key of ['name', 'key', 'containerPort', 'port', 'mountPath', 'devicePath', 'ip', 'type', 'uid', 'topologyKey']) {
    const [before, after] = [
      [{ [key]: 'a', x: 1 }],
      [
        { [key]: 'b', x: 1 },
        { [key]: 'a', x: 2 },
      ],
    ];
    expect(difference(before, after, 'l').map(({ path }) => path)).toEqual([`l[${key}=a].x`, `l[${key}=b]`]);
  }
  const ports = (port: number) => [{ port, name: 'http' }];
  expect(difference(ports(80), ports(81), 'l')).toEqual([{ path: 'l[name=http].port', before: 80, after: 81 }]);
  const numbered = (x: number) => [{ containerPort: 80, x }];
  expect(difference(numbered(1), numbered(2), 'l')).toEqual([{ path: 'l[containerPort=80].x', before: 1, after: 2 }]);
  // A key that is missing in one item, or is no text and no number, tells nothing.
  expect(difference([{ name: 'a' }, {}], [{ name: 'a' }], 'l').map(({ path }) => path)).toEqual(['l']);
  expect(difference([{ name: { a: 1 } }], [{ name: { a: 2 } }], 'l').map(({ path }) => path)).toEqual(['l']);
});

test('a field of any name has a path of its own', () => {
  expect(difference({}, { 'a b': 1 })).toEqual([{ path: '["a b"]', after: 1 }]);
  expect(difference({ x: {} }, { x: { 'a.b': 1, 'a-b_c1': 2 } }).map(({ path }) => path)).toEqual(['x["a.b"]', 'x.a-b_c1']);
  expect(difference(1, undefined)).toEqual([{ path: '', before: 1 }]);
});
