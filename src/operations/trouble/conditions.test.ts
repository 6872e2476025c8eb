import { describe, expect, test } from 'vitest';

import { conditionsTrouble } from './conditions.ts';
import { before, NOW, object, type Fields } from './objects.fake.ts';

const shop = (status: Fields, metadata: Fields = {}) =>
  object('shop.example.com/v1', 'Shop', 'main', { spec: {}, status }, metadata);
const condition = (type: string, status: string, rest: Fields = {}) => ({
  type,
  status,
  lastTransitionTime: before(600),
  ...rest,
});
const says = (status: Fields, metadata?: Fields) =>
  conditionsTrouble(shop(status, metadata), NOW).map(
    ({ severity, what, why }) => `${severity} ${what}${why === undefined ? '' : `: ${why}`}`,
  );

describe('what is well, or cannot be judged, has no findings', () => {
  test.each<[string, Fields]>([
    ['ready', { conditions: [condition('Ready', 'True'), condition('Stalled', 'False'), condition('Degraded', 'False')] }],
    ['a type that nobody knows', { conditions: [condition('PoweredOff', 'True'), condition('Frobnicated', 'False')] }],
    ['on its way', { conditions: [condition('Ready', 'False', { reason: 'Progressing', lastTransitionTime: before(5) })] }],
    ['a phase of its own', { phase: 'Frobnicating' }],
    ['no status at all', {}],
  ])('%s', (_, status) => {
    expect(says(status)).toEqual([]);
  });
});

test('conditions in their bad state, each way round', () => {
  expect(says({ conditions: [condition('Ready', 'False', { reason: 'BackendDown' })] })).toEqual([
    'broken Ready is False: BackendDown',
  ]);
  expect(says({ conditions: [condition('Synced', 'False'), condition('Degraded', 'True')] })).toEqual([
    'broken Synced is False',
    'broken Degraded is True',
  ]);
  expect(says({ conditions: [condition('Ready', 'Unknown')] })).toEqual(['warning Ready is Unknown']);
  expect(says({ conditions: [condition('Ready', 'False', { reason: 'Reconciling' })] })).toEqual([
    'warning Ready is False: Reconciling',
  ]);
});

test('the same told by several conditions is told once', () => {
  const message = 'chart not found';
  expect(says({ conditions: [condition('Ready', 'False', { message }), condition('Released', 'False', { message })] })).toEqual([
    'broken Ready is False',
  ]);
});

test('a phase that says so, unless conditions do', () => {
  expect(says({ phase: 'Failed', message: 'x', reason: 'Boom' })).toEqual(['broken status.phase is Failed: Boom']);
  expect(says({ health: { status: 'Degraded' } })).toEqual(['broken status.health.status is Degraded']);
});

test('a change that its controller has not seen, and one that should be gone', () => {
  expect(says({ observedGeneration: 1 }, { generation: 2 })).toEqual([
    'warning its controller has not seen the last change: generation 2, observed 1',
  ]);
  expect(says({}, { deletionTimestamp: before(600), finalizers: ['example.com/hook'] })).toEqual([
    'broken should be gone for 10m: finalizers: example.com/hook',
  ]);
});
