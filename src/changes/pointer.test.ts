import { expect, test } from 'vitest';

import { partsOf, pointerOf } from './pointer.ts';

test('a pointer says where a value stands, whatever its name is made of', () => {
  expect(partsOf('/metadata/annotations/shop.test~1a~0b')).toEqual(['metadata', 'annotations', 'shop.test/a~b']);
  expect(partsOf('/a~01')).toEqual(['a~1']);
  expect(partsOf('')).toEqual([]);
  expect(pointerOf(['metadata', 'annotations', 'shop.test/a~b'])).toBe('/metadata/annotations/shop.test~1a~0b');
});
