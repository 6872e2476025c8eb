import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { didYouMean, nearest } from './nearest.ts';

const NAMES = ['pods', 'podtemplates', 'deployments', 'daemonsets', 'services', 'statefulsets', 'labelSelector', 'max_tokens'];

describe('the nearest names', () => {
  it.each([
    ['pod', ['pods']],
    ['pdos', ['pods']],
    ['deploymnet', ['deployments']],
    ['Deployments', ['deployments']],
    ['depl', ['deployments']],
    ['label_selector', ['labelSelector']],
    ['maxTokens', ['max_tokens']],
    ['xyzzy', []],
    ['', []],
  ])('to %j are %j', (wanted, names) => {
    expect(nearest(wanted, NAMES)).toEqual(names);
  });

  it('are some of the names, the exact one first, and never more than asked for', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), fc.integer({ min: 1, max: 5 }), (wanted, names, limit) => {
        const found = nearest(wanted, names, limit);
        expect(found.length).toBeLessThanOrEqual(limit);
        expect(new Set(found).size).toBe(found.length);
        for (const name of found) expect(names).toContain(name);
        if (names.includes(wanted)) expect(found.length).toBeGreaterThan(0);
      }),
    );
  });

  it('are found after any one slip', () => {
    const slips = fc.record({ at: fc.nat(9), kind: fc.constantFrom('drop', 'double', 'swap', 'change') });
    fc.assert(
      fc.property(fc.constantFrom('deployments', 'statefulsets', 'daemonsets'), slips, (name, { at, kind }) => {
        const [before, letter = '', after] = [name.slice(0, at), name[at], name.slice(at + 1)];
        const mistyped = {
          drop: before + after,
          double: before + letter + letter + after,
          swap: before + (after[0] ?? '') + letter + after.slice(1),
          change: `${before}#${after}`,
        }[kind];
        expect(nearest(mistyped, NAMES)).toContain(name);
      }),
    );
  });
});

it('are asked about in a message, or nothing is', () => {
  expect(didYouMean('pod', NAMES)).toBe('; did you mean "pods"?');
  expect(didYouMean('abc', ['abd', 'abe'])).toBe('; did you mean "abd" or "abe"?');
  expect(didYouMean('xyzzy', NAMES)).toBe('');
});
