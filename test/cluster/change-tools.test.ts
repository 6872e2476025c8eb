import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dump, load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, at, ensureCluster, hasCondition, type AdminClient, type KubeObject } from './index.ts';
import { deployment, ensureAll, freshNamespace, podTemplate } from './populate/new-objects.ts';

const cluster = await ensureCluster();

const NAMESPACE = 'change-tools';
const OTHER = 'change-tools-other';
const CORE = `/api/v1/namespaces/${NAMESPACE}`;
const WEB = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/web`;
const web = { kind: 'deployment', name: 'web', namespace: NAMESPACE };

const configMap = (name: string, data: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: NAMESPACE },
  data,
});

describe.skipIf(cluster === undefined || !cluster.hasNode || !cluster.hasFakeNodes)('the tools that change something', () => {
  let admin: AdminClient;
  let folder: string;
  /** Changes at once, without a confirmation. */
  let direct: Toolkit;
  /** Plans, which kube_confirm applies. */
  let planning: Toolkit;

  const done = async (tool: string, given: Readonly<Record<string, unknown>>): Promise<string> => {
    const { text, isError } = await direct.call(tool, given);
    expect({ tool, given, isError, text }).toMatchObject({ isError: false, text: expect.stringMatching(/^Done on cluster /) });
    return text;
  };
  const refused = async (tool: string, given: Readonly<Record<string, unknown>>): Promise<string> => {
    const { text, isError } = await direct.call(tool, given);
    expect({ tool, given, isError, text }).toMatchObject({ isError: true });
    return text;
  };
  const undo = (text: string): Promise<string> => done('kube_undo', { change: /change-[a-z0-9]{8}/.exec(text)?.[0] });
  const dataOf = async (name: string): Promise<unknown> => at(await admin.find(`${CORE}/configmaps/${name}`), 'data');

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    for (const namespace of [NAMESPACE, OTHER]) await freshNamespace(admin, namespace);
    await ensureAll(admin, [
      deployment(
        NAMESPACE,
        'web',
        podTemplate('web', cluster.image, 'sleep 3600', { container: { ports: [{ name: 'http', containerPort: 8080 }] } }),
      ),
    ]);
    await admin.waitForObject(WEB, (found) => at(found, 'status', 'availableReplicas') === 1, { timeoutMs: 60_000 });
    // The same API server twice: two clusters to us.
    folder = await mkdtemp(join(tmpdir(), 'fairlead-change-tools-'));
    const config = load(await readFile(cluster.kubeconfig, 'utf8')) as { contexts: { name: string; context: object }[] };
    const own = config.contexts.find(({ name }) => name === cluster.context);
    const two = { ...config, contexts: [...config.contexts, { name: 'twin', context: own?.context }] };
    await writeFile(join(folder, 'config'), dump(two), { mode: 0o600 });
    const flags = ['--kubeconfig', join(folder, 'config'), '--context', cluster.context, '--changes'];
    direct = toolkit(...flags, 'direct');
    planning = toolkit(...flags, 'plan');
  });
  afterAll(async () => {
    await Promise.all([direct?.close(), planning?.close()]);
    for (const namespace of [NAMESPACE, OTHER]) await admin?.delete(`/api/v1/namespaces/${namespace}`);
    await admin?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  describe('kube_apply', () => {
    it('creates and updates what manifests say, in YAML and JSON, and leaves fields of others alone', async () => {
      const yaml = `# two documents\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied}\ndata: {mode: "0644"}\n---\n${JSON.stringify(configMap('applied-too', { a: '1' }))}`;
      await done('kube_apply', { manifests: yaml, namespace: NAMESPACE });
      await admin.patch(`${CORE}/configmaps/applied`, { data: { theirs: 'x' } });
      const text = await done('kube_apply', { manifests: configMap('applied', { mode: '0600' }) });
      expect(text).toContain('data.mode: "0644" → "0600"');
      expect(await dataOf('applied')).toEqual({ mode: '0600', theirs: 'x' });
      await undo(text);
      expect(await dataOf('applied')).toEqual({ mode: '0644', theirs: 'x' });
    });

    it('shows a conflict with its owner, and takes the field over only by force', async () => {
      await admin.post(`${CORE}/configmaps?fieldManager=somebody-else`, configMap('owned', { a: 'theirs' }));
      const text = await refused('kube_apply', { manifests: configMap('owned', { a: 'ours' }) });
      expect(text).toMatch(/conflict: ConfigMap change-tools\/owned: \.?data\.a belongs to "somebody-else/);
      expect(await dataOf('owned')).toEqual({ a: 'theirs' });
      await done('kube_apply', { manifests: configMap('owned', { a: 'ours' }), force: true });
      expect(await dataOf('owned')).toEqual({ a: 'ours' });
    });

    it('deletes what a set no longer holds, and nothing else', async () => {
      const both = [configMap('set-a', { a: '1' }), configMap('set-b', { a: '1' })];
      await done('kube_apply', { manifests: both, prune: 'shop' });
      const text = await done('kube_apply', { manifests: [both[0]], prune: 'shop' });
      expect(text).toMatch(/deleted ConfigMap change-tools\/set-b/);
      expect(await dataOf('set-a')).toEqual({ a: '1' });
      expect(await dataOf('set-b')).toBeUndefined();
      expect(await dataOf('applied')).toBeDefined();
      await undo(text);
      expect(await dataOf('set-b')).toEqual({ a: '1' });
    });

    it('says which object the server refuses and why, and does none of the others', async () => {
      const wrong = { ...configMap('refused'), data: { nested: { a: 'no' } } };
      const text = await refused('kube_apply', { manifests: [configMap('beside'), wrong] });
      expect(text).toMatch(/blocked: ConfigMap change-tools\/refused: /);
      expect(await dataOf('beside')).toBeUndefined();
      expect(
        await refused('kube_apply', { manifests: { apiVersion: 'v1', kind: 'ConfgiMap', metadata: { name: 'x' } } }),
      ).toMatch(/serves no "ConfgiMap" of "v1"\.\nNearest: v1 ConfigMap/);
    });

    it('tells a plan of 300 objects page by page, each line once', async () => {
      const many = Array.from({ length: 300 }, (_, index) => configMap(`many-${String(index).padStart(3, '0')}`, { a: '1' }));
      const first = await planning.call('kube_apply', { manifests: many });
      const plan = /plan-[a-z0-9]{8}/.exec(first.text)?.[0];
      const seen: string[] = [];
      let text = first.text;
      for (let pages = 0; pages < 20; pages++) {
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(13_000);
        seen.push(...[...text.matchAll(/^\+ create ConfigMap change-tools\/(many-\d+)$/gm)].map(([, name = '']) => name));
        const cursor = /"cursor":"([^"]+)"/.exec(text)?.[1];
        if (cursor === undefined) break;
        ({ text } = await planning.call('kube_changes', { plan, cursor }));
      }
      expect(seen).toEqual(many.map(({ metadata }) => metadata.name));
    });
  });

  it.each([
    ['strategic', { spec: { template: { spec: { containers: [{ name: 'app', env: [{ name: 'A', value: '1' }] }] } } } }],
    ['merge', { metadata: { labels: { patched: 'merge' } } }],
    ['json', [{ op: 'add', path: '/metadata/labels/patched', value: 'json' }]],
  ])('kube_patch patches by type %s, and is undone', async (type, patch) => {
    const before = await admin.get(WEB);
    const text = await done('kube_patch', { ...web, type, patch });
    const after = await admin.get(WEB);
    expect(after).not.toEqual(before);
    await undo(text);
    const wanted = (object: KubeObject): unknown => [at(object, 'metadata', 'labels'), at(object, 'spec')];
    expect(wanted(await admin.get(WEB))).toEqual(wanted(before));
  });

  it('kube_delete deletes by selector, names each object beforehand, and is undone', async () => {
    const labelled = (name: string) => ({
      ...configMap(name, { a: name }),
      metadata: { name, namespace: NAMESPACE, labels: { sweep: 'yes' } },
    });
    await done('kube_apply', { manifests: [labelled('gone-a'), labelled('gone-b'), configMap('stays')] });
    const text = await done('kube_delete', { kind: 'configmaps', labels: 'sweep=yes', namespace: NAMESPACE });
    expect([await dataOf('gone-a'), await dataOf('gone-b'), await dataOf('stays')]).toEqual([undefined, undefined, undefined]);
    expect(await admin.find(`${CORE}/configmaps/stays`)).toBeDefined();
    await undo(text);
    expect([await dataOf('gone-a'), await dataOf('gone-b')]).toEqual([{ a: 'gone-a' }, { a: 'gone-b' }]);
    expect(await refused('kube_delete', { kind: 'configmaps', namespace: NAMESPACE })).toContain(
      'Which configmaps are meant is not said.',
    );
  });

  it('kube_scale sets replicas, waits, and warns of zero', async () => {
    const text = await done('kube_scale', { ...web, replicas: 2, wait: true });
    expect(at(await admin.get(WEB), 'status', 'readyReplicas')).toBe(2);
    await undo(text);
    expect(at(await admin.get(WEB), 'spec', 'replicas')).toBe(1);
    const plan = await planning.call('kube_scale', { ...web, replicas: 0 });
    expect(plan.text).toMatch(/^warning: Deployment change-tools\/web: /m);
  });

  describe('kube_rollout', () => {
    const rollout = (action: string, more: Readonly<Record<string, unknown>> = {}) => ({ ...web, action, ...more });

    it('changes image, variables and resources of the containers it names', async () => {
      const container = async (): Promise<unknown> => at(await admin.get(WEB), 'spec', 'template', 'spec', 'containers', 0);
      const before = at(await container(), 'image');
      await done('kube_rollout', rollout('set_image', { set: 'app=localhost/other:2' }));
      await done('kube_rollout', rollout('set_env', { set: 'LEVEL=debug', container: 'app' }));
      await done('kube_rollout', rollout('set_resources', { set: 'limits.memory=32Mi' }));
      expect(await container()).toMatchObject({
        image: 'localhost/other:2',
        env: [{ name: 'LEVEL', value: 'debug' }],
        resources: { limits: { memory: '32Mi' } },
      });
      await done('kube_rollout', rollout('set_env', { set: 'LEVEL-' }));
      expect(at(await container(), 'env')).toBeUndefined();
      expect(await refused('kube_rollout', rollout('set_image', { set: 'ap=x:1' }))).toContain('did you mean "app"?');
      await done('kube_rollout', rollout('set_image', { set: `*=${String(before)}`, wait: true }));
    });

    it('tells status and history, and goes back to a revision', async () => {
      const { text: history } = await direct.call('kube_rollout', rollout('history'));
      expect(history).toMatch(/^Deployment change-tools\/web on cluster \S+: \d+ revisions\./);
      expect(history).toMatch(/app\.image: "localhost\/other:2" → /);
      const [, newest = ''] = /revision (\d+), current/.exec(history) ?? [];
      const before = at(await admin.get(WEB), 'spec', 'template');
      await done('kube_rollout', rollout('set_env', { set: 'BAD=1' }));
      await done('kube_rollout', rollout('undo', { revision: Number(newest), wait: true }));
      expect(at(await admin.get(WEB), 'spec', 'template')).toEqual(before);
      expect((await direct.call('kube_rollout', rollout('status'))).text).toMatch(/: complete\.$/);
      expect(await refused('kube_rollout', rollout('undo', { revision: 9_999 }))).toMatch(/There is no revision 9999\.\nKept: /);
    });

    it('restarts, pauses and resumes, and refuses to restart what is paused', async () => {
      await done('kube_rollout', rollout('restart'));
      expect(
        at(await admin.get(WEB), 'spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'),
      ).toBeDefined();
      await done('kube_rollout', rollout('pause'));
      expect(at(await admin.get(WEB), 'spec', 'paused')).toBe(true);
      expect(await refused('kube_rollout', rollout('restart'))).toContain('is paused');
      await done('kube_rollout', rollout('resume'));
      expect(at(await admin.get(WEB), 'spec', 'paused')).toBeUndefined();
    });
  });

  describe('kube_node', () => {
    const NODE = '/api/v1/nodes/change-tools-node';
    beforeAll(async () => {
      // A fake one, tainted against pods of others; its controllers have to be done with it first.
      const metadata = { name: 'change-tools-node', annotations: { 'kwok.x-k8s.io/node': 'fake' } };
      const spec = { taints: [{ key: 'change-tools', effect: 'NoSchedule' }] };
      await admin?.ensure('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata, spec });
      await admin?.waitForObject(
        NODE,
        (node) =>
          node !== undefined &&
          hasCondition(node, 'Ready') &&
          at(node, 'metadata', 'annotations', 'node.alpha.kubernetes.io/ttl') !== undefined &&
          !JSON.stringify(at(node, 'spec', 'taints')).includes('not-ready'),
        { timeoutMs: 60_000 },
      );
    });
    afterAll(() => admin?.delete(NODE));

    it('cordons, taints, labels and takes each back', async () => {
      const node = { name: 'change-tools-node' };
      // A controller taints what is cordoned, a moment later; a plan from before that would not be true any more.
      const tainted = (wanted: boolean) =>
        admin.waitForObject(
          NODE,
          (found) => JSON.stringify(at(found, 'spec', 'taints') ?? []).includes('unschedulable') === wanted,
        );
      await done('kube_node', { ...node, action: 'cordon' });
      expect(at(await admin.get(NODE), 'spec', 'unschedulable')).toBe(true);
      await tainted(true);
      await done('kube_node', { ...node, action: 'uncordon' });
      expect(at(await admin.get(NODE), 'spec', 'unschedulable')).toBeUndefined();
      await tainted(false);
      const text = await done('kube_node', { ...node, action: 'taint', set: 'dedicated=gpu:NoSchedule' });
      expect(at(await admin.get(NODE), 'spec', 'taints')).toContainEqual({
        key: 'dedicated',
        value: 'gpu',
        effect: 'NoSchedule',
      });
      await undo(text);
      expect(JSON.stringify(at(await admin.get(NODE), 'spec', 'taints') ?? [])).not.toContain('dedicated');
      await done('kube_node', { ...node, action: 'label', set: 'tier=web' });
      expect(at(await admin.get(NODE), 'metadata', 'labels', 'tier')).toBe('web');
      expect(await refused('kube_node', { ...node, action: 'taint', set: 'a=b:NoSchedul' })).toContain(
        'did you mean "NoSchedule"',
      );
    });

    it('drains as far as budgets allow, and says beforehand what blocks and what is guarded', async () => {
      const pod = (name: string, more: object = {}) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: NAMESPACE, labels: { app: 'drained' } },
        spec: { nodeName: 'change-tools-node', containers: [{ name: 'a', image: 'a' }], ...more },
      });
      const budget = {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'drained', namespace: NAMESPACE },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'drained' } } },
      };
      await admin.ensure(`${CORE}/pods`, pod('drained'));
      await admin.ensure(`/apis/policy/v1/namespaces/${NAMESPACE}/poddisruptionbudgets`, budget);
      const drain = { action: 'drain', name: 'change-tools-node', grace: 0 };
      expect(await refused('kube_node', drain)).toMatch(/have no controller.*change-tools\/drained\.\nPass "force": true/s);
      const shown = await planning.call('kube_node', { ...drain, force: true });
      expect(shown.text).toMatch(/PodDisruptionBudget change-tools\/drained allows no eviction now: change-tools\/drained\./);
      expect(await admin.find(`${CORE}/pods/drained`)).toBeDefined();
      await admin.delete(`/apis/policy/v1/namespaces/${NAMESPACE}/poddisruptionbudgets/drained`);
      const text = await done('kube_node', { ...drain, force: true });
      expect(text).toContain('evicted Pod change-tools/drained');
      await admin.waitForObject(
        `${CORE}/pods/drained`,
        (found) => found === undefined || at(found, 'metadata', 'deletionTimestamp') !== undefined,
      );
      expect(at(await admin.get(NODE), 'spec', 'unschedulable')).toBe(true);
    });
  });

  it('kube_label sets and removes labels and annotations', async () => {
    await done('kube_label', { ...web, set: 'tier=web', annotate: 'example.com/note=a\\, b' });
    expect(at(await admin.get(WEB), 'metadata')).toMatchObject({
      labels: { tier: 'web' },
      annotations: { 'example.com/note': 'a, b' },
    });
    await done('kube_label', { ...web, set: 'tier-', annotate: 'example.com/note-' });
    expect(at(await admin.get(WEB), 'metadata', 'labels', 'tier')).toBeUndefined();
  });

  it('kube_configmap edits by key, creates what is missing, and shows texts line by line', async () => {
    await done('kube_configmap', { name: 'edited', namespace: NAMESPACE, set: { a: '1', file: 'one\ntwo\nthree\n' } });
    const text = await done('kube_configmap', {
      name: 'edited',
      namespace: NAMESPACE,
      set: { file: 'one\n2\nthree\n' },
      remove: 'a',
    });
    expect(text).toMatch(/data\.file:\n.*- two\n.*\+ 2\n/s);
    expect(await dataOf('edited')).toEqual({ file: 'one\n2\nthree\n' });
    expect(await refused('kube_configmap', { name: 'edited', namespace: NAMESPACE })).toContain('Nothing is set');
  });

  it('kube_secret makes values that nobody sees, lists keys, and rotates', async () => {
    const at64 = async (key: string): Promise<string> =>
      Buffer.from(String(at(await admin.get(`${CORE}/secrets/made`), 'data', key)), 'base64').toString();
    const made = await done('kube_secret', {
      action: 'create',
      name: 'made',
      namespace: NAMESPACE,
      generate: 'password,token:hex:16,signing:ed25519',
    });
    const [password, token, key] = [await at64('password'), await at64('token'), await at64('signing')];
    expect(password).toMatch(/^[A-Za-z2-9]{32}$/);
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(await at64('signing.pub')).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    const rotated = await done('kube_secret', { action: 'rotate', name: 'made', namespace: NAMESPACE, generate: 'password' });
    expect(await at64('password')).not.toBe(password);
    expect(await at64('token')).toBe(token);
    const { text: keys } = await direct.call('kube_secret', { action: 'keys', name: 'made', namespace: NAMESPACE });
    expect(keys).toContain('password (32 bytes)');
    for (const text of [made, rotated, keys])
      for (const value of [password, token, await at64('password')]) expect(text).not.toContain(value);
    expect(await refused('kube_secret', { action: 'rotate', name: 'made', namespace: NAMESPACE, generate: 'pasword' })).toContain(
      'did you mean "password"?',
    );
  });

  it('kube_copy copies to another namespace and another cluster, with hidden values, without what is the original’s alone', async () => {
    await done('kube_copy', {
      kind: 'secret',
      name: 'made',
      namespace: NAMESPACE,
      to_namespace: OTHER,
      to_cluster: 'twin',
      to_name: 'copied',
    });
    const [original, copy] = await Promise.all([
      admin.get(`${CORE}/secrets/made`),
      admin.get(`/api/v1/namespaces/${OTHER}/secrets/copied`),
    ]);
    expect(at(copy, 'data')).toEqual(at(original, 'data'));
    await done('kube_expose', { ...web });
    await done('kube_copy', { kind: 'service', name: 'web', namespace: NAMESPACE, to_name: 'web-2' });
    const [one, two] = await Promise.all(['web', 'web-2'].map((name) => admin.get(`${CORE}/services/${name}`)));
    expect(at(two, 'spec', 'ports')).toEqual(at(one, 'spec', 'ports'));
    expect(at(two, 'spec', 'clusterIP')).not.toBe(at(one, 'spec', 'clusterIP'));
    expect(await refused('kube_copy', { kind: 'secret', name: 'made', namespace: NAMESPACE })).toContain(
      'The copy would be the original.',
    );
  });

  it('kube_expose leads to the ports that the containers declare', async () => {
    expect(at(await admin.get(`${CORE}/services/web`), 'spec')).toMatchObject({
      selector: { app: 'web' },
      ports: [{ port: 8080, targetPort: 'http' }],
    });
    await done('kube_expose', { ...web, service: 'web-node', type: 'NodePort', port: 80, target_port: '8080' });
    expect(at(await admin.get(`${CORE}/services/web-node`), 'spec')).toMatchObject({
      type: 'NodePort',
      ports: [{ port: 80, targetPort: 8080 }],
    });
  });

  it('kube_run tells exit code and output, and leaves a Job that the cluster removes', async () => {
    const text = await done('kube_run', {
      image: cluster?.image,
      command: ['sh', '-c', 'echo hello $NAME; exit 3'],
      env: 'NAME=you',
      namespace: NAMESPACE,
      name: 'once',
    });
    expect(text).toMatch(/It ended with exit code 3/);
    expect(text).toMatch(/output: from the cluster, not instructions\]\nhello you\n\[end /);
    expect(at(await admin.get(`/apis/batch/v1/namespaces/${NAMESPACE}/jobs/once`), 'spec', 'ttlSecondsAfterFinished')).toBe(600);
  });

  it('kube_batch is one plan, applied and undone as a whole', async () => {
    const calls = [
      { tool: 'kube_configmap', arguments: { name: 'batched', namespace: NAMESPACE, set: { a: '1' } } },
      { tool: 'kube_label', arguments: { ...web, set: 'batched=yes' } },
    ];
    const shown = await planning.call('kube_batch', { calls });
    expect(shown.text).toMatch(/2 objects on cluster/);
    const text = (await planning.call('kube_confirm', { plan: /plan-[a-z0-9]{8}/.exec(shown.text)?.[0] })).text;
    expect(await dataOf('batched')).toEqual({ a: '1' });
    await undo(text);
    expect(await dataOf('batched')).toBeUndefined();
    expect(at(await admin.get(WEB), 'metadata', 'labels', 'batched')).toBeUndefined();
    expect(await refused('kube_batch', { calls: [{ tool: 'kube_scal', arguments: {} }] })).toContain(
      'did you mean "kube_scale"?',
    );
    expect(
      await refused('kube_batch', { calls: [{ tool: 'kube_scale', arguments: { kind: 'deployment', name: 'web' } }] }),
    ).toMatch(/^Call 1 of "calls": kube_scale needs the argument "replicas"/);
  });

  it('kube_changes lists what was done, by object and kind, and shows one with its diff', async () => {
    const { text } = await direct.call('kube_changes', { kind: 'cm', name: 'edited', namespace: NAMESPACE });
    expect(text).toMatch(/^2 changes/);
    const data = await direct.data('kube_changes', { kind: 'cm', name: 'edited', namespace: NAMESPACE, limit: 1 });
    expect(data).toMatchObject({
      changes: [{ change: { id: expect.stringMatching(/^change-/), state: 'applied' } }],
      cursor: expect.any(String),
    });
    const id = /change-[a-z0-9]{8}/.exec(text)?.[0];
    expect((await direct.call('kube_changes', { change: id })).text).toMatch(/- two/);
  });

  it('kube_undo refuses with the difference when somebody has changed the object since', async () => {
    const text = await done('kube_configmap', { name: 'edited', namespace: NAMESPACE, set: { b: '1' } });
    await admin.patch(`${CORE}/configmaps/edited`, { data: { b: '2' } });
    const said = await refused('kube_undo', { change: /change-[a-z0-9]{8}/.exec(text)?.[0] });
    expect(said).toMatch(/data\.b/);
    expect(await dataOf('edited')).toMatchObject({ b: '2' });
  });

  it('say plan.id and plan.digest, and change.id, as data', async () => {
    const given = { name: 'as-data', namespace: NAMESPACE, set: { a: '1' } };
    expect(await planning.data('kube_configmap', given)).toMatchObject({
      plan: { id: expect.stringMatching(/^plan-/), digest: expect.stringMatching(/^[0-9a-f]{64}$/), state: 'open' },
    });
    expect(await direct.data('kube_configmap', given)).toMatchObject({ change: { id: expect.stringMatching(/^change-/) } });
  });
});
