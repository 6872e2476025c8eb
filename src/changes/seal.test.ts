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
