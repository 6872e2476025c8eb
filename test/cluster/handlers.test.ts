import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ClusterManager, PlanError, type ClusterManagerOptions, type KubernetesObject, type Mode } from '../../src/index.ts';
import { runPod } from '../support/streams.ts';
import { adminClient, ensureCluster, populateCrds, type AdminClient } from './index.ts';
import { deployment, ensureAll, ensureNamespace, podTemplate } from './populate/new-objects.ts';

const cluster = await ensureCluster();

const NAMESPACE = `fairlead-handlers-${process.pid}`;
const ALL = ['exec', 'attach', 'port-forward', 'secrets'];

interface Widget extends KubernetesObject {
  readonly spec?: { readonly size?: string; readonly replicas?: number };
}

/** What a call is refused with. */
const refusal = async (call: Promise<unknown>): Promise<PlanError> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PlanError) return error;
  throw new Error('It was not refused by a PlanError.', { cause: error });
};

describe.skipIf(cluster === undefined || !cluster.hasNode)('handlers', () => {
  let admin: AdminClient;
  let folder: string;
  let manager: ClusterManager;

  const managerIn = (mode: Mode, more: Partial<ClusterManagerOptions> = {}): ClusterManager =>
    new ClusterManager({
      kubeconfig: cluster?.kubeconfig,
      context: cluster?.context,
      namespace: NAMESPACE,
      policy: { mode, ...(mode !== 'read-only' && { allowedOperations: ALL }) },
      journal: { folder, key: new Uint8Array(32).fill(7) },
      ...more,
    });

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    folder = await mkdtemp(join(tmpdir(), 'fairlead-handlers-'));
    await Promise.all([ensureNamespace(admin, NAMESPACE), populateCrds(admin)]);
    await ensureAll(admin, [deployment(NAMESPACE, 'web', podTemplate('web', cluster.image, 'sleep 3600'))]);
    const script = 'mkdir -p /www; echo hello >/www/index.html; echo first; echo second >&2; httpd -f -p 8080 -h /www';
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'server' }, script);
    const listening = 'while read line; do echo "heard $line"; done';
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'listening' }, listening, { container: { stdin: true } });
    manager = managerIn('direct');
  });
  afterAll(async () => {
    await manager?.close();
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  describe('of pods', () => {
    it('read logs line by line, and follow them until the loop is left', async () => {
      const { pods } = manager.client();
      const lines = await Array.fromAsync(pods.streamLogs('server'), ({ text }) => text);
      expect(lines.toSorted()).toEqual(['first', 'second']);
      expect(await Array.fromAsync(pods.streamLogs('server', { tail: 1 }))).toMatchObject([
        { time: expect.stringMatching(/^\d{4}-.*Z$/) },
      ]);
      const followed: string[] = [];
      for await (const { text } of pods.streamLogs('server', { follow: true })) if (followed.push(text) === 2) break;
      expect(followed).toHaveLength(2);
      await expect(pods.streamLogs('server', { container: 'nope' }).next()).rejects.toThrow('No container "nope"');
      await expect(pods.streamLogs('none').next()).rejects.toMatchObject({ code: 'not-found' });
    });

    it('run commands, with their input', async () => {
      const { pods } = manager.client();
      const { exitCode, stdout } = await pods.execCommand('server', ['sh', '-c', 'cat; exit 3'], { stdin: 'in' });
      expect({ exitCode, text: stdout.text }).toEqual({ exitCode: 3, text: 'in' });
    });

    it('attach to what runs in a container, and let go of it', async () => {
      using process = await manager.client().pods.attach('listening', { stdin: true });
      await process.write('ping\n');
      for await (const { from, data } of process.output) {
        expect({ from, text: Buffer.from(data).toString() }).toEqual({ from: 'stdout', text: 'heard ping\n' });
        break;
      }
    });

    it('copy files to and from containers', async () => {
      const { pods } = manager.client();
      const tree = join(folder, 'tree');
      await mkdir(tree);
      await writeFile(join(tree, 'a.txt'), 'one');
      expect(await pods.copyTo('server', tree, '/tmp/tree')).toEqual({ files: 1, folders: 1, bytes: 3 });
      const copied = await pods.copyFrom('server', '/tmp/tree/a.txt', join(folder, 'back.txt'));
      expect(copied).toMatchObject({ files: 1, bytes: 3, leftOut: 0 });
      expect(await readFile(join(folder, 'back.txt'), 'utf8')).toBe('one');
      await expect(pods.copyFrom('server', '/none', folder)).rejects.toMatchObject({ code: 'copy-failed' });
    });

    it('forward a port for as long as it is in use', async () => {
      let url: string;
      {
        using forward = await manager.client().pods.portForward('server', 8080);
        url = `http://127.0.0.1:${forward.localPort}/`;
        expect(await (await fetch(url, { headers: { connection: 'close' } })).text()).toBe('hello\n');
      }
      await expect(fetch(url)).rejects.toThrow();
    });

    it('need the permissions that tools need', async () => {
      await using own = managerIn('direct', { policy: { mode: 'direct' } });
      const { pods, config } = own.client();
      await expect(pods.execCommand('server', ['true'])).rejects.toMatchObject({ name: 'PolicyError', rule: 'permission' });
      await expect(config.getSecret('any')).rejects.toMatchObject({ code: 'policy' });
    });
  });

  describe('of deployments', () => {
    it('do all that a rollout knows, and each of it can be undone', async () => {
      const { deployments } = manager.client();
      const before = await deployments.get('web');
      const scaled = await deployments.scale('web', 3);
      expect(scaled.object?.spec?.replicas).toBe(3);
      const [step] = scaled.plan.steps;
      expect(step?.changes).toEqual([{ path: 'spec.replicas', before: before.spec?.replicas, after: 3 }]);
      await manager.changes.undo(scaled.change ?? '');
      expect((await deployments.get('web')).spec?.replicas).toBe(before.spec?.replicas);

      const updated = await deployments.updateImage('web', { '*': 'none.example.com/web:2' });
      expect(updated.object?.spec?.template?.spec?.containers[0]?.image).toBe('none.example.com/web:2');
      expect((await deployments.undo('web')).object?.spec?.template?.spec?.containers[0]?.image).toBe(cluster?.image);
      expect((await deployments.pause('web')).object?.spec?.paused).toBe(true);
      expect((await refusal(deployments.scale('none', 1))).code).toBe('not-found');
      await expect(deployments.restart('none')).rejects.toMatchObject({ name: 'KubernetesError', code: 'not-found' });
      await expect(deployments.restart('web')).rejects.toMatchObject({ code: 'paused' });
      expect((await deployments.resume('web')).object?.spec?.paused).toBeUndefined();
      await deployments.restart('web', { wait: true, waitSeconds: 90 });
      expect(await deployments.rolloutStatus('web')).toEqual({ state: 'complete' });
      const history = await deployments.rolloutHistory('web');
      expect(history.map(({ current }) => current)).toEqual([true, ...history.slice(1).map(() => false)]);
      expect(history.flatMap(({ changes }) => changes).some(({ path }) => path.endsWith('.image'))).toBe(true);
    });

    it('make and delete them, and an undo brings them back', async () => {
      const { deployments } = manager.client();
      const labels = { app: 'made' };
      const spec = {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'none.example.com/app:1' }] } },
      };
      const made = await deployments.create({ metadata: { name: 'made' }, spec });
      expect(made.object?.metadata?.uid).toBeTypeOf('string');
      expect((await refusal(deployments.create({ metadata: { name: 'made' }, spec }))).code).toBe('conflict');
      const gone = await deployments.delete('made');
      expect(gone.object).toBeUndefined();
      await manager.changes.undo(gone.change ?? '');
      expect((await deployments.get('made')).spec?.selector).toEqual({ matchLabels: labels });
      const rehearsed = await deployments.delete('made', { dryRun: true });
      expect(rehearsed).toMatchObject({ change: undefined, plan: { state: 'open', steps: [{ effect: 'delete' }] } });
      await deployments.get('made');
    });
  });

  describe('of services', () => {
    it('expose a workload, and know what is behind a Service', async () => {
      const { services, deployments } = manager.client();
      const exposed = await services.expose('web', { port: 80, targetPort: 8080, service: 'front' });
      expect(exposed.object?.spec).toMatchObject({ type: 'ClusterIP', ports: [{ port: 80, targetPort: 8080 }] });
      const replicas = (await deployments.get('web')).spec?.replicas;
      await expect
        .poll(async () => (await services.endpoints('front')).filter(({ ready }) => ready).length, { timeout: 30_000 })
        .toBe(replicas);
      expect((await services.endpoints('front'))[0]).toMatchObject({
        ports: [{ port: 8080 }],
        pod: expect.stringMatching(/^web-/),
      });
      await expect(services.endpoints('none')).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  describe('of configuration', () => {
    it('set and take away keys of ConfigMaps', async () => {
      const { config } = manager.client();
      await config.createConfigMap('settings', { a: '1', b: '2' });
      const set = await config.setConfigMap('settings', { a: '3', b: null, c: '4' });
      expect(set.object?.data).toEqual({ a: '3', c: '4' });
      await manager.changes.undo(set.change ?? '');
      expect((await config.getConfigMap('settings')).data).toEqual({ a: '1', b: '2' });
      await config.deleteConfigMap('settings');
      const names = await Array.fromAsync(config.listConfigMaps(), ({ metadata }) => metadata?.name);
      expect(names).not.toContain('settings');
    });

    it('make, read, rotate and delete Secrets, whose values stand in no plan', async () => {
      const { config } = manager.client();
      const password = config.generatePassword(20);
      expect(password).toMatch(/^\w{20}$/);
      const made = await config.createSecret('login', { values: { user: 'shop', password }, generate: 'token:hex:16' });
      const read = await config.getSecret('login');
      expect(read).toEqual({ user: 'shop', password, token: expect.stringMatching(/^[0-9a-f]{32}$/) });
      const rotated = await config.rotateSecret('login', { generate: 'password' });
      expect((await config.getSecret('login'))['password']).not.toBe(password);
      const told = JSON.stringify([made.plan, rotated.plan, await manager.changes.get(rotated.change ?? '')]);
      for (const value of Object.values(read).filter((each) => each.length > 10)) {
        expect(told).not.toContain(value);
        expect(told).not.toContain(Buffer.from(value).toString('base64'));
      }
      // The journal has a key.
      await manager.changes.undo(rotated.change ?? '');
      expect(await config.getSecret('login')).toEqual(read);
      await config.deleteSecret('login');
      await expect(config.getSecret('login')).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  describe('of custom resources', () => {
    it('get, list, create, patch, apply, scale and delete them', async () => {
      const widgets = manager.client().customResource<Widget>('widgets.shop.fairlead.test');
      await widgets.create({ metadata: { name: 'w' }, spec: { size: 'small' } });
      expect((await widgets.patch('w', { spec: { size: 'large' } })).object?.spec?.size).toBe('large');
      expect((await refusal(widgets.patch('w', { spec: { size: 'huge' } }))).code).toBe('invalid');
      expect((await widgets.scale('w', 4)).object?.spec?.replicas).toBe(4);
      const status = { conditions: [{ type: 'Checked', status: 'True' }] };
      expect((await widgets.patchStatus('w', status)).object?.['status']).toMatchObject(status);
      expect(await Array.fromAsync(widgets.list(), ({ metadata }) => metadata?.name)).toEqual(['w']);
      await widgets.delete('w');
      await expect(widgets.get('w')).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  describe('under a policy', () => {
    it('change nothing where only reading is allowed', async () => {
      await using own = managerIn('read-only');
      const { deployments } = own.client();
      await deployments.get('web');
      await expect(deployments.scale('web', 1)).rejects.toMatchObject({ name: 'PolicyError', rule: 'mode' });
    });

    it('wait for a word where changes are planned, and the manager that planned can give it', async () => {
      await using own = managerIn('plan');
      const { config } = own.client();
      const { code, plan } = await refusal(config.createConfigMap('planned', { a: '1' }));
      expect(code).toBe('needs-word');
      await expect(config.getConfigMap('planned')).rejects.toMatchObject({ code: 'not-found' });
      expect((await refusal(manager.changes.apply(plan.id))).code).toBe('other-session');
      const { change } = await own.changes.apply(plan.id);
      expect((await config.getConfigMap('planned')).data).toEqual({ a: '1' });
      const [latest] = await own.changes.list({ name: 'planned' });
      expect(latest).toMatchObject({ id: change, origin: 'library', word: 'agent', via: 'library', state: 'applied' });
    });

    it('leave to a person what needs one', async () => {
      const rules = [{ kinds: ['configmaps'], require: 'human' }] as const;
      await using own = managerIn('direct', { policy: { mode: 'direct', changes: { rules } } });
      const { code, plan, advice } = await refusal(own.client().config.createConfigMap('human', { a: '1' }));
      expect({ code, advice }).toEqual({ code: 'needs-person', advice: expect.stringContaining(`fairlead apply ${plan.id}`) });
      expect((await refusal(own.changes.apply(plan.id))).code).toBe('needs-person');
    });

    it('say whose fields an apply would take, and take them when told to', async () => {
      const maps = manager.client().customResource('configmaps');
      await admin.post(`/api/v1/namespaces/${NAMESPACE}/configmaps`, { metadata: { name: 'theirs' }, data: { a: '1' } });
      const theirs = { metadata: { name: 'theirs' }, data: { a: '2' } };
      const { code, plan } = await refusal(maps.apply(theirs));
      expect(code).toBe('conflict');
      expect(plan.steps[0]?.conflicts).toEqual([{ field: 'data.a', owner: expect.any(String) }]);
      expect((await maps.apply(theirs, { force: true })).object?.['data']).toEqual({ a: '2' });
    });
  });
});
