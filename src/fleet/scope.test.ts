import { expect, it } from 'vitest';

import { parseScope, sayScope } from './scope.ts';

it.each([
  [undefined, undefined],
  ['', undefined],
  [' , ', undefined],
  ['a', ['a']],
  [' a , b,a ', ['a', 'b']],
  ['*', '*'],
  ['a,*', '*'],
])('%j means %j', (text, scope) => {
  expect(parseScope(text)).toEqual(scope);
});

it.each(['../x', 'a/b', 'a%2fb', 'a?b', 'A', 'a_b', '-a', 'team-*', 'a'.repeat(64), '__proto__', 'b,$(reboot)'])(
  '%s is refused before anybody is asked',
  (text) => {
    expect(() => parseScope(text)).toThrow(/^".*" is no name of a namespace\.$/);
  },
);

it('is said as people say it', () => {
  expect([sayScope('*'), sayScope(['a']), sayScope(['a', 'b'])]).toEqual([
    'in all namespaces',
    'in namespace a',
    'in namespaces a, b',
  ]);
});
