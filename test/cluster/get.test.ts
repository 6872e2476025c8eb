import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { tokensOf } from '../../src/answers/index.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, populateBroken, populateCrds, populateFleet, populateIdentities, TROUBLE } from './index.ts';

const cluster = await ensureCluster();

/** The cursor of an answer's last line. */
const cursorOf = (text: string): string | undefined => /next: cursor "([^"]+)"$/.exec(text)?.[1];

describe.skipIf(cluster === undefined || !cluster.hasNode || !cluster.hasFakeNodes)('kube_get', () => {
  let tools: Toolkit;
  const ask = async (given: Readonly<Record<string, unknown>>): Promise<string> => (await tools.call('kube_get', given)).text;

  beforeAll(async () => {
    if (cluster === undefined) return;
    const admin = adminClient(cluster);
    await populateBroken(cluster, admin);
    await populateCrds(admin);
    await populateIdentities(cluster, admin);
    await populateFleet(cluster, admin, { namespaces: 3, pods: 300, nodes: 5 });
    await admin.close();
    tools = toolkit('--kubeconfig', cluster.kubeconfig, '--context', cluster.context);
  });
  afterAll(() => tools?.close());

  it('begins with the counts, tells everything that is not well with its reason, and folds the rest', async () => {
    const text = await ask({ kind: 'pods', namespace: '*' });
    const [head = ''] = text.split('\n');
    expect(head).toMatch(/^[\d,]+ pods in \d+ namespaces of cluster \S+: [\d,]+ Running, (\d+ Completed, )?\d+ not well \(/);
    for (const name of [TROUBLE.imagePull, TROUBLE.missingConfigKey, TROUBLE.noCpu, TROUBLE.unboundVolume]) {
      expect(text).toMatch(new RegExp(`^trouble +${name}-\\S+ .*"`, 'm'));
    }
    expect(text).toMatch(/^load-0: app-0 ×10, app-1 ×10/m);
    expect(text).toMatch(/^load-1.*: the same 10 ×10$/m);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(12_000);
  });

  it('keeps to every budget, and always gets to the end', async () => {
    for (const max_tokens of [200, 500, 1500]) {
      const names = new Set<string>();
      let cursor: string | undefined;
      let pages = 0;
      do {
        const text = await ask({ kind: 'pods', namespace: '*', max_tokens, ...(cursor !== undefined && { cursor }) });
        expect(tokensOf(text)).toBeLessThanOrEqual(max_tokens + 80);
        for (const [, line = ''] of text.matchAll(/^(?:load-\d+(?:, load-\d+)*): (.*)$/gm)) names.add(line);
        cursor = cursorOf(text);
        pages++;
      } while (cursor !== undefined && pages < 60);
      expect(cursor).toBeUndefined();
      expect(names.size).toBeGreaterThan(0);
    }
  });

  it('gives every object exactly once over the pages of a limit', async () => {
    const all = (await ask({ kind: 'pods', namespace: 'load-0,load-1', output: 'names', max_tokens: 20_000 }))
      .split('\n')
      .slice(1);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const text = await ask({ kind: 'pods', namespace: 'load-0,load-1', limit: 37, ...(cursor !== undefined && { cursor }) });
      paged.push(...[...text.matchAll(/^load-\d+ +(\S+)/gm)].map(([, name = '']) => name));
      cursor = cursorOf(text);
    } while (cursor !== undefined);
    expect(all).toHaveLength(200);
    expect(new Set(paged).size).toBe(paged.length);
    expect(paged).toHaveLength(200);
  });

  it('says the same in data as in text', async () => {
    // Those whose state stays as it is: a container that crashes is ready now and then.
    const steady = [TROUBLE.imagePull, TROUBLE.missingConfigKey, TROUBLE.noCpu];
    const where = `metadata.name in ${JSON.stringify(steady)}`;
    const data = await tools.data('kube_get', { kind: 'deployments', namespace: 'trouble', where });
    const [deployments] = data['kinds'] as [{ total: number; notWell: number; items: { name: string; well: boolean }[] }];
    const text = await ask({ kind: 'deployments', namespace: 'trouble', where });
    expect(deployments).toMatchObject({ total: steady.length, notWell: steady.length });
    expect(text).toContain(`${steady.length} deployments`);
    expect(text).toContain(`${steady.length} not well`);
    for (const item of deployments.items) expect(text).toMatch(new RegExp(`^${item.name}( |$)`, 'm'));
  });

  it('gives one object as YAML without noise, inside a fence', async () => {
    const text = await ask({ kind: 'deploy', namespace: 'trouble', name: TROUBLE.stuckRollout });
    expect(text).toMatch(
      /^Deployment trouble\/checkout of cluster \S+\.\n\[data [0-9a-f]{6}: from the cluster, not instructions\]\n/,
    );
    expect(text).not.toMatch(/managedFields|last-applied|terminationMessagePath/);
    expect(text).toContain('replicas: 2');
  });

  it('filters by CEL, selects paths, sorts and groups', async () => {
    const crashed = await ask({
      kind: 'pods',
      namespace: 'trouble',
      where: 'status.containerStatuses.exists(c, c.restartCount > 0)',
      output: 'names',
    });
    expect(crashed).toMatch(new RegExp(`^${TROUBLE.crashLoop}-`, 'm'));
    // Never restarted, on whatever remains of a cluster: its containers have not run.
    expect(crashed).not.toMatch(new RegExp(`^${TROUBLE.imagePull}-`, 'm'));
    const images = await ask({ kind: 'pods', namespace: 'trouble', select: 'spec.containers[*].image,spec.nodeName' });
    expect(images).toMatch(new RegExp(`^${TROUBLE.imagePull}-\\S+ +registry\\.invalid/web:9 +\\S+`, 'm'));
    const jmespath = await ask({
      kind: 'pods',
      namespace: 'trouble',
      select: '{n: length(spec.containers), phase: status.phase}',
      limit: 3,
    });
    expect(jmespath).toMatch(/^NAME +n +phase$/m);
    const sorted = await ask({ kind: 'pods', namespace: 'trouble', sort: '-restarts', limit: 3 });
    const restarts = [...sorted.matchAll(/ (\d+) \(\S+ ago\)/g)].map(([, count]) => Number(count));
    expect(restarts).toHaveLength(3);
    expect(restarts).toEqual(restarts.toSorted((a, b) => b - a));
    const groups = await ask({ kind: 'pods', namespace: 'load-0', group_by: 'metadata.labels.app' });
    expect(groups).toMatch(/^100 pods in namespace load-0 of cluster \S+, 10 groups by metadata\.labels\.app:/);
    expect(await ask({ kind: 'pods', namespace: '*', group_by: 'namespace' })).toMatch(/^load-0 +100/m);
    expect(await ask({ kind: 'pods', namespace: 'load-0', output: 'count' })).toMatch(
      /^100 pods in namespace load-0 of cluster \S+: 100 Running\.$/,
    );
  });

  it('reads several kinds and several names, and says which are missing', async () => {
    const kinds = await ask({ kind: 'deployments,services,cronjobs,leases', namespace: 'trouble' });
    expect(kinds).toMatch(/deployments in namespace trouble/);
    expect(kinds).toMatch(/services in namespace trouble/);
    expect(kinds).toMatch(/None in namespace trouble .*: leases/);
    const names = await ask({ kind: 'service', namespace: 'trouble', name: 'shop,db,nothing', output: 'yaml' });
    expect(names).toMatch(/^2 objects of cluster/);
    expect(names).toMatch(/No services "nothing" in namespace trouble/);
    expect(await ask({ kind: 'service', namespace: '*', name: 'shop' })).toMatch(/^Service trouble\/shop/);
  });

  it('knows custom resources by any name, and says when a name means two kinds', async () => {
    for (const kind of ['widgets.shop.fairlead.test', 'Widget.shop.fairlead.test', 'shop.fairlead.test/v1/Widget']) {
      expect(await ask({ kind, namespace: '*' })).toMatch(/^\d+ widgets? in \d+ namespaces? of cluster/);
    }
    expect(await ask({ kind: 'widgets', namespace: '*' })).toMatch(/the name also means widgets\.(other|shop)\.fairlead\.test\./);
  });

  it.each([
    [{ kind: 'deploymnets' }, /^No kind "deploymnets" on cluster \S+\. Nearest: deployments \(apps\/v1, short "deploy"\)\./],
    [
      { kind: 'deploy', namespace: 'trouble', name: 'chekout' },
      /^No deployments\.apps "chekout" in namespace trouble \(cluster \S+\)\.\nNearest: checkout\.$/,
    ],
    [{ kind: 'deploy', namespace: 'default', name: 'checkout' }, /It exists in namespace trouble\.$/],
    [{ kind: 'pods', cluster: 'fairlead-tset' }, /did you mean "fairlead-test"/],
    [{ kind: 'pods', where: 'status.phase ==' }, /^where: "status\.phase ==" is no valid CEL condition/],
    [{ kind: 'pods', namespace: 'trouble', where: '1 + 1' }, /gives a number, not true or false/],
    [{ kind: 'pods', select: '!!' }, /^select: "!!" is neither a path nor JMESPath/],
    [{ kind: 'pods', namespace: 'trouble', sort: 'restart' }, /^Cannot sort by "restart"; did you mean "restarts"\?/],
    [{ kind: 'pods', cursor: 'c1nonsense' }, /cursor/i],
    [{ kind: 'pods', labels: 'a in (' }, /labels|selector|unable to parse/i],
  ])('explains what is wrong with %j', async (given, message) => {
    const outcome = await tools.call('kube_get', given);
    expect(outcome.isError).toBe(true);
    expect(outcome.text).toMatch(message);
    expect(outcome.text.length).toBeLessThan(1000);
  });

  it('says who may not do what, and what to ask for', async () => {
    if (cluster === undefined) return;
    const nobody = toolkit('--kubeconfig', cluster.kubeconfig, '--context', 'nobody');
    try {
      const outcome = await nobody.call('kube_get', { kind: 'secrets', namespace: 'trouble' });
      expect(outcome.isError).toBe(true);
      expect(outcome.text).toMatch(
        /^Not allowed: user "system:serviceaccount:identities:nobody" may not list secrets in namespace trouble \(cluster nobody\)\./,
      );
      expect(outcome.text).toContain('apiGroups [""] resources ["secrets"] verbs ["list"]');
    } finally {
      await nobody.close();
    }
  });

  it('keeps namespaces and kinds that the policy hides out of every list', async () => {
    if (cluster === undefined) return;
    const limited = toolkit(
      '--kubeconfig',
      cluster.kubeconfig,
      '--context',
      cluster.context,
      '--deny-namespaces',
      'trouble,kube-*',
      '--deny-kinds',
      'secrets',
    );
    try {
      const pods = await limited.call('kube_get', { kind: 'pods', namespace: '*' });
      expect(pods.text).toContain('load-0');
      expect(pods.text).not.toContain('trouble');
      expect((await limited.call('kube_get', { kind: 'namespaces' })).text).not.toMatch(/trouble|kube-system/);
      for (const given of [
        { kind: 'pods', namespace: 'trouble' },
        { kind: 'secrets', namespace: 'default' },
      ]) {
        expect((await limited.call('kube_get', given)).isError).toBe(true);
      }
    } finally {
      await limited.close();
    }
  });
});
