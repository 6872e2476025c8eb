import fc from 'fast-check';
import { expect, test } from 'vitest';

import { logOf, type ContainerRun, type LogEntry } from './log.ts';
import type { Program } from './program.ts';

const run: ContainerRun = { startedAt: 0, seed: 'run-1', pod: 'web-1', environment: new Map([['MODE', 'fast']]) };

const textsUntil = (program: Program, at: number, of: ContainerRun = run): readonly string[] => {
  const log = logOf(program, of);
  return Array.from({ length: log.countUntil(at) }, (_, index) => log.line(index)?.text ?? '(missing)');
};

test('lines come at their time, then those that repeat, each in its turn', () => {
  const program: Program = {
    log: [
      { atSeconds: 2, text: 'ready' },
      { atSeconds: 0, text: 'starting' },
    ],
    repeats: { everySeconds: 10, lines: ['tick {n}', 'tock {n}'] },
  };
  expect(textsUntil(program, 1999)).toEqual(['starting']);
  expect(textsUntil(program, 2000)).toEqual(['starting', 'ready']);
  expect(textsUntil(program, 32_000)).toEqual(['starting', 'ready', 'tick 3', 'tock 4', 'tick 5']);
});

test('a line is filled with what is known when it is written', () => {
  const program: Program = { log: [{ atSeconds: 1, text: '{date} {pod} {env:MODE} {env:NONE}. {other}' }] };
  expect(textsUntil(program, 1000)).toEqual(['Thu Jan  1 00:00:01 UTC 1970 web-1 fast . {other}']);
});

test('a choice is the same whenever the line is read, and differs between runs', () => {
  const program: Program = { repeats: { everySeconds: 1, lines: ['{pick:a|b|c}{pick:a|b|c}'] } };
  const once = textsUntil(program, 50_000);
  expect(textsUntil(program, 100_000).slice(0, 50)).toEqual(once);
  expect(new Set(once).size).toBeGreaterThan(5);
  expect(textsUntil(program, 50_000, { ...run, seed: 'run-2' })).not.toEqual(once);
});

test('nothing is written after the end', () => {
  const program: Program = { repeats: { everySeconds: 1, lines: ['tick'] }, exit: { afterSeconds: 3, code: 0 } };
  const log = logOf(program, run);
  expect(log.countUntil(Infinity)).toBe(3);
  expect(log.line(3)).toBeUndefined();
});

test('a program without a variable that it needs says which, and ends', () => {
  const program: Program = { log: [{ atSeconds: 0, text: 'ready' }], needsEnvironment: ['MODE', 'DATABASE_URL'] };
  expect(textsUntil(program, 5000)).toEqual(['fatal: environment variable DATABASE_URL is not set']);
});

test('lines are in the order of time, and countUntil counts those up to a moment', () => {
  const programs = fc.record({
    log: fc.array(fc.record({ atSeconds: fc.integer({ min: 0, max: 20 }), text: fc.constant('x') }), { maxLength: 5 }),
    repeats: fc.record({ everySeconds: fc.integer({ min: 1, max: 7 }), lines: fc.array(fc.constant('y'), { maxLength: 3 }) }),
    exit: fc.option(fc.record({ afterSeconds: fc.integer({ min: 0, max: 60 }), code: fc.constant(1) }), { nil: undefined }),
  });
  fc.assert(
    fc.property(programs, fc.integer({ min: 0, max: 100_000 }), ({ exit, ...program }, at) => {
      const log = logOf({ ...program, ...(exit && { exit }) }, run);
      const lines: LogEntry[] = [];
      for (let line = log.line(0); line !== undefined && lines.length < 200; line = log.line(lines.length)) lines.push(line);
      expect(lines.map((line) => line.at)).toEqual(lines.map((line) => line.at).sort((a, b) => a - b));
      expect(log.countUntil(at)).toBe(lines.filter((line) => line.at <= at).length);
    }),
    { numRuns: 200 },
  );
});
