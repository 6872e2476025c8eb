import { describe, expect, test } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import type { ResourceKind } from '../kubernetes/index.ts';
import { liveReader } from './live.ts';
import type { Target } from './target.ts';

const kind = { group: '', version: 'v1', kind: 'ConfigMap', resource: 'configmaps', namespaced: true } as ResourceKind;
const objectOf = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' } });

/** Reads so many objects of which the last is missing, and tells what was found and how often the server was asked. */
async function reading(count: number, list?: SaidAnswer, more: Partial<Target['subject']> = {}) {
  const names = Array.from({ length: count }, (_, index) => `config-${index}`);
  const there = names.slice(0, -1).map(objectOf);
  const { connection, lines } = connectionTo(({ path }) => {
    const name = /configmaps\/([\w-]+)/.exec(path)?.[1];
    if (name === undefined) return list ?? { body: { metadata: {}, items: there } };
    const found = there.find(({ metadata }) => metadata.name === name);
    return found === undefined ? { status: 404, body: { kind: 'Status' } } : { body: found };
  });
  const targets = names.map((name, index): Target => {
    const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name, ...(index === 0 && more) };
    return { subject, kind, connection, pending: false };
  });
  const read = liveReader(targets);
  const found = await Promise.all(targets.map(read));
  expect(found).toEqual([...there, null]);
  const [lists, gets] = [true, false].map((isList) => lines().filter((line) => /configmaps(\?|$)/.test(line) === isList).length);
  return { lists, gets, lines: lines() };
}

describe('objects as they are now', () => {
  test('are asked for one by one where they are few, and in one list where they are many', async () => {
    expect(await reading(9)).toMatchObject({ lists: 0, gets: 9 });
    const { lists, gets, lines } = await reading(10);
    expect([lists, gets]).toEqual([1, 0]);
    expect(lines[0]).toContain('/namespaces/shop/configmaps');
    expect(lines[0]).toContain('limit=1000');
  });

  test.each<[string, object]>([
    ['cluster', { cluster: 'other' }],
    ['version', { apiVersion: 'v2' }],
    ['kind', { kind: 'Other' }],
    ['namespace', { namespace: 'other' }],
  ])('are many only where they are of one %s', async (_, more) => {
    expect(await reading(10, undefined, more)).toMatchObject({ lists: 0, gets: 10 });
  });

  test.each<[string, SaidAnswer]>([
    ['goes on after a thousand', { body: { metadata: { continue: 'more' }, items: [] } }],
    ['is forbidden', { status: 403, body: { kind: 'Status', message: 'no' } }],
  ])('are asked for one by one as well where the list %s', async (_, list) => {
    expect(await reading(10, list)).toMatchObject({ lists: 1, gets: 10 });
  });

  test('are taken from a list that ends with an empty word', async () => {
    const items = Array.from({ length: 9 }, (_, index) => objectOf(`config-${index}`));
    expect(await reading(10, { body: { metadata: { continue: '' }, items } })).toMatchObject({ gets: 0 });
  });

  test('are not looked for further when something is wrong with ourselves', async () => {
    const { connection } = connectionTo(({ path }) => {
      if (path.includes('config-')) return { body: objectOf('config-0') };
      throw new RangeError('ours');
    });
    const targets = Array.from({ length: 10 }, (_, index): Target => {
      const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: `config-${index}` };
      return { subject, kind, connection, pending: false };
    });
    const [target] = targets;
    if (target !== undefined) await expect(liveReader(targets)(target)).rejects.toThrow('ours');
  });
});
