import { describe, expect, it } from 'vitest';

import { labelSelector, parseLabelSelector } from './label-selectors.ts';

const labels = { app: 'shop', tier: 'web', replicas: '3' };

describe('parseLabelSelector', () => {
  it.each([
    ['', true],
    ['app=shop', true],
    ['app==shop,tier!=db', true],
    ['tier in (web, api),!canary', true],
    ['tier notin (web)', false],
    ['canary notin (yes)', true],
    ['canary', false],
    ['app', true],
    ['replicas>2', true],
    ['replicas<3', false],
    ['app=', false],
  ])('%s', (text, matches) => {
    expect(parseLabelSelector(text)(labels)).toBe(matches);
  });

  it.each([
    ['a=b,', "found '', expected: identifier after ','"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['!a=b', "found '=', expected: ',' or 'end of string'"],
    ['=', "found '=', expected: !, identifier, or 'end of string'"],
  ])('refuses %s in the words of the server', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message);
  });
});

describe('labelSelector', () => {
  it('takes what meets its labels and its expressions', () => {
    const selector = labelSelector({
      matchLabels: { app: 'shop' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['web'] },
        { key: 'canary', operator: 'DoesNotExist' },
      ],
    });
    expect(selector(labels)).toBe(true);
    expect(selector({ ...labels, canary: 'yes' })).toBe(false);
  });

  it('takes everything when it is empty and nothing when it is missing', () => {
    expect(labelSelector({})(labels)).toBe(true);
    expect(labelSelector(undefined)(labels)).toBe(false);
  });
});
