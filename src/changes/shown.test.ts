import { expect, test } from 'vitest';

import { holdsMarker } from '../access/index.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import { sayProblem, shown } from './shown.ts';

const secret: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db', namespace: 'shop', uid: 'u', resourceVersion: '1' },
  data: { password: 'aHVudGVyMg==' },
  status: { seen: 1 },
};

test('an object is shown without what is secret and what is noise, and stays as it is', () => {
  const whole = shown(secret);
  expect(holdsMarker(whole)).toBe(true);
  expect(JSON.stringify(whole)).not.toContain('aHVudGVyMg');
  expect(whole).toMatchObject({ kind: 'Secret', metadata: { name: 'db', namespace: 'shop' } });
  expect(whole.metadata).not.toHaveProperty('uid');
  expect(whole).not.toHaveProperty('status');
  expect(secret).toMatchObject({ metadata: { uid: 'u' }, data: { password: 'aHVudGVyMg==' } });
});

test('its status is shown where that is what is changed, and it is as secret', () => {
  const part = shown(secret, 'status');
  expect(part).toMatchObject({ kind: 'Secret', status: { seen: 1 } });
  expect(JSON.stringify(part)).not.toContain('aHVudGVyMg');
});

test('nothing is shown of what is not there', () => {
  expect([shown(null), shown(undefined), shown(null, 'status')]).toEqual([undefined, undefined, undefined]);
});

test('a problem is told with its advice, without what is secret in it, and in short', () => {
  const saying = (message: string, advice?: string) => sayProblem(new UsageError(message, { code: 'x', advice }));
  expect(saying('It is wrong.')).toBe('It is wrong.');
  expect(saying('It is wrong.', 'Do it right.')).toBe('It is wrong. Do it right.');
  expect(saying('refused: password=hunter2hunter2')).not.toContain('hunter2');
  expect(saying('no '.repeat(1_000))).toHaveLength(1_000);
});
