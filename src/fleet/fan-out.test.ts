import { expect, it } from 'vitest';

import { UsageError } from '../platform/index.ts';
import { gatherFrom } from './fan-out.ts';

it('gives what answers in the order asked, and names the others in theirs', async () => {
  const found = await gatherFrom(['c', 'x', 'a', 'y'], async (cluster) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (cluster === 'x' || cluster === 'y') throw new UsageError(`no ${cluster}`);
    return cluster.toUpperCase();
  });
  expect(found.answers).toEqual([
    { cluster: 'c', value: 'C' },
    { cluster: 'a', value: 'A' },
  ]);
  expect(found.missing.map(({ cluster, error }) => [cluster, error.message])).toEqual([
    ['x', 'no x'],
    ['y', 'no y'],
  ]);
});

it('asks no more than 32 at the same time, and all of them', async () => {
  let now = 0;
  let most = 0;
  const clusters = Array.from({ length: 100 }, (_, index) => `c${index}`);
  const { answers } = await gatherFrom(clusters, async (cluster) => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return cluster;
  });
  expect(most).toBe(32);
  expect(answers.map(({ value }) => value)).toEqual(clusters);
});

it('throws what is no error of ours: the end of the caller’s interest, or a defect', async () => {
  const gone = new DOMException('gone', 'AbortError');
  await expect(gatherFrom(['a', 'b'], async () => Promise.reject(gone))).rejects.toBe(gone);
});
