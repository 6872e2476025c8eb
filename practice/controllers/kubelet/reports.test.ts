import { describe, expect, it } from 'vitest';

import { pod, START, testCluster } from '../testing.ts';

/** A cluster that somebody can look into after ten minutes, and what its kubelets have written of a pod. */
function livedIn() {
  const images = { 'crashes:1': { exit: { afterSeconds: 1, code: 1 } } };
  const cluster = testCluster({ images, present: START + 600_000 });
  const written: string[] = [];
  cluster.follow('pods', ({ type, object, before }) => {
    if (type !== 'MODIFIED' || object.status === before?.status) return;
    const { state, ready } = object.status?.containerStatuses?.[0] ?? {};
    if (state !== undefined)
      written.push(`${object.metadata.name} ${Object.keys(state).join()} ${ready ? 'ready' : 'not ready'}`);
  });
  return { cluster, written };
}

describe('statuses of pods', () => {
  it('are written together every ten seconds of a past that nobody looks into', () => {
    const { cluster, written } = livedIn();
    cluster.pass(1);
    for (const name of ['one', 'two']) cluster.apply('pods', pod(name, { readinessProbe: { tcpSocket: { port: 80 } } }));
    cluster.pass(8.9);
    expect(written).toEqual([]);
    cluster.pass(0.1);
    expect(written).toEqual(['one running ready', 'two running ready']);
    const [started, ready] = ['PodReadyToStartContainers', 'Ready'].map((type) =>
      cluster.find('pods', 'one').status?.conditions?.find((condition) => condition.type === type),
    );
    expect([started?.status, ready?.status]).toEqual(['True', 'True']);
    cluster.pass(300);
    expect(written.length).toBe(2);
  });

  it('say all that has become of a pod meanwhile', () => {
    const { cluster } = livedIn();
    cluster.apply('pods', pod('web', { image: 'crashes:1' }));
    cluster.pass(60);
    const [status] = cluster.find('pods', 'web').status?.containerStatuses ?? [];
    expect(status?.restartCount).toBe(3);
    expect(status?.lastState.terminated?.exitCode).toBe(1);
  });

  it('are written as they change when somebody can look soon', () => {
    const { cluster, written } = livedIn();
    cluster.pass(570);
    cluster.apply('pods', pod('web', { readinessProbe: { tcpSocket: { port: 80 } } }));
    cluster.pass(0.1);
    expect(written).toEqual(['web waiting not ready']);
    cluster.pass(10);
    expect(written.slice(1)).toEqual(['web waiting not ready', 'web running not ready', 'web running ready']);
  });

  it('that nobody waits for any more are not written', () => {
    const { cluster, written } = livedIn();
    cluster.apply('pods', pod('web'));
    cluster.pass(5);
    cluster.delete('pods', cluster.find('pods', 'web'), { gracePeriodSeconds: 0 });
    cluster.pass(60);
    expect(written).toEqual([]);
    expect(cluster.list('pods')).toEqual([]);
  });
});
