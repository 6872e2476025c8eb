import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { tokensOf } from '../../src/answers/index.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, at, ensureCluster, populateBroken, populateCrds, TROUBLE, type AdminClient } from './index.ts';

const cluster = await ensureCluster();

/** What an answer that names a cause may cost. */
const MOST_TOKENS = 1_500;

describe.skipIf(cluster === undefined || !cluster.hasNode)('kube_describe', () => {
  let tools: Toolkit;
  let admin: AdminClient;
  const ask = async (kind: string, name: string, given: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const { isError, text } = await tools.call('kube_describe', { kind, name, namespace: 'trouble', ...given });
    expect(isError, text).toBe(false);
    return text;
  };

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

  /** The cause of each trouble, as the tool alone must tell it. */
  const CAUSES: readonly (readonly [kind: string, name: string, ...said: readonly (string | RegExp)[]])[] = [
    ['deployment', TROUBLE.crashLoop, 'exit 1', 'last log', '"config key db.url is missing"'],
    ['statefulset', TROUBLE.oomKilled, 'OOMKilled', 'limit 16Mi reached'],
    ['deployment', TROUBLE.imagePull, 'image "registry.invalid/web:9": no such host'],
    ['deployment', TROUBLE.missingConfigKey, 'ConfigMap settings has no key "db.url"', 'it has db.host'],
    ['deployment', TROUBLE.missingSecret, 'Secret vault-token does not exist'],
    ['deployment', TROUBLE.missingSecretVolume, 'Secret tls-cert does not exist'],
    ['deployment', TROUBLE.noCpu, 'Insufficient cpu', /it wants cpu 64; \S+, the largest node that it may use, has \d+/],
    ['deployment', TROUBLE.noMatchingNode, 'node selector', 'no node has the label disk=nvme'],
    ['deployment', TROUBLE.unboundVolume, 'PersistentVolumeClaim store-data is not bound: StorageClass fast-ssd does not exist'],
    ['persistentvolumeclaim', 'store-data', 'StorageClass fast-ssd does not exist'],
    ['deployment', TROUBLE.notReady, 'readiness probe exec fails: "cache is cold"'],
    ['deployment', TROUBLE.livenessFails, 'liveness probe exec fails: "no heartbeat"'],
    ['deployment', TROUBLE.initFails, 'init container "schema"', 'exit 3', '"migration 42 failed: column exists"'],
    ['job', TROUBLE.failedJob, 'exit 2', '"cannot read /data/orders.csv"', 'BackoffLimitExceeded'],
    [
      'deployment',
      TROUBLE.stuckRollout,
      'rollout stuck',
      '2 old pods serve on',
      '"panic: PAYMENT_URL is not set"',
      'PAYMENT_URL removed',
    ],
    ['service', TROUBLE.serviceWithoutPods, 'has no ready endpoints: its selector app=nobody-has-this-label matches no pod'],
    ['service', TROUBLE.serviceWrongPort, 'targetPort 9999 is not declared by its pods; they declare http (8080)'],
  ];

  it.each(CAUSES.map(([kind, name, ...said]) => ({ kind, name, said })))(
    'names the cause: $kind $name',
    async ({ kind, name, said }) => {
      const text = await ask(kind, name);
      for (const part of said) {
        if (typeof part === 'string') expect(text).toContain(part);
        else expect(text).toMatch(part);
      }
      expect(tokensOf(text)).toBeLessThanOrEqual(MOST_TOKENS);
      // The conclusion stands before the particulars.
      expect(text.split('\n')[1]).toMatch(/^(Cause|Note): /);
    },
  );

  it('names it for the pod alone as well', async () => {
    const pods = await admin.get('/api/v1/namespaces/trouble/pods?labelSelector=app%3Dapi');
    const name = String(at(pods, 'items', 0, 'metadata', 'name'));
    const text = await ask('pod', name);
    expect(text).toContain('"config key db.url is missing"');
    expect(text).toMatch(/owned by: ReplicaSet api-\w+ ← Deployment api/);
  });

  it.each([
    ['deployment', 'shop'],
    ['statefulset', 'db'],
    ['daemonset', 'agent'],
    ['cronjob', 'report'],
    ['service', 'shop'],
    ['pdb', 'shop'],
  ])('finds nothing wrong with a healthy %s', async (kind, name) => {
    const [head, next] = (await ask(kind, name)).split('\n');
    expect(head).toMatch(/healthy/);
    expect(next).not.toMatch(/^(Cause|Note|Also): /);
  });

  it('tells a node, a namespace and custom resources', async () => {
    if (cluster === undefined) return;
    await populateCrds(admin);
    const nodes = await admin.list('/api/v1/nodes');
    const real = nodes.items.find((node) => at(node, 'spec', 'taints') === undefined);
    expect(await ask('node', String(real?.metadata.name))).toMatch(/Ready, healthy[^]*allocated: cpu \S+ of \S+/);
    expect(await ask('ns', 'trouble')).toContain('exit 1');
    expect(await ask('crd', 'widgets.shop.fairlead.test')).toMatch(/healthy/);
  });

  it('describes several at once', async () => {
    expect((await ask('deployment', `${TROUBLE.crashLoop},${TROUBLE.noCpu}`)).split('\n\n')).toHaveLength(2);
  });
});
