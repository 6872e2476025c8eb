import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, metricsReady, populateBroken, populateFleet, populateIdentities, TROUBLE } from './index.ts';

const cluster = await ensureCluster();

describe.skipIf(cluster === undefined || !cluster.hasNode || !cluster.hasFakeNodes || !cluster.hasMetrics)('kube_top', () => {
  let tools: Toolkit;
  const ask = async (given: Readonly<Record<string, unknown>>): Promise<string> => (await tools.call('kube_top', given)).text;

  beforeAll(async () => {
    if (cluster === undefined) return;
    const admin = adminClient(cluster);
    await populateBroken(cluster, admin);
    await populateFleet(cluster, admin, { namespaces: 3, pods: 300, nodes: 5 });
    await populateIdentities(cluster, admin);
    await metricsReady(admin);
    await admin.close();
    tools = toolkit('--kubeconfig', cluster.kubeconfig, '--context', cluster.context);
  });
  afterAll(() => tools?.close());

  it('shows what nodes use, what their pods ask for and what they have', async () => {
    const text = await ask({ kind: 'nodes' });
    expect(text).toMatch(
      /^\d+ nodes of cluster \S+\. 1 measured: CPU \S+ of \S+ \(\d+%\), memory .*Requested: CPU \S+ of \S+ \(\d+%\)/,
    );
    expect(text).toMatch(/^No metrics of \d+ nodes/m);
    expect(text).toMatch(/^\d+ pods? without a node, asking for CPU 64/m);
    expect(text).toMatch(/^fairlead-node +\S+ \d+% +\S+ /m);
    const data = await tools.data('kube_top', { kind: 'nodes', name: 'fairlead-node' });
    expect(data).toMatchObject({
      total: 1,
      metrics: { state: 'ok' },
      nodes: [{ name: 'fairlead-node', ready: true, usage: { memory: expect.any(Number) } }],
    });
  });

  it('sorts pods by usage, and folds those of which nothing is measured', async () => {
    const text = await ask({ namespace: '*' });
    expect(text).toMatch(/^[\d,]+ pods in all namespaces of cluster \S+\. \d+ measured: CPU /);
    expect(text).toMatch(/^\d+ namespaces +app-0 ×\d+ +- +100m +- +128Mi +256Mi$/m);
    expect(Buffer.byteLength(text)).toBeLessThan(6_000);
    const { pods } = (await tools.data('kube_top', { namespace: 'trouble', sort: 'memory' })) as {
      pods: { usage: { memory: number } | null }[];
    };
    const used = pods.map((pod) => pod.usage?.memory ?? -1);
    expect(used).toEqual(used.toSorted((a, b) => b - a));
  });

  it('shows the containers of a pod, and names what is not there', async () => {
    const { pods } = (await tools.data('kube_top', { namespace: 'trouble', sort: 'name' })) as { pods: { name: string }[] };
    const slow = pods.find((pod) => pod.name.startsWith(`${TROUBLE.notReady}-`))?.name ?? '';
    const text = await ask({ namespace: 'trouble', name: `${slow},nix`, containers: true });
    expect(text).toContain('Not found: nix.');
    expect(text).toMatch(new RegExp(`^trouble +${slow} +app `, 'm'));
  });

  it('says who may not look', async () => {
    if (cluster?.isOwn !== true) return;
    const lister = toolkit('--kubeconfig', cluster.kubeconfig, '--context', 'pod-lister');
    const pods = await lister.call('kube_top', { namespace: 'default' });
    expect(pods.isError).toBe(false);
    expect(pods.text).toMatch(/No usage: Not allowed: .*may not list pods\.metrics\.k8s\.io|^No pods/m);
    expect(await lister.call('kube_top', { kind: 'nodes' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('may not list nodes'),
    });
    await lister.close();
  });
});
