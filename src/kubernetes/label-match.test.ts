import { describe, expect, it } from 'vitest';

import { selectorFits, selects } from './label-match.ts';

const labels = { app: 'web', tier: 'front' };

describe('a plain selector', () => {
  it.each([
    [{ app: 'web' }, true],
    [{ app: 'web', tier: 'front' }, true],
    [{ app: 'web', tier: 'back' }, false],
    [{ env: 'dev' }, false],
    // As Services have it.
    [{}, false],
  ])('%j: %s', (selector, fits) => {
    expect(selects(selector, labels)).toBe(fits);
  });
});

describe('a LabelSelector', () => {
  const expression = (key: string, operator: string, ...values: readonly string[]): object => ({
    matchExpressions: [{ key, operator, values }],
  });

  it.each([
    [undefined, false],
    [null, false],
    [{}, true],
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'db' } }, false],
    [{ matchLabels: { app: 'web' }, ...expression('tier', 'In', 'back') }, false],
    [expression('tier', 'In', 'back', 'front'), true],
    [expression('env', 'In', 'dev'), false],
    [expression('tier', 'NotIn', 'front'), false],
    [expression('env', 'NotIn', 'dev'), true],
    [expression('app', 'Exists'), true],
    [expression('env', 'Exists'), false],
    [expression('app', 'DoesNotExist'), false],
    [expression('env', 'DoesNotExist'), true],
    [expression('app', 'Gt', '1'), false],
    // Names that every object has something of.
    [expression('constructor', 'Exists'), false],
    [expression('constructor', 'DoesNotExist'), true],
  ])('%j: %s', (selector, fits) => {
    expect(selectorFits(selector, labels)).toBe(fits);
  });
});
