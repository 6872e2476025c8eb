import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startServer, textOf } from '../support/server.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { ensureCluster } from './index.ts';

const cluster = await ensureCluster();

const OK = 25;
const HANGING = 10;
const REFUSING = 5;

const range = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, index) => index + from);
const nameOf = {
  ok: (i: number) => `ok-${String(i).padStart(2, '0')}`,
  hang: (i: number) => `hang-${i}`,
  refuse: (i: number) => `refuse-${i}`,
};

/** A port on which nobody listens any more. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(cluster === undefined)('forty clusters, fifteen of them dead, the current one among them', () => {
  let silent: Server;
  const sockets = new Set<Socket>();
  let kubeconfig = '';
  let tools: Toolkit;

  beforeAll(async () => {
    if (cluster === undefined) return;
    silent = createServer((socket) => sockets.add(socket.on('error', () => undefined).resume()));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const hanging = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const refusing = `https://127.0.0.1:${await freePort()}`;
    const { server, ca, cert, key, token } = cluster.access;
    const base64 = (text: string | undefined): string | undefined =>
      text === undefined ? undefined : Buffer.from(text).toString('base64');
    const entries = [
      ...range(HANGING).map((i) => ({ name: nameOf.hang(i), server: hanging })),
      ...range(OK).map((i) => ({ name: nameOf.ok(i), server })),
      ...range(REFUSING).map((i) => ({ name: nameOf.refuse(i), server: refusing })),
    ];
    kubeconfig = join(await mkdtemp(join(tmpdir(), 'fairlead-')), 'config');
    await writeFile(
      kubeconfig,
      JSON.stringify({
        'current-context': nameOf.hang(3),
        clusters: entries.map(({ name, server: at }) => ({
          name,
          cluster: { server: at, 'certificate-authority-data': base64(ca) },
        })),
        contexts: entries.map(({ name }) => ({ name, context: { cluster: name, user: 'admin' } })),
        users: [{ name: 'admin', user: { 'client-certificate-data': base64(cert), 'client-key-data': base64(key), token } }],
      }),
    );
    tools = toolkit('--kubeconfig', kubeconfig);
  });
  afterAll(async () => {
    await tools?.close();
    for (const socket of sockets) socket.destroy();
    silent?.close();
  });

  it('shakes hands without contacting any', async () => {
    const server = await startServer({ args: ['--kubeconfig', kubeconfig] });
    try {
      expect((await server.client.listTools()).tools.length).toBeGreaterThan(5);
      expect(sockets.size).toBe(0);
      const { content } = await server.client.callTool({ name: 'kube_clusters', arguments: {} });
      expect(textOf({ content })).toMatch(/^40 clusters\. Current: hang-3\./);
      expect(sockets.size).toBe(0);
    } finally {
      await server.close();
    }
  });

  it('tells all of them apart when probing', async () => {
    const { text } = await tools.call('kube_clusters', { probe: true });
    expect(text).toMatch(/^40 clusters: .*10 no answer, 5 unreachable, .*\. Current: hang-3\./);
    for (const i of range(HANGING)) expect(text).toMatch(new RegExp(`^no answer +${nameOf.hang(i)} `, 'm'));
    for (const i of range(REFUSING))
      expect(text).toMatch(new RegExp(`^unreachable +${nameOf.refuse(i)} .*connection refused`, 'm'));
    for (const i of range(OK)) expect(text).toMatch(new RegExp(`^(ok|degraded) +${nameOf.ok(i)} +v1\\.`, 'm'));
  });

  it.each(['legacy', 'modern'] as const)('says how far it has come while the dead ones are waited for (%s)', async (era) => {
    const server = await startServer({ args: ['--kubeconfig', kubeconfig], era });
    try {
      for (const call of [
        { name: 'kube_clusters', arguments: { probe: true } },
        { name: 'kube_get', arguments: { kind: 'namespaces', cluster: '*', output: 'count' } },
        { name: 'kube_events', arguments: { cluster: '*', limit: 1 } },
      ]) {
        const told: { readonly progress: number; readonly total?: number | undefined; readonly message?: string | undefined }[] =
          [];
        await server.client.callTool(call, { onprogress: (progress) => told.push(progress) });
        expect(told.length).toBeGreaterThan(0);
        expect(told.map(({ progress }) => progress)).toEqual(
          [...new Set(told.map(({ progress }) => progress))].sort((a, b) => a - b),
        );
        for (const { message, total } of told) {
          expect(message).toMatch(/^cluster (ok|hang|refuse)-\d+$/);
          if (call.name !== 'kube_get') expect(total).toBe(OK + HANGING + REFUSING);
        }
      }
    } finally {
      await server.close();
    }
  });

  it('gives the rows of those that answer and names the others', async () => {
    const { text, isError } = await tools.call('kube_get', {
      kind: 'namespaces',
      cluster: '*',
      output: 'names',
      max_tokens: 20_000,
    });
    expect(isError).toBe(false);
    expect(text).toMatch(
      /^Missing 15 of 40 clusters: hang-0, .*hang-9 \(no answer in time\); refuse-0, .*refuse-4 \(connection refused\)\.$/m,
    );
    for (const i of range(OK)) expect(text).toMatch(new RegExp(`^${nameOf.ok(i)}//default$`, 'm'));
  });

  it('pages through all clusters by one cursor, each object once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { text } = await tools.call('kube_get', {
        kind: 'namespaces',
        cluster: 'ok-*',
        limit: 41,
        ...(cursor !== undefined && { cursor }),
      });
      seen.push(...[...text.matchAll(/^(ok-\d+) +(\S+)/gm)].map(([, name = '', namespace = '']) => `${name}/${namespace}`));
      cursor = /next: cursor "([^"]+)"$/.exec(text)?.[1];
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    const namespaces = new Set(seen.map((each) => each.split('/')[1]));
    expect(seen.length).toBe(namespaces.size * OK);
  });

  it('asks every other tool of several clusters too, under one budget and one cursor', async () => {
    const first = await tools.call('kube_events', { cluster: 'ok-00,ok-01,refuse-0', namespace: '*', max_tokens: 700 });
    expect(first.text).toMatch(/^Missing 1 of 3 clusters: refuse-0 \(connection refused\)\.\n# ok-00\n/);
    const cursor = /next: cursor "([^"]+)"$/.exec(first.text)?.[1];
    expect(cursor).toBeDefined();
    const second = await tools.call('kube_events', { cluster: 'ok-00,ok-01,refuse-0', namespace: '*', max_tokens: 700, cursor });
    expect(second.isError).toBe(false);
    expect(second.text).not.toBe(first.text);
    const data = await tools.data('kube_can_i', { cluster: 'ok-*', verb: 'list', kind: 'pods' });
    expect(data['clusters']).toHaveLength(OK);
  });

  it('fails as a whole only when none answers, and then with the reason', async () => {
    const { text, isError } = await tools.call('kube_get', { kind: 'pods', cluster: 'refuse-*' });
    expect(isError).toBe(true);
    expect(text).toMatch(/refuse-0 cannot be reached .*connection refused/);
    expect((await tools.call('kube_get', { kind: 'pods', cluster: 'ok-0' })).text).toMatch(
      /^No cluster "ok-0"; did you mean "ok-0[0-9]"/,
    );
  });
});
