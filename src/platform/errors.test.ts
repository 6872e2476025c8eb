import { describe, expect, it } from 'vitest';

import { FairleadError, isFairlead, messageOf, quoted, systemCode, UsageError } from './errors.ts';

it('an error of ours has a code, and says what would work', () => {
  const error = new UsageError('No.', { field: 'name', advice: 'Yes.', cause: new Error('why') });
  expect(error).toMatchObject({
    name: 'UsageError',
    code: 'usage',
    message: 'No.',
    field: 'name',
    advice: 'Yes.',
    cause: new Error('why'),
  });
  expect([isFairlead(error), isFairlead(new FairleadError('x', 'y')), isFairlead(new Error('z'))]).toEqual([true, true, false]);
  expect('cause' in new FairleadError('x', 'y')).toBe(false);
});

it('anything that is thrown has a message', () => {
  expect([messageOf(new Error('a')), messageOf('b'), messageOf(undefined), messageOf({})]).toEqual([
    'a',
    'b',
    'undefined',
    '[object Object]',
  ]);
});

describe('the code of the system', () => {
  const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
  it.each([
    ['of the error itself', refused, 'ECONNREFUSED'],
    ['of its cause', new Error('fetch failed', { cause: new Error('socket', { cause: refused }) }), 'ECONNREFUSED'],
    ['of several attempts', new AggregateError([refused]), 'ECONNREFUSED'],
    ['of none', new Error('odd'), undefined],
    ['of no error', 'ECONNREFUSED', undefined],
    ['that is no text', Object.assign(new Error('odd'), { code: 7 }), undefined],
    ['of attempts that were none', new AggregateError([]), undefined],
  ])('%s', (_, thrown, code) => {
    expect(systemCode(thrown)).toBe(code);
  });
});

it('what came in is quoted in short, as one line', () => {
  expect([quoted('a"b\n'), quoted('x'.repeat(9), 3), quoted({ a: 1 }), quoted(undefined), quoted(7n)]).toEqual([
    String.raw`"a\"b\n"`,
    '"xxx…"',
    String.raw`"{\"a\":1}"`,
    '"undefined"',
    '"7"',
  ]);
});
