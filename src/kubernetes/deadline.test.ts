import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Deadline } from './deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const scene = { cluster: 'prod', verb: 'list', resource: 'pods' };
const never = new Promise<never>(() => undefined);

it('ends a wait when the time is up, and says for how long it was', async () => {
  const deadline = new Deadline(30_000, undefined);
  const waited = expect(deadline.race(never)).rejects.toThrow('deadline passed');
  vi.advanceTimersByTime(29_999);
  expect([deadline.signal.aborted, deadline.left()]).toEqual([false, 1]);
  vi.advanceTimersByTime(1);
  await waited;
  expect(deadline.explain(new Error('x'), scene, 'https://x')).toMatchObject({
    code: 'timeout',
    message: 'No answer from cluster prod within 30 s to list pods.',
  });
});

it.each([
  { says: 'the caller left', end: (caller: AbortController) => caller.abort(new Error('gone')), tells: { message: 'gone' } },
  {
    says: 'it was ended',
    end: (_: AbortController, deadline: Deadline) => deadline.end(new Error('closed')),
    tells: { message: 'closed' },
  },
  { says: 'something else failed', end: () => undefined, tells: { code: 'unreachable' } },
])('says that $says', ({ end, tells }) => {
  const caller = new AbortController();
  const deadline = new Deadline(30_000, caller.signal);
  end(caller, deadline);
  expect(deadline.explain(new Error('socket'), scene, 'https://x')).toMatchObject(tells);
});

it('hears nothing any more once it is cleared', () => {
  const caller = new AbortController();
  const deadline = new Deadline(1_000, caller.signal);
  deadline.clear();
  caller.abort();
  vi.advanceTimersByTime(10_000);
  expect(deadline.signal.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

it('swallows the failure of what nobody waits for any more', async () => {
  const deadline = new Deadline(1_000, undefined);
  deadline.end(new Error('closed'));
  await expect(deadline.race(Promise.reject(new Error('late')))).rejects.toThrow('closed');
  const other = new Deadline(1_000, undefined);
  const { promise, reject } = Promise.withResolvers<never>();
  const waited = expect(other.race(promise)).rejects.toThrow('closed');
  other.end(new Error('closed'));
  reject(new Error('late'));
  await waited;
});

it('does not begin for a caller that has left', () => {
  expect(() => new Deadline(1_000, AbortSignal.abort(new Error('gone')))).toThrow('gone');
  expect(vi.getTimerCount()).toBe(0);
});

it('can be as long as one likes', () => {
  const deadline = new Deadline(Number.POSITIVE_INFINITY, undefined);
  vi.advanceTimersByTime(86_400_000);
  expect(deadline.signal.aborted).toBe(false);
  deadline.clear();
});
