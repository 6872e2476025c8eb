import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, populateBroken, TROUBLE, type AdminClient } from './index.ts';

const cluster = await ensureCluster();

describe.skipIf(cluster === undefined || !cluster.hasNode)('kube_events', () => {
  let tools: Toolkit;
  let admin: AdminClient;
  const ask = async (given: Readonly<Record<string, unknown>>): Promise<string> => (await tools.call('kube_events', given)).text;

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await populateBroken(cluster, admin);
    tools = toolkit('--kubeconfig', cluster.kubeconfig, '--context', cluster.context);
  });
  afterAll(async () => {
    await tools?.close();
    await admin?.close();
  });

  it('counts the warnings, and folds what is repeated', async () => {
    const text = await ask({ namespace: 'trouble' });
    expect(text).toMatch(/^[\d,]+ events in namespace trouble of cluster \S+, newest first; warnings: .*BackOff ×\d+/);
    const big = text.split('\n').filter((line) => line.includes(`Pod/${TROUBLE.noCpu}-`) && line.includes('FailedScheduling'));
    expect(big).toHaveLength(1);
    expect(big[0]).toContain('Insufficient cpu');
    expect(text).not.toContain('Preemption is not helpful');
  });

  it('narrows by type, reason in any case, and time', async () => {
    const warnings = await ask({ namespace: 'trouble', type: 'Warning' });
    expect(warnings).not.toMatch(/ Normal /);
    expect(await ask({ namespace: 'trouble', reason: 'failedscheduling', since: '1h' })).toMatch(
      /^\d+ events .*\(reason failedscheduling, since 1h\)/,
    );
    expect(await ask({ namespace: 'trouble', reason: 'Unhealty' })).toContain('Nearest: Unhealthy.');
  });

  it('gives every row once over the pages of a limit', async () => {
    const { events } = await tools.data('kube_events', { namespace: 'trouble', max_tokens: 20_000 });
    const keys = new Set<string>();
    let rows = 0;
    let cursor: unknown;
    do {
      const page = await tools.data('kube_events', {
        namespace: 'trouble',
        limit: 5,
        ...(typeof cursor === 'string' && { cursor }),
      });
      for (const event of page['events'] as Record<string, unknown>[]) {
        rows++;
        keys.add(JSON.stringify([event['type'], event['reason'], event['kind'], event['name'], event['message']]));
      }
      cursor = page['cursor'];
    } while (cursor !== undefined);
    expect(keys.size).toBe(rows);
    // Pods go on crashing meanwhile: rows that changed have moved before the first page, and are told as such.
    expect(rows).toBeGreaterThan((events as unknown[]).length / 2);
  });

  it('finds events of an object by its uid, and those of a deleted one by its name', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    const name = 'events-test';
    const spec = { nodeName: 'no-such-node', containers: [{ name: 'app', image: 'none' }] };
    const event = (uid: string | undefined, reason: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${reason.toLowerCase()}`, namespace: 'default' },
      involvedObject: { kind: 'Pod', apiVersion: 'v1', namespace: 'default', name, uid },
      reason,
      message: `made by a test: ${reason}`,
      type: 'Warning',
      count: 3,
      lastTimestamp: new Date().toISOString(),
      source: { component: 'test' },
    });
    const pod = await admin.ensure(pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec });
    const stored = '/api/v1/namespaces/default/events';
    try {
      await admin.ensure(stored, event(pod.metadata.uid, 'OfThisOne'));
      await admin.ensure(stored, event('00000000-0000-4000-8000-000000000000', 'OfAnEarlierOne'));
      const there = await ask({ kind: 'pod', name, namespace: 'default' });
      expect(there).toContain('warnings: OfThisOne ×3.');
      expect(there).toContain('1 event of an earlier object of the same name left out.');
      await admin.delete(`${pods}/${name}`, { gracePeriodSeconds: 0 });
      const gone = await ask({ kind: 'pod', name, namespace: 'default' });
      expect(gone).toContain('OfThisOne ×3');
      expect(gone).toContain('OfAnEarlierOne ×3');
      expect(gone).toContain(`Not there now: default/${name}`);
    } finally {
      for (const reason of ['ofthisone', 'ofanearlierone']) await admin.delete(`${stored}/${name}.${reason}`);
    }
  });

  it('shows events of nodes wherever they are stored', async () => {
    expect(await ask({ kind: 'nodes', namespace: 'trouble' })).toMatch(/^[\d,]+ events? of cluster \S+ \(about Node\)/);
  });
});
