import { expect, it } from 'vitest';

import { assignmentsOf, patchOf } from './settings.ts';

it.each([
  ['a=1', { a: '1' }],
  ['a=1, b=,c-', { a: '1', b: '', c: undefined }],
  ['app.kubernetes.io/name=web', { 'app.kubernetes.io/name': 'web' }],
  ['url=http://a/?b=c', { url: 'http://a/?b=c' }],
  ['list=a\\,b', { list: 'a,b' }],
  ['dash=a-', { dash: 'a-' }],
  ['__proto__=a', JSON.parse('{"__proto__":"a"}')],
])('%s', (text, assignments) => {
  expect(assignmentsOf(text, 'set')).toEqual(assignments);
});

it.each([
  ['a', '"a" in "set" is neither name=value nor name-.'],
  ['=1', 'neither'],
  ['-', 'neither'],
  ['a=1,a=2', '"a" stands in "set" twice.'],
  [',', '"set" sets nothing.'],
])('%s is refused', (text, why) => {
  expect(() => assignmentsOf(text, 'set')).toThrow(why);
});

it('as a patch, what goes is null', () => {
  expect(patchOf({ a: '1', b: undefined })).toEqual({ a: '1', b: null });
});
