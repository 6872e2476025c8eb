import { expect, test } from 'vitest';

import { seededRandom } from './random.ts';

test('a seed repeats everything', () => {
  const [one, other] = [seededRandom(7), seededRandom(7)];
  const draw = (random: typeof one) => [random.next(), random.suffix(5), random.uid()];
  expect(draw(one)).toEqual(draw(other));
  expect(draw(one)).not.toEqual(draw(seededRandom(8)));
});

test('names end in letters that Kubernetes uses, and uids are of version 4', () => {
  const random = seededRandom(1);
  expect(random.suffix(200)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{200}$/);
  expect(random.uid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('what is drawn lies between 0 and 1 and is spread', () => {
  const random = seededRandom(3);
  const tenths = new Set(Array.from({ length: 1000 }, () => Math.floor(random.next() * 10)));
  expect([...tenths].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
