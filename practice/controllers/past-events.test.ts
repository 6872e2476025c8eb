import { describe, expect, it } from 'vitest';

import { pod, START, testCluster } from './testing.ts';

const HOUR = 3_600;

/** A cluster that somebody can look into after two hours: a pod of the beginning, and one that has crashed for half an hour. */
function livedIn() {
  const images = { 'crashes:1': { exit: { afterSeconds: 1, code: 1 } } };
  const cluster = testCluster({ images, present: START + 2 * HOUR * 1000 });
  cluster.apply('pods', pod('old'));
  cluster.pass(1.5 * HOUR);
  cluster.apply('pods', pod('crashing', { image: 'crashes:1' }));
  const about = (name: string) => cluster.list('events').filter(({ metadata }) => metadata.name.startsWith(name));
  return { cluster, about };
}

describe('events of a past that nobody looks into', () => {
  it('are written when the present comes, as old and as often as they are', () => {
    const { cluster, about } = livedIn();
    cluster.pass(0.5 * HOUR - 1);
    expect(about('crashing')).toEqual([]);
    cluster.pass(1);
    const scheduled = about('crashing').find(({ reason }) => reason === 'Scheduled');
    expect(scheduled?.metadata.creationTimestamp).toBe('2026-11-20T13:30:00Z');
    const backOff = about('crashing').find(({ reason }) => reason === 'BackOff');
    expect(backOff?.count).toBeGreaterThan(10);
    expect(backOff?.metadata.managedFields?.[0]?.time).toBe(backOff?.lastTimestamp);
    cluster.pass(60);
    expect(about('crashing').find(({ reason }) => reason === 'BackOff')?.count).toBeGreaterThan(backOff?.count ?? 0);
  });

  it('are not written when they are over by then', () => {
    const { cluster, about } = livedIn();
    cluster.pass(0.5 * HOUR);
    expect(about('old')).toEqual([]);
  });

  it('are over an hour after they happened', () => {
    const { cluster, about } = livedIn();
    cluster.pass(HOUR - 1);
    expect(about('crashing').some(({ reason }) => reason === 'Scheduled')).toBe(true);
    cluster.pass(120);
    expect(about('crashing').some(({ reason }) => reason === 'Scheduled')).toBe(false);
  });
});
