import { expect, it } from 'vitest';

import type { ManagedFields } from '../model.ts';
import { scaleTracked } from './scale-track.ts';
import { builtIn, stored } from './types.fake.ts';

const DEPLOYMENT = builtIn('apps', 'v1', 'Deployment');
const path = ['spec', 'replicas'];

const entry = (manager: string, fields: ManagedFields['fieldsV1']): ManagedFields => ({
  manager,
  operation: 'Apply',
  apiVersion: 'apps/v1',
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: fields,
});
const scaled = (managedFields: readonly ManagedFields[], from: number, to: number) => {
  const live = stored({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { managedFields }, spec: { replicas: from } });
  return scaleTracked(DEPLOYMENT, live, { ...live, spec: { replicas: to } }, { manager: 'right', path }).metadata.managedFields;
};
const OWNED = entry('left', { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } });
const REST = entry('left', { 'f:spec': { 'f:paused': {} } });

it('takes the count from its owner, at no time', () => {
  const { time: _, ...timeless } = entry('right', { 'f:spec': { 'f:replicas': {} } });
  expect(scaled([OWNED], 1, 2)).toEqual([REST, { ...timeless, operation: 'Update', subresource: 'scale' }]);
});

it('leaves a count of zero to nobody', () => {
  expect(scaled([OWNED], 1, 0)).toEqual([REST]);
});

it('makes nobody the owner of what nobody owned', () => {
  expect(scaled([REST], 1, 2)).toEqual([REST]);
});

it('gives an updater that keeps the count an entry for it alone, at no time', () => {
  const update = { ...OWNED, operation: 'Update' } as const;
  const { time: _, ...timeless } = entry('left', { 'f:spec': { 'f:replicas': {} } });
  expect(scaled([update], 2, 2)).toEqual([
    { ...timeless, operation: 'Update' },
    { ...REST, operation: 'Update' },
  ]);
});

it('reads the last of two entries of one owner', () => {
  const [first, last] = [OWNED, { ...REST, time: '2026-01-02T00:00:00Z' }];
  expect(scaled([first, last], 1, 2)).toEqual([last]);
});

it('changes no applier where the count stays', () => {
  expect(scaled([OWNED], 2, 2)).toEqual([OWNED]);
});
