import { describe, expect, it } from 'vitest';

import { interpolate } from './interpolate.ts';

const env = { TOKEN: 'tok', EMPTY: '', PATTERN: "$& $1 ${TOKEN} $$ it's", _x1: 'y' };
const text = (source: string): unknown => interpolate(source, env).value;

describe('variables', () => {
  it.each([
    ['${TOKEN}', 'tok'],
    ['a ${TOKEN}-${_x1} b', 'a tok-y b'],
    ['${EMPTY}', ''],
    ['$${TOKEN}', '${TOKEN}'],
    ['$$${TOKEN}', '$${TOKEN}'],
    ['$TOKEN $5 5$', '$TOKEN $5 5$'],
    // What a variable holds is text: neither a pattern of replace() nor looked into again.
    ['${PATTERN}', env.PATTERN],
    ['a: ${TOKEN}\nb', 'a: tok\nb'],
  ])('%j is %j', (source, value) => {
    expect(text(source)).toBe(value);
    expect(interpolate(source, env).problems).toEqual([]);
  });

  it.each([
    ['${NOPE}', 'the environment variable NOPE is not set'],
    ['${constructor}', 'the environment variable constructor is not set'],
    ['${TOKEN', '${ begins the name of an environment variable'],
    ['${}', '${ begins the name'],
    ['${TOKEN:-x}', '${ begins the name'],
    ['${1}', '${ begins the name'],
  ])('%j is a problem', (source, message) => {
    const { problems } = interpolate({ a: [source] }, env);
    expect(problems).toEqual([{ path: ['a', 0], message: expect.stringContaining(message) }]);
  });

  it('stand in values at any depth, never in keys, and only in strings', () => {
    const { value, interpolations } = interpolate({ '${TOKEN}': 1, a: { b: ['${TOKEN}', true, null, 2] } }, env);
    expect(value).toEqual({ '${TOKEN}': 1, a: { b: ['tok', true, null, 2] } });
    expect([...interpolations.values()]).toEqual([{ path: ['a', 'b', 0], source: '${TOKEN}', variables: ['TOKEN'] }]);
  });
});
