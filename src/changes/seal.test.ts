import { expect, test } from 'vitest';

import { seal, unseal } from './seal.ts';

const key = Buffer.alloc(32, 1);
const value = { password: 'hunter2', list: [1, null] };

test('what is sealed comes back, and cannot be read without the key', () => {
  const sealed = seal(value, key, 'plan-1');
  expect(unseal(sealed, key, 'plan-1')).toEqual(value);
  expect(Buffer.from(sealed).includes('hunter2')).toBe(false);
  expect(unseal(sealed, Buffer.alloc(32, 2), 'plan-1')).toBeUndefined();
});

test('what was altered, cut off or put in the place of another does not open', () => {
  const sealed = seal(value, key, 'plan-1');
  const altered = Uint8Array.from(sealed);
  altered[20] = (altered[20] ?? 0) ^ 1;
  expect(unseal(altered, key, 'plan-1')).toBeUndefined();
  expect(unseal(sealed.subarray(0, 20), key, 'plan-1')).toBeUndefined();
  expect(unseal(sealed, key, 'plan-2')).toBeUndefined();
});

test('the same value is never sealed to the same bytes, so that nobody sees that it is the same', () => {
  const sealings = Array.from({ length: 20 }, () => Buffer.from(seal(value, key, 'plan-1')).toString('hex'));
  expect(new Set(sealings).size).toBe(sealings.length);
  expect(new Set(sealings.map((text) => text.slice(0, 24))).size).toBe(sealings.length);
});

test('no byte of what is sealed can be another', () => {
  const sealed = seal(value, key, 'plan-1');
  for (const index of sealed.keys()) {
    const altered = Uint8Array.from(sealed);
    altered[index] = (altered[index] ?? 0) ^ 1;
    expect(unseal(altered, key, 'plan-1')).toBeUndefined();
  }
});
