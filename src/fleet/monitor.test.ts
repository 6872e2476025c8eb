import { afterEach, describe, expect, it } from 'vitest';

import { manualClock, type ManualClock } from '../../test/support/manual-clock.ts';
import type { ClusterHealth, HealthStatus, Reach } from './health.ts';
import { Monitor, type HealthEvent, type MonitorOptions } from './monitor.ts';

const health = (reach: Reach, status: HealthStatus = 'ok'): ClusterHealth => ({ reach, status, reasons: [], milliseconds: 1 });
const ANSWERED = health('answered');
const DEAD = health('unreachable', 'unknown');

let monitor: Monitor;
let clock: ManualClock;
/** When each cluster was probed, in seconds since the start. */
let probed: Record<string, number[]>;
let clusters: string[];
let answers: Record<string, ClusterHealth | 'hangs'>;

function started(options: Partial<MonitorOptions> = {}): { events: HealthEvent[]; close: () => void } {
  clock = manualClock();
  const start = clock.now();
  probed = {};
  monitor = new Monitor({
    clusters: async () => [...clusters],
    probe: async (cluster, signal) => {
      (probed[cluster] ??= []).push((clock.now() - start) / 1_000);
      const answer = answers[cluster];
      if (answer !== 'hangs') return answer ?? DEAD;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    },
    clock,
    random: () => 0.5,
    ...options,
  });
  const queue = monitor.watch();
  const events: HealthEvent[] = [];
  void (async () => {
    for await (const event of queue) events.push(event);
  })();
  return { events, close: queue.close };
}

const short = (events: readonly HealthEvent[]): readonly string[] =>
  events.map((event) => `${event.kind} ${'cluster' in event ? event.cluster : ''}`.trim());

afterEach(() => monitor.close());

describe('probing', () => {
  it('goes on steadily while a cluster answers, and doubles up to five minutes while it does not', async () => {
    clusters = ['good', 'dead'];
    answers = { good: ANSWERED, dead: DEAD };
    const { events } = started();
    await clock.advance(1_200_000);
    expect(probed['good']?.slice(0, 5)).toEqual([0, 30, 60, 90, 120]);
    expect(probed['dead']).toEqual([0, 30, 90, 210, 450, 750, 1050]);
    expect(short(events)).toEqual(['found good', 'found dead']);
  });

  it('keeps a tenth off the beat', async () => {
    clusters = ['a'];
    answers = { a: ANSWERED };
    let turn = 0;
    started({ random: () => [0, 1, 0.5][turn++ % 3] ?? 0 });
    await clock.advance(100_000);
    expect(probed['a']).toEqual([0, 27, 60, 90]);
  });

  it('of one that hangs delays no other', async () => {
    clusters = ['hanging', 'good'];
    answers = { hanging: 'hangs', good: ANSWERED };
    const { events } = started();
    await clock.advance(120_000);
    expect(probed['hanging']).toEqual([0]);
    expect(probed['good']).toEqual([0, 30, 60, 90, 120]);
    expect(short(events)).toEqual(['found good']);
    expect([...monitor.latest.keys()]).toEqual(['good']);
  });

  it('begins with the first listener and ends with the last', async () => {
    clusters = ['a'];
    answers = { a: ANSWERED };
    const { close } = started();
    const second = monitor.watch();
    await clock.advance(30_000);
    close();
    await clock.advance(30_000);
    expect(probed['a']).toEqual([0, 30, 60]);
    await second.return();
    await clock.advance(300_000);
    expect(probed['a']).toEqual([0, 30, 60]);
    expect(clock.sleeping).toEqual([]);
  });

  it('happens at once where something has changed', async () => {
    clusters = ['a'];
    answers = { a: DEAD };
    started();
    await clock.advance(100_000);
    expect(probed['a']).toEqual([0, 30, 90]);
    monitor.refresh('a');
    await clock.advance(0);
    expect(probed['a']).toEqual([0, 30, 90, 100]);
  });
});

describe('events', () => {
  it('tell when a cluster is lost, comes back and changes, once each', async () => {
    clusters = ['a'];
    answers = { a: ANSWERED };
    const { events } = started();
    await clock.advance(60_000);
    answers['a'] = DEAD;
    await clock.advance(120_000);
    answers['a'] = health('answered', 'degraded');
    await clock.advance(120_000);
    answers['a'] = ANSWERED;
    await clock.advance(60_000);
    expect(short(events)).toEqual(['found a', 'lost a', 'back a', 'changed a']);
    expect(events[2]).toMatchObject({ kind: 'back', missing: 240_000, health: { status: 'degraded' } });
    expect(events[3]).toMatchObject({ before: { status: 'degraded' }, health: { status: 'ok' } });
  });

  it('tell of clusters that come and go', async () => {
    clusters = ['a'];
    answers = { a: ANSWERED, b: ANSWERED };
    const { events } = started();
    await clock.advance(10_000);
    clusters = ['b'];
    await clock.advance(30_000);
    expect(short(events)).toEqual(['found a', 'removed a', 'found b']);
    expect([...monitor.latest.keys()]).toEqual(['b']);
  });

  it('wait while the configuration is broken', async () => {
    clusters = ['a'];
    answers = { a: ANSWERED };
    let broken = false;
    const { events } = started({ clusters: async () => (broken ? Promise.reject(new Error('half-written')) : clusters) });
    await clock.advance(10_000);
    broken = true;
    await clock.advance(300_000);
    expect(short(events)).toEqual(['found a']);
    expect(probed['a']).toHaveLength(11);
  });

  it('begin with what is known, for a listener that comes later', async () => {
    clusters = ['a', 'b'];
    answers = { a: ANSWERED, b: DEAD };
    started();
    await clock.advance(1_000);
    const late = monitor.watch();
    expect(await late.next()).toMatchObject({ value: { kind: 'found', cluster: 'a' } });
    expect(await late.next()).toMatchObject({ value: { kind: 'found', cluster: 'b', health: { reach: 'unreachable' } } });
  });

  it('are bounded, and say how many were missed', async () => {
    clusters = Array.from({ length: 1_500 }, (_, index) => `c${index}`);
    answers = {};
    clock = manualClock();
    monitor = new Monitor({ clusters: async () => clusters, probe: async () => DEAD, clock });
    const slow = monitor.watch();
    await clock.advance(1_000);
    expect(await slow.next()).toMatchObject({ value: { kind: 'missed', count: 500 } });
    expect(await slow.next()).toMatchObject({ value: { kind: 'found', cluster: 'c500' } });
  });

  it('end with the signal, with close, and with the monitor', async () => {
    clusters = [];
    answers = {};
    const { close } = started();
    const controller = new AbortController();
    const bySignal = monitor.watch({ signal: controller.signal });
    const waiting = bySignal.next();
    controller.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await monitor.watch({ signal: controller.signal }).next()).toEqual({ done: true, value: undefined });
    close();
    const byMonitor = monitor.watch();
    const last = byMonitor.next();
    monitor.close();
    expect(await last).toEqual({ done: true, value: undefined });
  });
});
