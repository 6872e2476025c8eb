import { expect, test } from 'vitest';

import { imageOf } from './image.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const object = (more: object, annotations: Readonly<Record<string, string>> = {}) => ({
  kind: 'ConfigMap',
  metadata: { name: 'x', annotations, managedFields: [{ manager: 'm' }] },
  ...more,
});

test('an object without secrets is kept whole, the copy that kubectl made included', () => {
  const annotations = { [LAST_APPLIED]: '{"data":{"a":"1"}}' };
  const { object: kept, hidden } = imageOf(object({ data: { a: '1' } }, annotations), false);
  expect(hidden).toBe(false);
  expect(kept).toEqual({ kind: 'ConfigMap', metadata: { name: 'x', annotations }, data: { a: '1' } });
});

test('secret values are kept only where they will be sealed', () => {
  const secret = { kind: 'Secret', metadata: { name: 'x' }, data: { password: 'cGFzc3dvcmQ=' } };
  expect(imageOf(secret, true)).toEqual({ object: secret, hidden: true });
  expect(imageOf(secret, false)).toMatchObject({ object: { data: { password: '<redacted 8 bytes>' } }, hidden: true });
});

test('a secret in the copy that kubectl made counts as well', () => {
  const annotations = { [LAST_APPLIED]: '{"kind":"Secret","stringData":{"password":"hunter2hunter2"}}' };
  const { object: kept, hidden } = imageOf(object({}, annotations), false);
  expect(hidden).toBe(true);
  expect(JSON.stringify(kept)).not.toContain('hunter2');
});

test('a copy that kubectl made and that cannot be read may hold a secret', () => {
  const { object: kept, hidden } = imageOf(object({}, { [LAST_APPLIED]: 'not JSON: hunter2hunter2' }), false);
  expect(hidden).toBe(true);
  expect(JSON.stringify(kept)).not.toContain('hunter2');
});

test('an object that has no metadata is kept as it is', () => {
  expect(imageOf({ kind: 'X' }, false)).toEqual({ object: { kind: 'X', metadata: {} }, hidden: false });
});
