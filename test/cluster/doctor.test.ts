import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Examination } from '../../src/operations/index.ts';
import { runCli } from '../support/command.ts';
import { makeAuthority } from '../support/tls.ts';
import { adminClient, ensureCluster, metricsReady, populateIdentities, type Identities } from './index.ts';

const cluster = await ensureCluster();

interface Doctored {
  readonly code: number;
  readonly usable: number;
  readonly of: (name: string) => Examination;
}

async function doctor(kubeconfig: string, ...words: readonly string[]): Promise<Doctored> {
  const { code, stdout } = await runCli(['doctor', ...words, '--json'], { KUBECONFIG: kubeconfig });
  const { usable, examinations } = JSON.parse(stdout) as { usable: number; examinations: readonly Examination[] };
  const of = (name: string): Examination => {
    const found = examinations.find((each) => each.cluster === name);
    if (found === undefined) throw new Error(`nothing was said of ${name}`);
    return found;
  };
  return { code, usable, of };
}

const checkOf = ({ checks }: Examination, name: string): object => checks.find((check) => check.name === name) ?? {};

describe.skipIf(cluster === undefined)('fairlead doctor', () => {
  let folder: string;
  let who: Identities;
  const silent: { server: Server; sockets: Set<Socket> }[] = [];

  /** A server that takes connections and never says a word. */
  async function silentServer(): Promise<string> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    silent.push({ server, sockets });
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A kubeconfig of contexts that each have a cluster and a user of their own. */
  async function kubeconfigOf(
    contexts: Readonly<Record<string, { readonly cluster: object; readonly user: object }>>,
  ): Promise<string> {
    const file = join(await mkdtemp(join(folder, 'k-')), 'config');
    const names = Object.keys(contexts);
    const config = {
      'current-context': names[0],
      clusters: names.map((name) => ({ name, cluster: contexts[name]?.cluster })),
      users: names.map((name) => ({ name, user: contexts[name]?.user })),
      contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
    };
    await writeFile(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  beforeAll(async () => {
    if (cluster === undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'fairlead-doctor-'));
    const admin = adminClient(cluster);
    who = await populateIdentities(cluster, admin);
    if (cluster.hasMetrics) await metricsReady(admin);
    await admin.close();
  });
  afterAll(async () => {
    for (const { server, sockets } of silent) {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  it('finds nothing wrong with an administrator on a cluster that is well', async () => {
    if (cluster === undefined) return;
    const { code, of } = await doctor(cluster.kubeconfig, cluster.context);
    const found = of(cluster.context);
    expect(found).toMatchObject({ usable: true, version: expect.stringMatching(/^v1\./) });
    expect(checkOf(found, 'rights')).toMatchObject({ verdict: 'ok' });
    expect(checkOf(found, 'readiness')).toMatchObject({ verdict: 'ok' });
    if (cluster.hasMetrics) expect(checkOf(found, 'metrics')).toMatchObject({ verdict: 'ok' });
    expect(code).toBe(0);
    const { stdout } = await runCli(['doctor', cluster.context, '--kubeconfig', cluster.kubeconfig]);
    expect(stdout).toMatch(/^1 cluster: usable[^.]*\. Kubeconfig \S+ \(from --kubeconfig\)\.\n\n\S+: usable/);
    expect(stdout).toMatch(/^ {2}ok +rights +all \d+ tools work, in all namespaces$/m);
  });

  it('says what an identity may not, and where it may', async () => {
    if (cluster === undefined) return;
    const server = { server: cluster.server, 'certificate-authority': cluster.caFile };
    const file = await kubeconfigOf({
      viewer: { cluster: server, user: { token: who.viewer.token } },
      lister: { cluster: server, user: { token: who['pod-lister'].token } },
      nobody: { cluster: server, user: { token: who.nobody.token } },
    });
    const { code, usable, of } = await doctor(file);
    expect({ code, usable }).toEqual({ code: 1, usable: 2 });
    const standing = (name: string, tool: string): string | undefined =>
      of(name).rights?.tools.find((entry) => entry.tool === tool)?.standing;
    expect(standing('viewer', 'kube_events')).toBe('all');
    expect(standing('viewer', 'kube_get')).toBe('part');
    expect(of('viewer').rights?.missing).toContainEqual(expect.objectContaining({ verb: 'list', resource: 'nodes' }));
    expect(of('lister').rights?.missing).toContainEqual(
      expect.objectContaining({ verb: 'list', resource: 'pods', onlyIn: 'default' }),
    );
    expect(standing('lister', 'kube_events')).toBe('none');
    expect(of('nobody')).toMatchObject({ usable: false, rights: { user: who.nobody.user, useless: true } });
    expect(checkOf(of('nobody'), 'rights')).toMatchObject({ verdict: 'problem', mend: expect.stringContaining('fairlead rbac') });
  });

  it('tells apart everything that can be wrong with a configuration, and how to mend it', async () => {
    if (cluster === undefined) return;
    const { server, caFile } = cluster;
    const trusted = { server, 'certificate-authority': caFile };
    const other = await makeAuthority();
    const user = { token: who.viewer.token };
    const exec = (command: string, more: object = {}): object => ({
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never', ...more },
    });
    const file = await kubeconfigOf({
      'wrong-token': { cluster: trusted, user: { token: 'nonsense' } },
      'wrong-authority': {
        cluster: { server, 'certificate-authority-data': Buffer.from(other.cert).toString('base64') },
        user,
      },
      'wrong-name': { cluster: { ...trusted, 'tls-server-name': 'somewhere-else' }, user },
      'no-plugin': { cluster: trusted, user: exec('no-such-plugin', { installHint: 'Install it from the shelf.' }) },
      'no-user': { cluster: trusted, user: { 'client-certificate': '/nonexistent/cert', 'client-key': '/nonexistent/key' } },
      'no-server': { cluster: {}, user },
      refused: { cluster: { server: 'https://127.0.0.1:1' }, user },
      anonymous: { cluster: trusted, user: {} },
    });
    const { code, of } = await doctor(file);
    expect(code).toBe(1);
    const problem = (name: string) => of(name).checks.find(({ verdict }) => verdict === 'problem');
    expect(problem('wrong-token')).toMatchObject({
      name: 'login',
      says: expect.stringContaining('401'),
      mend: expect.any(String),
    });
    expect(problem('wrong-authority')).toMatchObject({ name: 'connection', says: expect.stringContaining('not trusted') });
    expect(problem('wrong-name')).toMatchObject({
      says: expect.stringContaining('made out for another name'),
      mend: expect.stringContaining('tls-server-name'),
    });
    expect(problem('no-plugin')).toMatchObject({
      name: 'credentials',
      says: expect.stringContaining('"no-such-plugin" was not found'),
      mend: expect.stringContaining('from the shelf'),
    });
    expect(problem('no-user')).toMatchObject({ name: 'credentials', says: expect.stringContaining('/nonexistent/') });
    expect(problem('no-server')).toMatchObject({ name: 'configuration', says: expect.stringContaining('has no server') });
    expect(problem('refused')).toMatchObject({ name: 'connection', says: expect.stringContaining('connection refused') });
    expect(of('anonymous').usable).toBe(false);
  });

  it('loses no more than four seconds to clusters that never answer', async () => {
    if (cluster === undefined) return;
    const user = { token: who.viewer.token };
    const dead = await Promise.all(
      Array.from(
        { length: 12 },
        async (_, index) => [`dead-${index}`, { cluster: { server: await silentServer() }, user }] as const,
      ),
    );
    const alive = { cluster: { server: cluster.server, 'certificate-authority': cluster.caFile }, user };
    const file = await kubeconfigOf({ ...Object.fromEntries(dead), alive });
    const started = performance.now();
    const { code, usable, of } = await doctor(file);
    // All at once; how long a process takes to start is not theirs.
    for (const [name] of dead) expect(of(name).milliseconds, name).toBeLessThan(4_000);
    expect(performance.now() - started).toBeLessThan(2 * 4_000);
    // What is wrong with the one that lives, rather than that something is.
    expect(of('alive').checks.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
    expect({ code, usable }).toEqual({ code: 1, usable: 1 });
    const unheard = { verdict: 'problem', says: expect.stringContaining('No answer') };
    for (const [name] of dead) expect(checkOf(of(name), 'connection'), name).toMatchObject(unheard);
  });

  it('says so when there is nothing to look at', async () => {
    const { code, stdout } = await runCli(['doctor'], { KUBECONFIG: join(folder, 'nothing') });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^No cluster is configured: no kubeconfig \(\S+: not there\)\./);
    await expect(runCli(['doctor'], { KUBECONFIG: folder })).rejects.toThrow(/cannot be read/);
  });
});
