import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { said, startRaw, type RawServer } from '../support/raw-stdio.ts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { ensureCluster } from './index.ts';

const cluster = await ensureCluster();

interface Context {
  readonly name: string;
  /** @default the API server's own address */
  readonly server?: string;
}

/** A kubeconfig as JSON, which is YAML. The first context is the current one. */
function kubeconfig(...contexts: readonly Context[]): string {
  const { server: real = '', ca = '', cert = '', key = '', token } = cluster?.access ?? {};
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const { hostname } = new URL(real);
  return JSON.stringify({
    'current-context': contexts[0]?.name,
    clusters: contexts.map(({ name, server = real }) => ({
      name,
      cluster: {
        server,
        'certificate-authority-data': base64(ca),
        ...(!/^[\d.]+$|:/.test(hostname) && { 'tls-server-name': hostname }),
      },
    })),
    contexts: contexts.map(({ name }) => ({ name, context: { cluster: name, user: 'admin' } })),
    users: [{ name: 'admin', user: { 'client-certificate-data': base64(cert), 'client-key-data': base64(key), token } }],
  });
}

describe.skipIf(cluster === undefined)('the server survives', () => {
  let folder: string;
  let path: string;
  let server: RawServer | undefined;
  let proxies: TcpProxy[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fairlead-'));
    path = join(folder, 'config');
    proxies = [];
  });
  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    await Promise.all(proxies.map((proxy) => proxy[Symbol.asyncDispose]()));
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (...args: readonly string[]): Promise<void> => {
    server = await startRaw(['--kubeconfig', path, ...args]);
  };
  const ask = async (tool: string, given: Readonly<Record<string, unknown>>): Promise<{ text: string; isError: boolean }> => {
    if (server === undefined) throw new Error('it was not started');
    const answer = await server.ask('tools/call', JSON.stringify({ name: tool, arguments: given }));
    return { text: said(answer), isError: answer.error !== undefined || answer.result?.isError === true };
  };
  const namespaces = (of?: string): Promise<{ text: string; isError: boolean }> =>
    ask('kube_get', { kind: 'namespaces', ...(of !== undefined && { cluster: of }) });
  /** Asks until the answer is as expected: a changed file is noticed with some call, not with the next. */
  const until = async (expected: RegExp, question: () => Promise<{ text: string }>): Promise<void> => {
    for (const end = performance.now() + 10_000; ; await delay(50)) {
      const { text } = await question();
      if (expected.test(text)) return;
      if (performance.now() > end) expect(text).toMatch(expected);
    }
  };
  const proxied = async (): Promise<TcpProxy & { readonly server: string }> => {
    const proxy = await tcpProxy(cluster?.server ?? '');
    proxies.push(proxy);
    return Object.assign(proxy, { server: `https://127.0.0.1:${proxy.port}` });
  };

  it('a kubeconfig that is missing at the start, and comes later', async () => {
    await start();
    const missing = await namespaces();
    expect(missing.isError).toBe(true);
    expect(missing.text).toBe(`Kubeconfig ${path} does not exist.\nCheck the path.`);
    await writeFile(path, kubeconfig({ name: 'late' }));
    await until(/^\d+ namespaces of cluster late/, () => namespaces());
  });

  it('a kubeconfig that is half-written, emptied, deleted, and completed: what was read before holds meanwhile', async () => {
    await writeFile(path, kubeconfig({ name: 'first' }));
    await start();
    await until(/of cluster first/, () => namespaces());
    const whole = kubeconfig({ name: 'second' });
    for (const [contents, problem] of [
      [whole.slice(0, whole.length / 2), 'is no valid YAML'],
      ['', 'is empty'],
      [undefined, 'does not exist'],
    ] as const) {
      await (contents === undefined ? rm(path) : writeFile(path, contents));
      await until(new RegExp(problem), async () => {
        expect((await namespaces()).text).toMatch(/of cluster first/);
        return { text: server?.stderr() ?? '' };
      });
      expect(server?.stderr()).toMatch(new RegExp(`${problem}.* What was read of it before stays in force\\.`));
    }
    await writeFile(path, whole);
    await until(/of cluster second/, () => namespaces());
    expect((await namespaces('first')).text).toMatch(/^No cluster "first".* Clusters: second\./);
  });

  it('a kubeconfig that is replaced by another while a call is in flight, which ends well', async () => {
    const proxy = await proxied();
    await writeFile(path, kubeconfig({ name: 'old', server: proxy.server }));
    await start();
    await until(/of cluster old/, () => namespaces());
    const before = proxy.received;
    proxy.hold();
    const inFlight = namespaces('old');
    await until(/^asked$/, async () => ({ text: proxy.received > before ? 'asked' : 'waiting' }));
    await writeFile(join(folder, 'next'), kubeconfig({ name: 'new' }, { name: 'other' }));
    await rename(join(folder, 'next'), path);
    await until(/Current: new\./, () => ask('kube_clusters', {}));
    expect((await namespaces()).text).toMatch(/of cluster new/);
    expect((await namespaces('old')).text).toMatch(/^No cluster "old".* Clusters: new, other\./);
    proxy.release();
    expect(await inFlight).toMatchObject({ isError: false, text: expect.stringMatching(/^\d+ namespaces of cluster old/) });
  });

  it('all clusters gone from the kubeconfig, and back', async () => {
    await writeFile(path, kubeconfig({ name: 'a' }, { name: 'b' }));
    await start();
    await ask('kube_use', { cluster: 'b' });
    await until(/of cluster b/, () => namespaces());
    await writeFile(path, kubeconfig());
    await until(/^No cluster is configured: there is no kubeconfig with contexts/, () => namespaces());
    expect((await ask('kube_clusters', {})).text).toMatch(/^0 clusters\./);
    await writeFile(path, kubeconfig({ name: 'b' }));
    // What the session chose holds again.
    await until(/of cluster b/, () => namespaces());
  });

  it('a disk that is full for the audit, which is said once', async () => {
    await writeFile(path, kubeconfig({ name: 'a' }));
    await start('--audit', '/dev/full');
    for (let round = 0; round < 3; round++) expect((await namespaces()).isError).toBe(false);
    await until(/The audit log cannot be written \(ENOSPC\); lines are lost until it can\./, async () => {
      expect((await namespaces()).isError).toBe(false);
      return { text: server?.stderr() ?? '' };
    });
    expect(await server?.end()).toBe(0);
    expect(server?.stderr().match(/audit log cannot be written/g)).toHaveLength(1);
  });

  it('an API server that is restarted: between calls, and in the middle of one', async () => {
    const proxy = await proxied();
    await writeFile(path, kubeconfig({ name: 'a', server: proxy.server }));
    await start();
    expect((await namespaces()).text).toMatch(/of cluster a/);
    await proxy.stop();
    const down = await namespaces();
    expect(down.isError).toBe(true);
    expect(down.text).toMatch(/^Cluster a cannot be reached at https:\/\/127\.0\.0\.1:\d+: connection refused/);
    await proxy.start();
    // At once: nothing of the failure is remembered.
    expect((await namespaces()).text).toMatch(/of cluster a/);

    const before = proxy.received;
    proxy.hold();
    const cut = namespaces();
    await until(/^asked$/, async () => ({ text: proxy.received > before ? 'asked' : 'waiting' }));
    await proxy.stop();
    const told = await cut;
    expect(told.isError).toBe(true);
    expect(told.text).toMatch(/^Cluster a cannot be reached/);
    proxy.release();
    await proxy.start();
    expect((await namespaces()).text).toMatch(/of cluster a/);
  });

  it('all clusters dead at once, and back', async () => {
    const [one, two] = [await proxied(), await proxied()];
    await writeFile(path, kubeconfig({ name: 'one', server: one.server }, { name: 'two', server: two.server }));
    await start();
    const everywhere = (): Promise<{ text: string; isError: boolean }> =>
      ask('kube_get', { kind: 'namespaces', cluster: '*', output: 'names', max_tokens: 20_000 });
    expect((await everywhere()).text).toMatch(/^one\/\/default$[^]*^two\/\/default$/m);
    await Promise.all([one.stop(), two.stop()]);
    const dead = await everywhere();
    expect(dead.isError).toBe(true);
    expect(dead.text).toMatch(/cannot be reached/);
    expect((await ask('kube_clusters', { probe: true })).text).toMatch(/2 unreachable/);
    await one.start();
    expect((await everywhere()).text).toMatch(/^Missing 1 of 2 clusters: two \(connection refused\)\./m);
    await two.start();
    const back = await everywhere();
    expect(back.isError).toBe(false);
    expect(back.text).not.toContain('Missing');
    expect(back.text).toMatch(/^two\/\/default$/m);
  });
});
