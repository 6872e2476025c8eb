import { EventEmitter } from 'node:events';

import { expect, it } from 'vitest';

import { UnderWay } from './under-way.ts';

/** Whether a promise has settled by now. */
async function settled(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

it('waits for calls and not for streams', async () => {
  const underWay = new UnderWay();
  const [call, stream] = [new EventEmitter(), new EventEmitter()];
  underWay.begin(call);
  const isStream = underWay.begin(stream);
  const calls = underWay.callsEnd(60_000);
  const all = underWay.allEnd(60_000);
  isStream();
  expect(await settled(calls)).toBe(false);
  call.emit('close');
  expect([await settled(calls), await settled(all)]).toEqual([true, false]);
  stream.emit('close');
  expect(await settled(all)).toBe(true);
});

it('waits no longer than it may', async () => {
  const underWay = new UnderWay();
  underWay.begin(new EventEmitter());
  const hurry = new AbortController();
  const calls = underWay.callsEnd(60_000, hurry.signal);
  expect(await settled(calls)).toBe(false);
  hurry.abort();
  expect(await settled(calls)).toBe(true);
  await underWay.callsEnd(60_000, hurry.signal);
  await underWay.allEnd(1);
});

it('has nothing to wait for when nothing is under way', async () => {
  await new UnderWay().allEnd(60_000);
});
