import { expect, test } from 'vitest';

import { nodeTrouble } from './node.ts';
import { before, object, type Fields } from './objects.fake.ts';

const node = (conditions: readonly Fields[], spec: Fields = {}) =>
  object('v1', 'Node', 'n1', { spec, status: { conditions } }, { namespace: undefined });

const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady' };

test('a node that is ready is well, whatever conditions others have given it', () => {
  const odd = ['EtcdIsVoter', 'SomethingNew'].map((type) => ({ type, status: 'True' }));
  const calm = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'].map((type) => ({ type, status: 'False' }));
  expect(nodeTrouble(node([ready, ...odd, ...calm, { type: 'Odd', status: 'Unknown' }]))).toEqual([]);
});

test('not ready, silent, under pressure, cordoned', () => {
  const down = {
    type: 'Ready',
    status: 'False',
    reason: 'KubeletNotReady',
    message: 'container runtime network not ready',
    lastTransitionTime: before(60),
  };
  expect(nodeTrouble(node([down]))).toMatchObject([
    {
      severity: 'broken',
      code: 'node-not-ready',
      why: 'KubeletNotReady',
      quote: 'container runtime network not ready',
      since: before(60),
    },
  ]);
  expect(nodeTrouble(node([{ type: 'Ready', status: 'Unknown' }]))[0]).toMatchObject({ what: 'is not heard of' });
  expect(nodeTrouble(node([ready, { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure' }]))).toMatchObject([
    { severity: 'broken', code: 'node-pressure' },
  ]);
  expect(nodeTrouble(node([ready], { unschedulable: true }))).toMatchObject([{ severity: 'warning', code: 'node-cordoned' }]);
});
