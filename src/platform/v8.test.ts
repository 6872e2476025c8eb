import { expect, it } from 'vitest';

import { releaseMemory } from './v8.ts';

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
