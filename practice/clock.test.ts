import { expect, test } from 'vitest';

import { practiceClock } from './clock.ts';

test('it stands where it was put until it is moved on', () => {
  const clock = practiceClock(1000);
  expect(clock.now()).toBe(1000);
  clock.advance(500);
  expect(clock.now()).toBe(1500);
});

test('what falls due is called back in order of time, then of asking, each at its own time', () => {
  const clock = practiceClock(0);
  const called: string[] = [];
  const note = (name: string) => () => called.push(`${name} at ${clock.now()}`);
  clock.after(20, note('late'));
  clock.after(10, note('first'));
  clock.after(10, note('second'));
  clock.advance(30);
  expect(called).toEqual(['first at 10', 'second at 10', 'late at 20']);
});

test('what is asked for meanwhile is called back within the same advance when it falls due in it', () => {
  const clock = practiceClock(0);
  const called: number[] = [];
  const again = (): void => {
    called.push(clock.now());
    clock.after(10, again);
  };
  clock.after(10, again);
  clock.advance(35);
  expect(called).toEqual([10, 20, 30]);
});

test('what is cancelled is not called back, whether it is next or not', () => {
  const clock = practiceClock(0);
  const called: string[] = [];
  const cancels = ['a', 'b', 'c'].map((name, index) => clock.after(index, () => called.push(name)));
  cancels[0]?.();
  cancels[2]?.();
  clock.advance(10);
  expect(called).toEqual(['b']);
});

test('many are called back in order, however they were asked for', () => {
  const clock = practiceClock(0);
  const called: number[] = [];
  for (let at = 0; at < 1000; at++) clock.after((at * 7919) % 1000, () => called.push(clock.now()));
  clock.advance(1000);
  expect(called).toHaveLength(1000);
  expect(called).toEqual(called.toSorted((a, b) => a - b));
});

test('let go, it goes on with real time from where it stood', async () => {
  const clock = practiceClock(5000);
  const called = Promise.withResolvers<number>();
  clock.after(5, () => called.resolve(clock.now()));
  clock.run();
  expect(await called.promise).toBeGreaterThanOrEqual(5005);
  clock.stop();
});

test('let go, it can still be moved on', () => {
  const clock = practiceClock(0);
  clock.run();
  let called = false;
  clock.after(3_600_000, () => (called = true));
  clock.advance(3_600_000);
  expect(called).toBe(true);
  expect(clock.now()).toBeGreaterThanOrEqual(3_600_000);
  clock.stop();
});

test('stopped, it calls nobody back', () => {
  const clock = practiceClock(0);
  let called = 0;
  clock.after(1, () => called++);
  clock.stop();
  clock.after(1, () => called++);
  clock.advance(10);
  expect(called).toBe(0);
});
