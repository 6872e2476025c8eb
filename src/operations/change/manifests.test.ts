import fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { parseManifests, parseValue } from './manifests.ts';

const config = (data: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: ${data}\n`;
const dataOf = async (data: string): Promise<unknown> => (await parseManifests(config(data)))[0]?.['data'];

describe('manifests', () => {
  it('are YAML or JSON, many documents, with lists unfolded', async () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } }] };
    const objects = await parseManifests(`${config('{}')}---\n---\n${JSON.stringify(list)}\n---\n# nothing\n`);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`)).toEqual(['ConfigMap a', 'Pod b']);
  });

  it.each([
    ['{mode: 0644}', { mode: 420 }],
    ['{mode: "0644"}', { mode: '0644' }],
    ['{a: yes, b: off, c: "no"}', { a: true, b: false, c: 'no' }],
    ['{date: 2020-01-01, time: 1:30}', { date: '2020-01-01', time: '1:30' }],
    ['{n: 1e3, x: 0x1f, nothing: ~}', { n: 1000, x: 31, nothing: null }],
    ['{<<: {a: 1}, b: 2}', { a: 1, b: 2 }],
  ])('mean what they mean to kubectl: %s', async (text, value) => {
    expect(await dataOf(text)).toEqual(value);
  });

  it('read by any writer give back the same objects', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ maxLength: 12 }), fc.string({ maxLength: 60 }), { maxKeys: 6 }),
        async (data) => {
          const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data };
          expect(await parseManifests(JSON.stringify(object))).toEqual([object]);
          expect(await parseManifests(dump(object))).toEqual([object]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    ['', 'they hold no object'],
    ['hello', 'document 1 is no object'],
    ['a: b: c', /neither YAML nor JSON: .* \(line 1, column \d+\)/],
    ['kind: Pod', 'document 1 has no apiVersion'],
    ['apiVersion: v1\nkind: Pod', 'document 1 (Pod) has no metadata.name'],
    [`${config('{}')}---\napiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}`, 'document 2 (Pod) has no metadata.name'],
    ['a: &a [*a]', 'nested deeper than 100 levels, or holds itself'],
    ['x'.repeat(3_000_000), 'longer than 2 MiB'],
  ])('that cannot be read are refused with their place: %s', async (text, why) => {
    await expect(parseManifests(text)).rejects.toThrow(why);
  });

  it('that unfold to too much are refused before they do', async () => {
    const levels = Array.from(
      { length: 7 },
      (_, level) => `l${level + 1}: &l${level + 1} [${'*l'.concat(String(level), ',').repeat(10)}]`,
    );
    await expect(parseManifests(`l0: &l0 [1]\n${levels.join('\n')}\n`)).rejects.toThrow('more than 200000 values');
  });

  it('are never quoted in an error: they may be Secrets', async () => {
    for (const text of [
      'data: {password: hunter2hunter2, password: hunter2hunter2}',
      'password: hunter2hunter2: x',
      '"hunter2hunter2',
    ]) {
      await expect(parseManifests(text)).rejects.toThrow(expect.not.stringContaining('hunter2'));
    }
  });

  it('keep keys that are names of prototypes', async () => {
    expect(JSON.stringify(await dataOf('{__proto__: a, constructor: b}'))).toBe('{"__proto__":"a","constructor":"b"}');
  });
});

it('a value is one document', async () => {
  expect(await parseValue('[{"op": "remove", "path": "/a"}]', 'patch')).toEqual([{ op: 'remove', path: '/a' }]);
  await expect(parseValue('a: 1\n---\nb: 2', 'patch')).rejects.toThrow('"patch" cannot be read: there are 2 documents');
});
