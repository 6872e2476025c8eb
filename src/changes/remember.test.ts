import { expect, test } from 'vitest';

import { remembered } from './remember.ts';

test('works once for each object, and not for another of the same content', () => {
  let calls = 0;
  const call = remembered((item: { readonly a: number }) => {
    calls++;
    return item.a === 0 ? undefined : item.a;
  });
  const [one, zero] = [{ a: 1 }, { a: 0 }];
  expect([call(one), call(one), call(zero), call(zero), call({ a: 1 })]).toEqual([1, 1, undefined, undefined, 1]);
  expect(calls).toBe(3);
});
