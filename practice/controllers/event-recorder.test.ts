import { describe, expect, it } from 'vitest';

import { eventNames, eventRecorder } from './event-recorder.ts';
import { pod, testCluster } from './testing.ts';

function recorded() {
  const cluster = testCluster({ nodes: [] });
  const about = cluster.apply('pods', pod('web'));
  return { cluster, about, recorder: eventRecorder(cluster, 'kubelet', 'node-1') };
}

describe('an event recorder', () => {
  it('writes an event with its source, and counts it when it comes again', () => {
    const { cluster, about, recorder } = recorded();
    recorder.event(about, 'Warning', 'BackOff', 'again', 'spec.containers{app}');
    cluster.pass(60);
    recorder.event(about, 'Warning', 'BackOff', 'again', 'spec.containers{app}');
    const event = cluster.list('events').find(({ reason }) => reason === 'BackOff');
    expect(event).toMatchObject({
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web', apiVersion: 'v1', fieldPath: 'spec.containers{app}' },
      source: { component: 'kubelet', host: 'node-1' },
      reportingComponent: 'kubelet',
      reportingInstance: 'node-1',
      firstTimestamp: '2026-11-20T12:00:00Z',
      lastTimestamp: '2026-11-20T12:01:00Z',
      count: 2,
    });
    expect(event?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
  });

  it('stops writing after a burst, but goes on counting', () => {
    const { cluster, about, recorder } = recorded();
    const count = () => cluster.list('events').find(({ reason }) => reason === 'Unhealthy')?.count;
    for (let second = 0; second < 200; second++) {
      recorder.event(about, 'Warning', 'Unhealthy', 'cold');
      cluster.pass(1);
    }
    expect(count()).toBe(25);
    cluster.pass(200);
    recorder.event(about, 'Warning', 'Unhealthy', 'cold');
    expect(count()).toBe(201);
  });

  it('tells events together that differ in their message alone', () => {
    const { cluster, about, recorder } = recorded();
    for (let number = 1; number <= 12; number++) recorder.event(about, 'Normal', 'Told', `number ${number}`);
    const told = cluster.said('web').filter((line) => line.includes(' Told '));
    expect(told).toHaveLength(10);
    expect(told.at(-1)).toBe('Normal Told ×3 (combined from similar events): number 12');
  });

  it('gives no name twice, whichever component writes', () => {
    const { cluster } = recorded();
    const [one, other] = [eventNames(cluster), eventNames(cluster)];
    const names = Array.from({ length: 400 }, () => [one('web'), other('web')]).flat();
    expect(new Set(names).size).toBe(800);
  });
});
