import { describe, expect, test } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import type { Connection } from '../kubernetes/index.ts';
import { liveReader } from './live.ts';
import { neighboursOn } from './neighbours.ts';
import type { Target } from './target.ts';

const served = (resource: string, kind: string) => ({ resource, responseKind: { kind }, scope: 'Namespaced', verbs: [] });
const LIST = '/api/v1/namespaces/shop/configmaps';

/** A cluster that serves ConfigMaps, and answers what is asked of them in this way. */
function clusterSaying(answer: (path: string) => SaidAnswer): {
  readonly connection: Connection;
  readonly asked: () => string[];
} {
  const { connection, lines } = connectionTo(({ path }) => {
    const resources = [served('configmaps', 'ConfigMap')];
    if (path === '/api')
      return {
        body: { kind: 'APIGroupDiscoveryList', items: [{ metadata: { name: '' }, versions: [{ version: 'v1', resources }] }] },
      };
    return path === '/apis' ? { body: { kind: 'APIGroupDiscoveryList', items: [] } } : answer(path);
  });
  return { connection, asked: () => lines().filter((line) => !/ \/apis?$/.test(line)) };
}
const listOf = (names: readonly string[], metadata: object = {}): SaidAnswer => ({
  body: { kind: 'ConfigMapList', metadata, items: names.map((name) => ({ metadata: { name, namespace: 'shop' } })) },
});
const forbidden: SaidAnswer = { status: 403, body: { kind: 'Status', reason: 'Forbidden', message: 'no' } };

describe('what is round an object', () => {
  test('is read once, whoever asks for it', async () => {
    const { connection, asked } = clusterSaying(() => listOf(['a', 'b']));
    const near = neighboursOn(connection);
    const lists = await Promise.all([1, 2].map(async () => near.list('', 'ConfigMap', 'shop')));
    expect(lists.map((list) => list?.map(({ metadata }) => metadata?.name))).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(asked()).toEqual([`GET ${LIST}?limit=500`]);
    await near.list('', 'ConfigMap', 'other');
    await near.list('', 'ConfigMap', undefined);
    expect(asked()).toHaveLength(3);
  });

  test('is counted with what the server has not sent', async () => {
    const { connection } = clusterSaying(() => listOf(['a', 'b'], { remainingItemCount: 40 }));
    expect(await neighboursOn(connection).count('', 'ConfigMap', 'shop')).toBe(42);
    const all = clusterSaying(() => listOf(['a']));
    expect(await neighboursOn(all.connection).count('', 'ConfigMap', 'shop')).toBe(1);
  });

  test('is nothing of a kind that the cluster does not serve', async () => {
    const { connection, asked } = clusterSaying(() => forbidden);
    const near = neighboursOn(connection);
    for (const [group, kind] of [
      ['', 'Secret'],
      ['shop.test', 'ConfigMap'],
    ] as const) {
      expect(await near.list(group, kind, 'shop')).toEqual([]);
      expect(await near.count(group, kind, 'shop')).toBe(0);
    }
    expect(asked()).toEqual([]);
  });

  test('is unknown where it may not be read, and stops nothing', async () => {
    const near = neighboursOn(clusterSaying(() => forbidden).connection);
    expect(await near.list('', 'ConfigMap', 'shop')).toBeUndefined();
    expect(await near.count('', 'ConfigMap', 'shop')).toBeUndefined();
  });

  test('is not looked at for a caller who has gone', async () => {
    const caller = new AbortController();
    const { connection } = clusterSaying(() => {
      caller.abort(new Error('gone'));
      return forbidden;
    });
    const near = neighboursOn(connection.during({ origin: 'kube_apply', signal: caller.signal }));
    await expect(near.list('', 'ConfigMap', 'shop')).rejects.toThrow('gone');
  });
});

describe('objects of a plan', () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index}`);
  const read = async (count: number, answer: (path: string) => SaidAnswer) => {
    const { connection, asked } = clusterSaying(answer);
    const { kind } = await connection.resolve('configmaps');
    const targets = names(count).map((name): Target => {
      const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name };
      return { subject, kind, connection, pending: false };
    });
    const reader = liveReader(targets);
    const objects = await Promise.all(targets.map(reader));
    return { found: objects.map((object) => object?.metadata?.name), asked: asked() };
  };
  const object = (path: string): SaidAnswer => ({ body: { metadata: { name: path.split('/').at(-1) } } });
  const oneByOne = (count: number): string[] => names(count).map((name) => `GET ${LIST}/${name}`);

  test('are read one by one where they are few', async () => {
    expect(await read(9, object)).toEqual({ found: names(9), asked: oneByOne(9) });
  });

  test('are read with one list where they are many, and those that are not in it are not there', async () => {
    expect(await read(10, () => listOf(names(9)))).toEqual({
      found: [...names(9), undefined],
      asked: [`GET ${LIST}?limit=1000`],
    });
  });

  test.each<[string, SaidAnswer]>([
    ['may not be listed', forbidden],
    ['are a few of very many', listOf(names(10), { continue: 'more' })],
  ])('are read one by one where they %s', async (_, list) => {
    const { found, asked } = await read(10, (path) => (path.includes('?') ? list : object(path)));
    expect(found).toEqual(names(10));
    expect(asked).toEqual([`GET ${LIST}?limit=1000`, ...oneByOne(10)]);
  });
});
