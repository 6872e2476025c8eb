import { expect, test } from 'vitest';

import { crashing, ended, NOW, object, pod } from './objects.fake.ts';
import { objectTrouble, sayWhy, whyOf } from './why.ts';

test('what is well has no reason, of any kind', () => {
  const kinds = [
    ['v1', 'ConfigMap'],
    ['v1', 'Service'],
    ['v1', 'Event'],
    ['apps/v1', 'Deployment'],
    ['example.com/v1', 'Pod'],
  ] as const;
  expect(whyOf(pod(), NOW)).toBeUndefined();
  for (const [apiVersion, kind] of kinds)
    expect(whyOf(object(apiVersion, kind, 'x', { spec: { replicas: 0 } }), NOW)).toBeUndefined();
});

test('the cause stands before what follows', () => {
  const failing = object('apps/v1', 'ReplicaSet', 'web', {
    spec: { replicas: 2 },
    status: {
      conditions: [
        {
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message: 'exceeded quota: team, requested: pods=1, used: pods=9, limited: pods=9',
        },
      ],
    },
  });
  expect(objectTrouble(failing, NOW).map(({ code }) => code)).toEqual(['replica-failure', 'replicas-missing']);
});

test('never longer than a cell', () => {
  const long = crashing(3, ended(1, { message: 'x'.repeat(500) }));
  const why = whyOf(long, NOW) ?? '';
  expect(why).toHaveLength(80);
  expect(why).toMatch(/^exit 1: "x+…"$/);
  const [finding] = objectTrouble(long, NOW);
  expect(finding && sayWhy({ ...finding, why: 'y'.repeat(100) })).toHaveLength(80);
});
