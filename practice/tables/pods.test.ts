import { describe, expect, it } from 'vitest';

import { rowOf } from './index.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const TIMES = { finishedAt: '2026-01-01T23:50:00Z' };

const container = (name: string) => ({ name });
const sidecar = { name: 'sidecar', restartPolicy: 'Always' };

const running = (name: string, ready = true) => ({ name, ready, started: true, restartCount: 0, state: { running: {} } });
const waiting = (name: string, reason: string, restartCount = 0) => ({ name, restartCount, state: { waiting: { reason } } });
const ended = (name: string, terminated: object) => ({ name, restartCount: 0, state: { terminated } });

interface Shape {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

const row = ({ metadata, spec, status }: Shape) =>
  rowOf(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod', uid: '1', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
      spec: { containers: [container('a'), container('b')], ...spec },
      status: { phase: 'Running', ...status },
    },
    { group: '', kind: 'Pod' },
    NOW,
  );

/** Ready, Status and Restarts. */
const shown = (pod: Shape) => row(pod).cells.slice(1, 4);

describe('the row of a pod', () => {
  it('says how many of its containers are ready', () => {
    expect(shown({ status: { containerStatuses: [running('a'), running('b', false)] } })).toEqual(['1/2', 'Running', '0']);
  });

  it('says why the first container waits', () => {
    const containerStatuses = [waiting('a', 'ImagePullBackOff'), waiting('b', 'CrashLoopBackOff')];
    expect(shown({ status: { containerStatuses } })).toEqual(['0/2', 'ImagePullBackOff', '0']);
  });

  it('says when a container was last restarted', () => {
    const crashed = { ...waiting('a', 'CrashLoopBackOff', 4), lastState: { terminated: TIMES } };
    expect(shown({ status: { containerStatuses: [crashed, running('b')] } })).toEqual(['1/2', 'CrashLoopBackOff', '4 (10m ago)']);
    const unknown = { ...crashed, lastState: { terminated: { finishedAt: null } } };
    expect(shown({ status: { containerStatuses: [unknown] } })).toEqual(['0/2', 'CrashLoopBackOff', '4']);
  });

  it.each([
    [{ exitCode: 137, reason: 'OOMKilled' }, 'OOMKilled'],
    [{ exitCode: 3 }, 'ExitCode:3'],
    [{ exitCode: 137, signal: 9 }, 'Signal:9'],
  ])('says how a container ended: %o', (terminated, status) => {
    expect(shown({ status: { containerStatuses: [ended('a', terminated), running('b')] } })).toEqual(['1/2', status, '0']);
  });

  it('is not completed while another container runs or has failed', () => {
    const done = ended('a', { exitCode: 0, reason: 'Completed' });
    const failed = ended('b', { exitCode: 1, reason: 'Error' });
    const ready = [{ type: 'Ready', status: 'True' }];
    expect(shown({ status: { containerStatuses: [done, running('b')], conditions: ready } })[1]).toBe('Running');
    expect(shown({ status: { containerStatuses: [done, running('b')] } })[1]).toBe('NotReady');
    expect(shown({ status: { containerStatuses: [done, failed] } })[1]).toBe('Error');
    expect(shown({ status: { containerStatuses: [done], phase: 'Succeeded' } })[1]).toBe('Completed');
  });

  it('says how far its init containers are', () => {
    const spec = { initContainers: [container('x'), container('y')] };
    const done = { ...ended('x', { exitCode: 0 }), restartCount: 2 };
    const init = (second: object) => shown({ spec, status: { phase: 'Pending', initContainerStatuses: [done, second] } });
    expect(init(running('y'))).toEqual(['0/2', 'Init:1/2', '2']);
    expect(init(waiting('y', 'PodInitializing'))).toEqual(['0/2', 'Init:1/2', '2']);
    expect(init(waiting('y', 'CrashLoopBackOff', 3))).toEqual(['0/2', 'Init:CrashLoopBackOff', '5']);
    expect(init(ended('y', { exitCode: 4 }))).toEqual(['0/2', 'Init:ExitCode:4', '2']);
  });

  it('counts sidecars as containers', () => {
    const spec = { initContainers: [container('x'), sidecar] };
    const done = { ...ended('x', { exitCode: 0 }), restartCount: 2 };
    const beside = { ...running('sidecar'), restartCount: 1 };
    const status = { initContainerStatuses: [done, beside], containerStatuses: [running('a'), running('b')] };
    expect(shown({ spec, status })).toEqual(['3/3', 'Running', '1']);
  });

  it('says that the pod is going, unless it has ended or its node is lost', () => {
    const metadata = { deletionTimestamp: '2026-01-02T00:00:00Z' };
    expect(shown({ metadata })[1]).toBe('Terminating');
    expect(shown({ metadata, status: { phase: 'Failed' } })[1]).toBe('Failed');
    expect(shown({ metadata, status: { reason: 'NodeLost' } })[1]).toBe('Unknown');
  });

  it('says what holds the pod back', () => {
    const gated = [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }];
    expect(shown({ status: { phase: 'Pending', conditions: gated } })[1]).toBe('SchedulingGated');
    expect(shown({ status: { phase: 'Failed', reason: 'Evicted' } })[1]).toBe('Evicted');
  });

  it('says where it is, and which gates are open', () => {
    const spec = { nodeName: 'node-1', readinessGates: [{ conditionType: 'one' }, { conditionType: 'two' }] };
    const status = { podIP: '192.0.2.1', conditions: [{ type: 'one', status: 'True' }] };
    expect(row({ spec, status }).cells.slice(4)).toEqual(['24h', '192.0.2.1', 'node-1', '<none>', '1/2']);
    expect(row({}).cells.slice(4)).toEqual(['24h', '<none>', '<none>', '<none>', '<none>']);
  });

  it('has a condition when the pod has ended', () => {
    expect(row({ status: { phase: 'Succeeded' } }).conditions).toEqual([
      { type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' },
    ]);
    expect(row({ status: { phase: 'Failed' } }).conditions).toMatchObject([{ reason: 'Failed', message: 'The pod failed.' }]);
    expect(row({})).not.toHaveProperty('conditions');
  });
});
