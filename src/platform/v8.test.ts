import { getHeapSpaceStatistics } from 'node:v8';

import { expect, it } from 'vitest';

import { keepYoungSpaceSmall, releaseMemory } from './v8.ts';

const youngSpace = (): number => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;

it('collects what nobody holds any more', async () => {
  let object: object | undefined = { large: Array.from({ length: 1_000 }, (_, index) => ({ index })) };
  const reference = new WeakRef(object);
  object = undefined;
  // What a weak reference has given out lives until the turn of the event loop is over.
  await new Promise((resolve) => setImmediate(resolve));
  await releaseMemory();
  expect(reference.deref()).toBeUndefined();
  expect(globalThis).not.toHaveProperty('gc');
});

it('leaves the young generation more than the least, which may not grow by itself', async () => {
  keepYoungSpaceSmall();
  await releaseMemory();
  expect(youngSpace()).toBeGreaterThanOrEqual(4 * 1024 * 1024);
});
