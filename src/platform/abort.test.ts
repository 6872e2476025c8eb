import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, it } from 'vitest';

import { unlessAborted } from './abort.ts';

it('gives the outcome, with a signal and without one', async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), undefined)).toBe(1);
  expect(await unlessAborted(Promise.resolve(2), signal)).toBe(2);
  await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  // The signal may live on for long.
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it.each(['before', 'meanwhile'])(
  'gives the reason of a caller that has left %s, and leaves no rejection unhandled',
  async (when) => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const { promise, reject } = Promise.withResolvers<never>();
    const leaving = new AbortController();
    if (when === 'before') leaving.abort(new Error('left'));
    const waited = expect(unlessAborted(promise, leaving.signal)).rejects.toThrow('left');
    leaving.abort(new Error('left'));
    await waited;
    reject(new Error('too late for anybody'));
    await nextTurn();
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  },
);
