import { describe, expect, it } from 'vitest';

import { isAtLeast, isContinuation, levelOf } from './level.ts';

describe('the level of a line', () => {
  it.each([
    ['{"level":"error","msg":"x"}', 'error'],
    ['{"time":1,"severity":"WARNING","message":"x"}', 'warn'],
    ['{"level":50,"msg":"pino"}', 'error'],
    ['{"level":60}', 'fatal'],
    ['{"log.level": "info"}', 'info'],
    ['ts=2026 level=warn msg="x"', 'warn'],
    ['time="2026-11-21" level="debug" msg=x', 'debug'],
    ['E0704 12:00:00.123456       1 main.go:1] failed', 'error'],
    ['I0704 12:00:00.123456       1 main.go:1] fine', 'info'],
    ['F0704 12:00:00.123456       1 main.go:1] gone', 'fatal'],
    ['2026/11/21 15:04:05 [error] 7#7: *1 open() failed', 'error'],
    ['2026-11-21 15:04:05,123 WARNING root: careful', 'warn'],
    ['[2026-11-21] ERROR [main] app: no', 'error'],
    ['panic: runtime error: index out of range', 'fatal'],
    ['java.lang.NullPointerException: at x', 'error'],
    ['Traceback (most recent call last):', 'error'],
    ['ValueError: bad', 'error'],
    ['TypeError', 'error'],
    ['Error: cannot find module', 'error'],
    ['fatal error: all goroutines are asleep', 'fatal'],
    ['warning: deprecated', 'warn'],
  ])('%s is %s', (line, level) => {
    expect(levelOf(line)).toBe(level);
  });

  it.each([
    'GET /errors 200',
    '0 errors, 0 warnings',
    'all information was written',
    '{"msg":"level is fine"}',
    'errors=0 duration=3ms',
    'erosion',
    '',
  ])('%j says none', (line) => {
    expect(levelOf(line)).toBeUndefined();
  });

  it('is at least another when it is as bad or worse', () => {
    expect(isAtLeast('fatal', 'error')).toBe(true);
    expect(isAtLeast('error', 'error')).toBe(true);
    expect(isAtLeast('warn', 'error')).toBe(false);
    expect(isAtLeast(undefined, 'debug')).toBe(false);
  });
});

describe('a line that goes on', () => {
  it.each([
    '\tat com.example.Main(Main.java:1)',
    '  File "x.py", line 3',
    'Caused by: java.io.IOException',
    'goroutine 1 [running]:',
    '}',
  ])('%j does', (line) => {
    expect(isContinuation(line)).toBe(true);
  });

  it.each(['started', '', ' ', 'at last'])('%j does not', (line) => {
    expect(isContinuation(line)).toBe(false);
  });
});
