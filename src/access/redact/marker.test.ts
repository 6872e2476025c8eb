import { describe, expect, test } from 'vitest';

import { base64MarkerOf, holdsMarker, isMarker, markerOf } from './marker.ts';

test('a marker tells the size of what it stands for, and nothing else', () => {
  expect(markerOf('hunter2')).toBe('<redacted 7 bytes>');
  expect(markerOf('ü☃')).toBe('<redacted 5 bytes>');
  expect(base64MarkerOf('aHVudGVyMg==')).toBe('<redacted 7 bytes>');
});

test.each(['<redacted>', '<redacted 7 bytes>', '<redacted 123456 bytes>'])('%s stands for itself', (marker) => {
  expect(isMarker(marker)).toBe(true);
  expect(markerOf(marker)).toBe(marker);
  expect(base64MarkerOf(marker)).toBe(marker);
});

test.each([
  'x<redacted>',
  '<redacted>hunter2',
  '<redacted> hunter2',
  '<redacted hunter2 bytes>',
  '<redacted bytes>',
  ' <redacted>',
])('what only resembles one is hidden like any other value: %s', (value) => {
  expect(isMarker(value)).toBe(false);
  expect(markerOf(value)).toMatch(/^<redacted \d+ bytes>$/);
  expect(base64MarkerOf(value)).toMatch(/^<redacted \d+ bytes>$/);
});

describe('a body that is about to be sent', () => {
  test.each([
    '<redacted>',
    '<redacted 7 bytes>',
    '<redacted 12345 bytes>',
    'url: postgres://me:<redacted>@db',
    ['x', '<redacted>'],
    ['<redacted>', 'x'],
    { data: { a: 'x', b: '<redacted 7 bytes>', c: null } },
    { data: [{ deep: [[{ a: 1 }, { a: '<redacted>' }]] }] },
  ])('would destroy what is behind the marker in %j', (body) => {
    expect(holdsMarker(body)).toBe(true);
  });

  test.each([
    undefined,
    null,
    7,
    true,
    '',
    'redacted',
    '<redacted',
    'it was <redacted 1 day ago>',
    '<redacted seven bytes>',
    [],
    {},
    { a: null, b: [undefined, 1, 'x'] },
  ])('destroys nothing with %j', (body) => {
    expect(holdsMarker(body)).toBe(false);
  });
});
