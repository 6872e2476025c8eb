import { describe, expect, it } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import { KubernetesError } from '../kubernetes/index.ts';
import { probe } from './health.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

interface Cluster {
  readonly ready?: SaidAnswer | KubernetesError;
  readonly live?: SaidAnswer;
  readonly version?: SaidAnswer;
  /** The STATUS column of each node, or what the list of nodes is answered with. */
  readonly nodes?: readonly string[] | SaidAnswer;
}

/** What a probe finds out, without how long it took. */
async function health(cluster: Cluster): Promise<object> {
  const {
    ready = { body: 'ok' },
    live = { body: 'ok' },
    version = { body: { gitVersion: 'v1.36.3' } },
    nodes = ['Ready'],
  } = cluster;
  const { connection } = connectionTo(({ path }): SaidAnswer => {
    if (ready instanceof KubernetesError) throw ready;
    if (path.startsWith('/readyz')) return ready;
    if (path === '/livez') return live;
    if (path === '/version') return version;
    if (path.startsWith('/api/v1/nodes?')) {
      if (!Array.isArray(nodes)) return nodes as SaidAnswer;
      const rows = (nodes as readonly string[]).map((status, index) => ({
        cells: [`n${index}`, status, '<none>', '3d', 'v1.36.3'],
      }));
      return { body: { kind: 'Table', columnDefinitions: [], rows } };
    }
    return {
      body: {
        status: {
          conditions: [
            { type: 'DiskPressure' },
            { type: 'Ready', reason: 'KubeletNotReady', lastTransitionTime: '2026-11-20T09:00:00Z' },
          ],
        },
      },
    };
  });
  const { milliseconds, ...found } = await probe(connection, NOW);
  expect(milliseconds).toBeGreaterThanOrEqual(0);
  return found;
}

describe('a cluster that answers', () => {
  it('is well', async () => {
    expect(await health({})).toEqual({
      status: 'ok',
      reach: 'answered',
      version: 'v1.36.3',
      nodes: { ready: 1, total: 1 },
      reasons: [],
    });
  });

  it.each([
    { nodes: ['Ready', 'Ready,SchedulingDisabled'], status: 'ok', ready: 2, reasons: [] },
    { nodes: ['NotReady'], status: 'unhealthy', ready: 0, reasons: ['1 of 1 nodes not ready (n0: KubeletNotReady, 3h)'] },
    { nodes: ['Ready', 'NotReady'], status: 'degraded', ready: 1, reasons: ['1 of 2 nodes not ready (n1: KubeletNotReady, 3h)'] },
    {
      nodes: ['Ready', 'Unknown', 'NotReady,SchedulingDisabled'],
      status: 'unhealthy',
      ready: 1,
      reasons: ['2 of 3 nodes not ready (n1: KubeletNotReady, 3h; n2: KubeletNotReady, 3h)'],
    },
    {
      nodes: ['Ready', 'Ready', 'Ready', 'Ready', 'NotReady', 'NotReady', 'NotReady', 'NotReady'],
      status: 'degraded',
      ready: 4,
      reasons: ['4 of 8 nodes not ready (n4: KubeletNotReady, 3h; n5: KubeletNotReady, 3h; n6: KubeletNotReady, 3h, and 1 more)'],
    },
    { nodes: [], status: 'degraded', ready: 0, reasons: ['there are no nodes'] },
  ])('with nodes $nodes is $status', async ({ nodes, status, ready, reasons }) => {
    expect(await health({ nodes })).toMatchObject({ status, nodes: { ready, total: nodes.length }, reasons });
  });

  it.each<{ readonly says: string; readonly cluster: Cluster; readonly status: string; readonly reasons: readonly string[] }>([
    {
      says: 'a failing check, by its name',
      cluster: {
        ready: {
          status: 500,
          body: '[+]ping ok\n[-]etcd failed: reason withheld\n[-]poststarthook/x failed\nreadyz check failed',
        },
      },
      status: 'unhealthy',
      reasons: ['readiness fails: etcd, poststarthook/x'],
    },
    {
      says: 'a failing check that names nothing',
      cluster: { live: { status: 500, body: 'no' } },
      status: 'unhealthy',
      reasons: ['liveness fails: status 500'],
    },
    {
      says: 'nodes that may not be listed',
      cluster: { nodes: { status: 403 } },
      status: 'unknown',
      reasons: ['nodes: not allowed to ask'],
    },
    {
      says: 'checks that may not be asked for',
      cluster: { ready: { status: 403 } },
      status: 'unknown',
      reasons: ['readiness: not allowed to ask'],
    },
    {
      says: 'nodes that come too late',
      cluster: { nodes: { status: 504 } },
      status: 'unknown',
      reasons: ['nodes: no answer in time'],
    },
    {
      says: 'the worst of several, and all of them',
      cluster: { ready: { status: 500, body: '[-]etcd failed' }, nodes: { status: 403 } },
      status: 'unhealthy',
      reasons: ['readiness fails: etcd', 'nodes: not allowed to ask'],
    },
    { says: 'no version, which is no illness', cluster: { version: { status: 403 } }, status: 'ok', reasons: [] },
  ])('with $says is $status', async ({ cluster, status, reasons }) => {
    expect(await health(cluster)).toMatchObject({ status, reach: 'answered', reasons });
  });
});

describe('a cluster that cannot be asked', () => {
  it.each([
    { code: 'unreachable', reach: 'unreachable' },
    { code: 'timeout', reach: 'no-answer' },
    { code: 'unauthorized', reach: 'not-logged-in' },
    { code: 'credentials', reach: 'not-logged-in' },
  ] as const)('$code: $reach, and never well', async ({ code, reach }) => {
    expect(await health({ ready: new KubernetesError(code, 'It is so.') })).toEqual({
      status: 'unknown',
      reach,
      reasons: ['It is so.'],
    });
  });
});
