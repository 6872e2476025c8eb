import { expect, test } from 'vitest';

import { tellingLines } from './log.ts';

test('the last lines, when nothing tells more', () => {
  expect(tellingLines('')).toEqual([]);
  expect(tellingLines('only this\n\n')).toEqual(['only this']);
  expect(tellingLines('a\nb\nc\n')).toEqual(['b', 'c']);
});

test('a panic above its stack', () => {
  const trace = Array.from({ length: 20 }, (_, index) => `\t/src/main.go:${index} +0x1d`);
  expect(tellingLines(['started', 'panic: PAYMENT_URL is not set', '', 'goroutine 1 [running]:', ...trace].join('\n'))).toEqual([
    'panic: PAYMENT_URL is not set',
    'goroutine 1 [running]:',
    '\t/src/main.go:19 +0x1d',
  ]);
});

test('an error below its stack, and one in JSON', () => {
  expect(tellingLines('Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: "db.url"')).toEqual([
    '  File "a.py", line 1',
    'KeyError: "db.url"',
  ]);
  expect(
    tellingLines('{"level":"info","msg":"up"}\n{"level":"fatal","msg":"no database"}\n{"level":"info","msg":"bye"}')[0],
  ).toContain('no database');
});

test('good news is no error', () => {
  expect(tellingLines('ERROR: 0 errors found\nwarming up\nbye')).toEqual(['warming up', 'bye']);
});
