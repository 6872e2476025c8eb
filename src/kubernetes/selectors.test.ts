import { createContext, runInContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { checkFieldSelector, checkLabelSelector } from './selectors.ts';

describe('a label selector', () => {
  it.each([
    'app=web',
    'app==web,tier!=cache',
    ' app = web , tier in (a, b) ',
    'app.kubernetes.io/name=web',
    'env notin (dev,test),!canary,gpu',
    'size>3,size<-1',
    'app=',
    'app in ()',
    'app in (,a)',
    'a_b.c-d=E_f.g-H',
    'app in ( , a ,b , )  ',
    'gpu ',
    '! canary ',
  ])('%s', (selector) => {
    expect(() => checkLabelSelector(selector)).not.toThrow();
  });

  it.each([
    ['app=web&watch=true', '"app=web&watch=true" is no label selector.'],
    ['app=web,tier in (', '"tier in (" is no label selector.'],
    ['=web', '"=web" is no label selector.'],
    ['app=web,', '"" is no label selector.'],
    ['-app', '"-app" is no label selector.'],
    [`${'a'.repeat(64)}=b`, 'is no label selector.'],
    ['app=../x', 'is no label selector.'],
    ['a))((,b', 'is no label selector.'],
  ])('%s is none', (selector, message) => {
    expect(() => checkLabelSelector(selector)).toThrow(message);
  });

  it.each([
    ['a list that does not end', `app in (${' ,'.repeat(5_000)}`],
    ['blanks that end in nothing', `app=${' '.repeat(5_000)}!`],
    ['values that end in nothing', `app in (${'web , '.repeat(5_000)}!`],
  ])('is refused before long: %s', (_, selector) => {
    const context = createContext({ check: () => checkLabelSelector(selector) });
    // The limit ends a search that would go on for ever.
    expect(() => runInContext('check()', context, { timeout: 5_000 })).toThrow('is no label selector.');
  });
});

describe('a field selector', () => {
  it.each(['status.phase=Running', 'metadata.name!=web,spec.nodeName==n1', 'a.b=', 'metadata.name=a\\,b\\=c', 'x.y=a/b c'])(
    '%s',
    (selector) => {
      expect(() => checkFieldSelector(selector)).not.toThrow();
    },
  );

  it.each(['status.phase', '=Running', 'a=b=c', 'a=b,', '../x=y', 'a&b=c'])('%s is none', (selector) => {
    expect(() => checkFieldSelector(selector)).toThrow('is no field selector.');
  });
});
