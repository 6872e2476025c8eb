import { getHeapSpaceStatistics } from 'node:v8';

import { describe, expect, it } from 'vitest';

import { collectorOfV8, keepYoungSpace, releaseMemory } from './v8.ts';

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

describe('the young generation', () => {
  const MB = 1024 * 1024;
  const SIZE = 16 * MB;

  /** As many calls as there are between two looks, and the turn after them. */
  const callsThatLook = async (): Promise<void> => {
    for (let call = 0; call < 16; call++) keepYoungSpace();
    await new Promise((resolve) => setImmediate(resolve));
  };

  it('has its size once a server is used', async () => {
    await callsThatLook();
    expect(youngSpace()).toBe(SIZE);
  });

  it('has it again where V8 has made it smaller', async () => {
    await callsThatLook();
    await collectorOfV8()({ type: 'major', execution: 'async', flavor: 'last-resort' });
    expect(youngSpace()).toBeLessThan(SIZE / 4);
    await callsThatLook();
    expect(youngSpace()).toBe(SIZE);
  });

  it('has it when memory has been given back', async () => {
    await callsThatLook();
    await releaseMemory();
    expect(youngSpace()).toBe(SIZE);
  });

  it('does not grow beyond it, whatever survives', async () => {
    await callsThatLook();
    const numbers = Array.from({ length: 4096 }, () => 0.5);
    const survivors: number[][] = [];
    for (let times = 0; times < 6; times++) {
      for (let copies = 0; copies < 320; copies++) survivors.push(numbers.slice());
      collectorOfV8()({ type: 'minor' });
    }
    expect(youngSpace()).toBe(SIZE);
    expect(survivors).toHaveLength(6 * 320);
  });
});
