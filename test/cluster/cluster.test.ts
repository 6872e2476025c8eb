import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, type TestContext } from 'vitest';
import { WebSocket } from 'ws';
import {
  addProgram,
  adminClient,
  at,
  createAdminClient,
  ensureCluster,
  hasCondition,
  makeImage,
  metricsReady,
  populateBroken,
  populateCrds,
  populateFleet,
  populateIdentities,
  TROUBLE,
  type Access,
  type AdminClient,
  type KubeObject,
  type TestCluster,
} from './index.ts';

const NAMESPACE = 'trouble';

const found = await ensureCluster();

/** Runs a command in a container by the exec subresource (v5.channel.k8s.io) and gives its output and exit code. */
function exec(
  access: Access,
  pod: string,
  command: readonly string[],
): Promise<{ stdout: string; stderr: string; code: number }> {
  const query = command.map((word) => `command=${encodeURIComponent(word)}`).join('&');
  const url = `${access.server.replace(/^http/, 'ws')}/api/v1/namespaces/${NAMESPACE}/pods/${pod}/exec?stdout=true&stderr=true&${query}`;
  const { ca, cert, key, token } = access;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'v5.channel.k8s.io', { ca, cert, key, headers });
    const output: Record<number, string> = {};
    socket.on('message', (data: Buffer) => {
      const channel = data[0] ?? 0;
      output[channel] = (output[channel] ?? '') + data.subarray(1).toString('utf8');
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const status: unknown = JSON.parse(output[3] ?? '{}');
      const code = at(status, 'status') === 'Success' ? 0 : Number(at(status, 'details', 'causes', 0, 'message'));
      resolve({ stdout: output[1] ?? '', stderr: output[2] ?? '', code });
    });
  });
}

describe.skipIf(found === undefined)('the test cluster', () => {
  let cluster: TestCluster;
  let client: AdminClient;

  const podsOf = async (app: string): Promise<readonly KubeObject[]> =>
    (await client.list(`/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=app%3D${app}`)).items;

  const podOf = async (app: string): Promise<KubeObject> => {
    const [pod] = await podsOf(app);
    if (pod === undefined) throw new Error(`there is no pod of ${app}`);
    return pod;
  };

  const needs = (context: TestContext, what: 'hasNode' | 'hasMetrics' | 'hasFakeNodes'): void => {
    if (!cluster[what]) context.skip(`the cluster lacks it: ${what}`);
  };

  beforeAll(async () => {
    if (found === undefined) throw new Error('skipped suites run no hooks');
    cluster = found;
    client = adminClient(cluster);
    if (cluster.hasNode) await populateBroken(cluster, client);
  }, 300_000);

  afterAll(() => client.close());

  test('answers its administrator and nobody without credentials', async () => {
    expect(await client.text('/readyz')).toBe('ok');
    const { server, ca } = cluster.access;
    const stranger = createAdminClient({ server, ca });
    await expect(stranger.get('/api/v1/namespaces')).rejects.toMatchObject({
      name: 'ApiError',
      status: expect.toBeOneOf([401, 403]),
    });
    await stranger.close();
  });

  test('gives logs of a real container', async (context) => {
    needs(context, 'hasNode');
    const { metadata } = await podOf(TROUBLE.crashLoop);
    expect(await client.text(`/api/v1/namespaces/${NAMESPACE}/pods/${metadata.name}/log`)).toBe('config key db.url is missing\n');
  });

  test('runs commands in a real container and keeps output, errors and exit code apart', async (context) => {
    needs(context, 'hasNode');
    const { metadata } = await podOf('db');
    const result = await exec(cluster.access, metadata.name, ['sh', '-c', 'echo out; echo err >&2; exit 3']);
    expect(result).toEqual({ stdout: 'out\n', stderr: 'err\n', code: 3 });
  });

  test('leads through a Service to both of its pods', async (context) => {
    needs(context, 'hasNode');
    const names = (await podsOf('shop')).map((pod) => pod.metadata.name);
    const reached = new Set<string>();
    for (let tries = 0; tries < 40 && reached.size < 2; tries += 1) {
      reached.add((await client.text(`/api/v1/namespaces/${NAMESPACE}/services/shop:80/proxy/`)).trim());
    }
    expect([...reached].sort()).toEqual(names.slice(0, 2).sort());
  });

  test('leads to a Service by its cluster IP from this machine', async (context) => {
    needs(context, 'hasNode');
    if (!cluster.isOwn) context.skip('cluster IPs of other clusters are out of reach');
    const service = await client.get(`/api/v1/namespaces/${NAMESPACE}/services/shop`);
    const answer = await fetch(`http://${String(at(service, 'spec', 'clusterIP'))}/`);
    expect((await answer.text()).trim()).toMatch(/^shop-/);
  });

  test('shows every trouble in its status', async (context) => {
    needs(context, 'hasNode');
    const state = async (app: string) => at(await podOf(app), 'status', 'containerStatuses', 0);
    expect(at(await state(TROUBLE.oomKilled), 'lastState', 'terminated', 'reason')).toBe('OOMKilled');
    expect(at(await state(TROUBLE.imagePull), 'state', 'waiting', 'reason')).toBeOneOf(['ImagePullBackOff', 'ErrImagePull']);
    expect(at(await state(TROUBLE.missingConfigKey), 'state', 'waiting', 'message')).toContain(
      "couldn't find key db.url in ConfigMap",
    );
    expect(at(await state(TROUBLE.missingSecret), 'state', 'waiting', 'message')).toContain('secret "vault-token" not found');
    for (const app of [TROUBLE.noCpu, TROUBLE.noMatchingNode, TROUBLE.unboundVolume]) {
      expect(hasCondition(await podOf(app), 'PodScheduled', 'False'), app).toBe(true);
    }
    const job = await client.get(`/apis/batch/v1/namespaces/${NAMESPACE}/jobs/${TROUBLE.failedJob}`);
    expect(hasCondition(job, 'Failed')).toBe(true);
  });

  test('shows a rollout that is stuck while the old pods serve', async (context) => {
    needs(context, 'hasNode');
    const rollout = await client.get(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${TROUBLE.stuckRollout}`);
    expect(rollout.status).toMatchObject({ availableReplicas: 2, updatedReplicas: 1, unavailableReplicas: 1 });
    expect(hasCondition(rollout, 'Progressing', 'False')).toBe(true);
  });

  test('keeps packets of pods on this machine', async (context) => {
    needs(context, 'hasNode');
    if (!cluster.isOwn) context.skip('other clusters may have a way out');
    const { metadata } = await podOf('db');
    const result = await exec(cluster.access, metadata.name, ['nc', '-w', '5', '203.0.113.1', '80']);
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('No route to host') });
  });

  test('runs an image that was made of a folder', async (context) => {
    needs(context, 'hasNode');
    if (!cluster.isOwn) context.skip('images are loaded into our own node only');
    const folder = await mkdtemp(join(tmpdir(), 'fairlead-test-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await addProgram(folder, '/bin/cat', '/bin/tell');
    await writeFile(join(folder, 'message'), 'made here\n');
    await makeImage('localhost/teller:1', folder, { entrypoint: ['/bin/tell'], cmd: ['/message'], user: '65534' });
    const pods = '/api/v1/namespaces/default/pods';
    const pod = { generateName: 'teller-' };
    const spec = { restartPolicy: 'Never', containers: [{ name: 'app', image: 'localhost/teller:1' }] };
    const { metadata } = await client.post(pods, { apiVersion: 'v1', kind: 'Pod', metadata: pod, spec });
    onTestFinished(() => client.delete(`${pods}/${metadata.name}`).then(() => undefined));
    await client.waitForObject(`${pods}/${metadata.name}`, (object) => at(object, 'status', 'phase') === 'Succeeded');
    expect(await client.text(`${pods}/${metadata.name}/log`)).toBe('made here\n');
  });

  test('fills fake nodes with running pods and leaves the real node alone', async (context) => {
    needs(context, 'hasFakeNodes');
    if (!cluster.isOwn) context.skip('a cluster of somebody else is not filled with fake nodes');
    await populateFleet(cluster, client, { namespaces: 1, pods: 20, nodes: 2 });
    const { items } = await client.list('/api/v1/namespaces/load-0/pods');
    expect(items.length).toBeGreaterThanOrEqual(20);
    for (const pod of items) {
      expect(at(pod, 'spec', 'nodeName')).toMatch(/^fake-/);
      expect(at(pod, 'status', 'phase')).toBe('Running');
    }
  }, 60_000);

  test('serves custom resources of two groups under one plural', async () => {
    await populateCrds(client);
    const ours = await client.get('/apis/shop.fairlead.test/v1/namespaces/shop/widgets/gear');
    const theirs = await client.get('/apis/other.fairlead.test/v1alpha1/namespaces/shop/widgets/gear');
    expect(ours.metadata.uid).not.toBe(theirs.metadata.uid);
    expect(await client.get('/apis/shop.fairlead.test/v1/namespaces/shop/widgets/gear/scale')).toMatchObject({
      spec: { replicas: 3 },
      status: { replicas: 3 },
    });
  }, 60_000);

  test('knows identities of few rights', async () => {
    const identities = await populateIdentities(cluster, client);
    const { server, ca } = cluster.access;
    const allowed = async (token: string, path: string): Promise<boolean> => {
      const other = createAdminClient({ server, ca, token });
      try {
        await other.list(path);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ status: 403 });
        return false;
      } finally {
        await other.close();
      }
    };
    const rights = async (token: string) => ({
      pods: await allowed(token, '/api/v1/namespaces/default/pods'),
      otherPods: await allowed(token, '/api/v1/namespaces/kube-system/pods'),
      secrets: await allowed(token, '/api/v1/namespaces/default/secrets'),
    });
    expect(await rights(identities.viewer.token)).toEqual({ pods: true, otherPods: true, secrets: false });
    expect(await rights(identities['pod-lister'].token)).toEqual({ pods: true, otherPods: false, secrets: false });
    expect(await rights(identities.nobody.token)).toEqual({ pods: false, otherPods: false, secrets: false });
  }, 60_000);

  test('measures what its node uses', async (context) => {
    needs(context, 'hasMetrics');
    await metricsReady(client);
    const nodes = await client.get<unknown>('/apis/metrics.k8s.io/v1beta1/nodes');
    expect(at(nodes, 'items', 0, 'usage', 'memory')).toMatch(/^[1-9]\d*Ki$/);
  }, 120_000);

  test('says what it waited for when that does not come', async () => {
    const wait = client.waitForObject('/api/v1/namespaces/default/configmaps/absent', (object) => object !== undefined, {
      timeoutMs: 200,
      what: 'an absent ConfigMap',
    });
    await expect(wait).rejects.toThrow('waited 0.2 s in vain for an absent ConfigMap');
  });
});
