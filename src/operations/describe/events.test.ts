import { expect, test } from 'vitest';

import { before, event, pod } from '../trouble/objects.fake.ts';
import { eventFacts } from './events.ts';

const web = pod();

test('the same is one, counted together, newest first', () => {
  const events = [
    event(web, 'Unhealthy', 'Readiness probe failed: 10.0.0.7 refused', { count: 3, lastTimestamp: before(60) }),
    event(web, 'Unhealthy', 'Readiness probe failed: 10.0.0.9 refused', { count: 2, lastTimestamp: before(20) }),
    event(web, 'BackOff', 'Back-off', { series: { count: 41, lastObservedTime: before(5) } }),
  ];
  expect(eventFacts(events, web)).toMatchObject([
    { reason: 'BackOff', count: 41, last: before(5) },
    { reason: 'Unhealthy', count: 5, last: before(20), message: 'Readiness probe failed: 10.0.0.9 refused' },
  ]);
});

test('the usual course of things is not told, and those of others say whose they are', () => {
  const events = [event(web, 'Pulled', 'x', { type: 'Normal' }), event(web, 'Killing', 'y', { type: 'Normal' })];
  expect(eventFacts(events, { kind: 'Deployment', metadata: { uid: 'other' } })).toMatchObject([
    { reason: 'Killing', warning: false, on: 'Pod web-1' },
  ]);
});
