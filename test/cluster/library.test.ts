import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  ClusterManager,
  KubernetesError,
  type AuditLine,
  type ClusterSpec,
  type KubernetesObject,
  type LoginSpec,
} from '../../src/index.ts';
import { COMPILER, examplesOf, patternOf } from '../support/examples.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { adminClient, ensureCluster, type AdminClient } from './index.ts';

const cluster = await ensureCluster();
const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const examples = await examplesOf(join(root, 'docs', 'library.md'));

describe.skipIf(cluster === undefined)('the examples of the manual', () => {
  let folder: string;

  beforeAll(async () => {
    // A program that has the package installed: what it imports is what we publish.
    folder = await mkdtemp(join(tmpdir(), 'fairlead-docs-'));
    await mkdir(join(folder, 'node_modules'));
    await symlink(root, join(folder, 'node_modules', 'fairlead'));
    await symlink(join(root, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await Promise.all(examples.map(({ line, code }) => writeFile(join(folder, `line-${line}.ts`), code)));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are as many as the page has sections that need one', () => {
    expect(examples.length).toBeGreaterThanOrEqual(8);
  });

  it('are right to the compiler, which has nothing but what the package brings', async () => {
    const options = { compilerOptions: COMPILER, include: ['*.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(options));
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const told = await run(process.execPath, [tsc, '-p', folder]).catch((error: { stdout: string }) => error);
    expect(told.stdout).toBe('');
  });

  it.each(examples.map((example) => [example.line, example] as const))('in line %i does what it says', async (line, example) => {
    const file = join(folder, `line-${line}.ts`);
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      XDG_STATE_HOME: folder,
      KUBECONFIG: cluster?.kubeconfig,
    };
    const { stdout, stderr } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', file], { env });
    if (example.prints !== undefined) expect(stdout.trim()).toMatch(patternOf(example.prints));
    expect(stderr).toBe('');
  });
});

/** The test cluster by an address, as the administrator. */
function specAt(name: string, server: string): ClusterSpec {
  const { ca = '', cert = '', key = '', token } = cluster?.access ?? {};
  const login: LoginSpec =
    token === undefined
      ? { kind: 'client-certificate', certificate: { pem: cert }, key: { pem: key } }
      : { kind: 'token', token };
  return { name, source: { kind: 'server', server, ca: { pem: ca }, login } };
}

describe.skipIf(cluster === undefined)('a cluster manager', () => {
  const NAMESPACE = 'fairlead-library';
  let admin: AdminClient;
  let manager: ClusterManager;

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await admin.ensure('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    manager = new ClusterManager({
      kubeconfig: cluster.kubeconfig,
      context: cluster.context,
      namespace: NAMESPACE,
      policy: { mode: 'direct' },
    });
  });
  afterAll(async () => {
    await manager?.close();
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`).catch(() => undefined);
    await admin?.close();
  });

  it('reaches a cluster by its address, with a certificate as text, and never twice by one name', async () => {
    await using own = new ClusterManager({ discover: false });
    const server = cluster?.server ?? '';
    const spec = specAt('direct', server);
    await own.add(spec);
    expect(await own.client().version()).toMatch(/^v1\./);
    await expect(own.add(spec)).rejects.toMatchObject({ code: 'cluster-exists' });
    await own.update({ ...spec, namespace: 'kube-system' });
    expect(await own.get('direct')).toMatchObject({ current: true, server, namespace: 'kube-system' });
    await expect(own.update({ ...spec, name: 'other' })).rejects.toMatchObject({ code: 'unknown-cluster' });
    await own.remove('direct');
    await expect(own.client().version()).rejects.toMatchObject({ code: 'no-cluster' });
  });

  it('creates, applies, patches, replaces, and deletes, of a kind and of a collection', async () => {
    interface ConfigMap extends KubernetesObject {
      readonly data?: Readonly<Record<string, string>>;
    }
    const maps = manager.client().resource<ConfigMap>('cm');
    expect((await maps.create({ metadata: { name: 'a', labels: { app: 'x' } }, data: { k: '1' } })).data).toEqual({ k: '1' });
    await expect(maps.create({ metadata: { name: 'a' } })).rejects.toMatchObject({ code: 'conflict', status: 409 });
    await expect(maps.apply({ metadata: { name: 'a' }, data: { k: '2' } })).rejects.toMatchObject({
      code: 'conflict',
      causes: [{ reason: 'FieldManagerConflict' }],
    });
    const applied = await maps.apply({ metadata: { name: 'a' }, data: { k: '2' } }, { force: true });
    expect((await maps.patch('a', { data: { l: '3' } }, { dryRun: true })).data).toEqual({ k: '2', l: '3' });
    expect((await maps.replace({ ...applied, data: { m: '4' } })).data).toEqual({ m: '4' });
    await expect(maps.replace({ ...applied, data: {} })).rejects.toMatchObject({ code: 'conflict' });
    await maps.create({ metadata: { name: 'b', labels: { app: 'x' } } });
    const names = async (): Promise<readonly string[]> =>
      Array.fromAsync(maps.list({ labels: 'app=x' }), (each) => each.metadata?.name ?? '');
    expect(await names()).toEqual(['a', 'b']);
    await maps.delete('b');
    expect(await names()).toEqual(['a']);
    await maps.deleteCollection({ labels: 'app=x' });
    expect(await names()).toEqual([]);
  });

  it('scales, and writes a status', async () => {
    const deployments = manager.client().resource('deployments');
    const labels = { app: 'none' };
    await deployments.create({
      metadata: { name: 'web' },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: cluster?.image }] } },
      },
    });
    expect(await deployments.scale('web')).toEqual({ wanted: 0, current: 0 });
    expect((await deployments.scale('web', 2, { dryRun: true })).wanted).toBe(2);
    expect((await deployments.scale('web')).wanted).toBe(0);
    const status = { conditions: [{ type: 'Checked', status: 'True' }] };
    const patched = await deployments.patch('web', { status }, { subresource: 'status' });
    expect(patched['status']).toMatchObject(status);
    await deployments.delete('web');
    await expect(manager.client().resource('configmaps').scale('kube-root-ca.crt')).rejects.toBeInstanceOf(KubernetesError);
  });

  it('shows no secret unless it was asked to, and tells the audit of every request', async () => {
    const secrets = manager.client().resource('secrets');
    await secrets.create({ metadata: { name: 'hidden' }, stringData: { password: 'swordfish' } });
    expect(JSON.stringify(await secrets.get('hidden'))).not.toMatch(/swordfish|c3dvcmRmaXNo/);
    const lines: AuditLine[] = [];
    await using trusted = new ClusterManager({
      kubeconfig: cluster?.kubeconfig,
      namespace: NAMESPACE,
      policy: { allowedOperations: ['secrets'] },
      audit: (line) => lines.push(line),
    });
    const client = trusted.client(cluster?.context);
    expect((await client.resource('secrets').get('hidden'))['data']).toEqual({ password: 'c3dvcmRmaXNo' });
    await expect(client.resource('secrets').delete('hidden')).rejects.toMatchObject({ name: 'PolicyError', rule: 'mode' });
    const told = lines.filter(({ resource }) => resource === 'secrets');
    expect(told.map(({ verb, decision, origin }) => `${verb} ${decision} ${origin}`)).toEqual([
      'get allowed library',
      'delete refused library',
    ]);
    await secrets.delete('hidden');
  });

  it('watches over an API server that is restarted, and misses nothing', async () => {
    await using proxy = await tcpProxy(cluster?.server ?? '');
    await using own = new ClusterManager({ discover: false, clusters: [specAt('p', `https://127.0.0.1:${proxy.port}`)] });
    const maps = manager.client().resource('configmaps');
    const controller = new AbortController();
    let resourceVersion: string | undefined;
    for await (const page of maps.pages({ labels: 'watched=yes' })) ({ resourceVersion } = page);
    const watch = { namespace: NAMESPACE, labels: 'watched=yes', resourceVersion, signal: controller.signal };
    const events = own.client().resource('configmaps').watch(watch);
    const create = (name: string): Promise<unknown> => maps.create({ metadata: { name, labels: { watched: 'yes' } } });
    const next = async (): Promise<string | undefined> => (await events.next()).value?.object.metadata?.name;
    await create('first');
    expect(await next()).toBe('first');
    await proxy.stop();
    await create('while-away');
    await proxy.start();
    await create('afterwards');
    expect([await next(), await next()]).toEqual(['while-away', 'afterwards']);
    const waiting = events.next();
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await maps.deleteCollection({ labels: 'watched=yes' });
  });

  it('tells when a cluster is lost, and when it is back', async () => {
    await using proxy = await tcpProxy(cluster?.server ?? '');
    await using own = new ClusterManager({
      discover: false,
      clusters: [specAt('p', `https://127.0.0.1:${proxy.port}`)],
      health: { interval: 100, longest: 200 },
    });
    const seen: string[] = [];
    for await (const event of own.health.watch()) {
      // The node of the cluster may be busy; that is not what this is about.
      if (event.kind === 'changed') continue;
      seen.push(event.kind);
      if (event.kind === 'found') await proxy.stop();
      if (event.kind === 'lost') await proxy.start();
      if (event.kind === 'back') break;
    }
    expect(seen).toEqual(['found', 'lost', 'back']);
    expect(own.health.latest.size).toBe(0);
  });

  it('does nothing more once it is closed', async () => {
    const own = new ClusterManager({ kubeconfig: cluster?.kubeconfig });
    const watch = own.health.watch();
    await own.close();
    await own.close();
    expect(await watch.next()).toEqual({ done: true, value: undefined });
    await expect(own.client().version()).rejects.toMatchObject({ code: 'closed', name: 'UsageError' });
  });
});
