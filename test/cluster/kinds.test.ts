import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, populateCrds } from './index.ts';

const cluster = await ensureCluster();

describe.skipIf(cluster === undefined)('kube_kinds', () => {
  let tools: Toolkit;
  const ask = async (given: Readonly<Record<string, unknown>> = {}): Promise<string> =>
    (await tools.call('kube_kinds', given)).text;

  beforeAll(async () => {
    if (cluster === undefined) return;
    const admin = adminClient(cluster);
    await populateCrds(admin);
    await admin.close();
    tools = toolkit('--kubeconfig', cluster.kubeconfig, '--context', cluster.context);
  });
  afterAll(() => tools?.close());

  it('tells everything that is served within the default budget', async () => {
    const text = await ask();
    expect(text).toMatch(/^\d+ kinds of cluster \S+; namespaced unless marked\./);
    expect(text).toMatch(/^v1 \(core\):$/m);
    expect(text).toMatch(/^pods \(po\) Pod$/m);
    expect(text).toMatch(/^nodes \(no\) Node cluster-scoped$/m);
    expect(text).toMatch(/^horizontalpodautoscalers \(hpa\) HorizontalPodAutoscaler, also v1$/m);
    expect(text).toMatch(/^widgets .*Widget, also v1beta1$/m);
    expect(Buffer.byteLength(text)).toBeLessThan(6_000);
  });

  it('finds kinds by words, short names and categories', async () => {
    expect(await ask({ search: 'network policy' })).toMatch(
      /^1 of \d+ kinds .*\n\nnetworking\.k8s\.io\/v1:\nnetworkpolicies \(netpol\) NetworkPolicy$/,
    );
    expect(await ask({ search: 'wd' })).toContain('shop.fairlead.test/v1:\nwidgets');
    expect(await ask({ search: 'deploymnet' })).toMatch(/^No kind .* Nearest: deployments \(apps\/v1\)\.$/);
  });

  it('narrows by group, version, scope and verbs', async () => {
    expect(await ask({ group: 'core', namespaced: false, verbs: 'create,delete' })).toMatch(
      /namespaces \(ns\).*\nnodes \(no\).*\npersistentvolumes \(pv\)/,
    );
    expect(await ask({ group: 'autoscaling/v1' })).toContain(
      'autoscaling/v1:\nhorizontalpodautoscalers (hpa) HorizontalPodAutoscaler, also v2',
    );
    expect(await tools.call('kube_kinds', { group: 'app' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('did you mean "apps"'),
    });
  });

  it('gives every kind once over the pages', async () => {
    const resources: string[] = [];
    let cursor: string | undefined;
    do {
      const text = await ask({ limit: 7, ...(cursor !== undefined && { cursor }) });
      resources.push(...[...text.matchAll(/^([a-z]+) (?:\(.*\) )?[A-Z]\w+/gm)].map(([, name = '']) => name));
      cursor = /next: cursor "(.+)"/.exec(text)?.[1];
    } while (cursor !== undefined);
    const { served } = await tools.data('kube_kinds');
    expect(resources).toHaveLength(Number(served));
  });
});
