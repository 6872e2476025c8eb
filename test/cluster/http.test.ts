import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { HttpServer } from '../../src/servers/http/index.ts';
import { fleetParts, type FleetParts } from '../support/http-fleet.ts';
import { connectHttp, ERAS, openSession, send, startHttp, type Era } from '../support/http.ts';
import { kubeconfigFor } from '../support/kubeconfig.ts';
import { textOf } from '../support/server.ts';
import { adminClient, ensureCluster } from './index.ts';

const cluster = await ensureCluster();

const TEMPLATE = 'kube://{cluster}/{namespace}/{kind}/{name}';

describe.skipIf(cluster === undefined)('MCP over HTTP on a real cluster', () => {
  const context = cluster?.context ?? '';
  let parts: FleetParts;
  let server: HttpServer;
  beforeAll(async () => {
    parts = fleetParts(cluster?.kubeconfig ?? '', context);
    server = await startHttp(parts);
  });
  afterAll(async () => {
    await server?.close();
    await parts?.release();
  });

  const withClient = async (era: Era, work: (client: Client) => Promise<void>): Promise<void> => {
    const client = await connectHttp(server.url, era);
    try {
      await work(client);
    } finally {
      await client.close();
    }
  };

  describe.each(ERAS)('in the %s era', (era) => {
    it('lists tools that cost little, and answers', async () => {
      await withClient(era, async (client) => {
        const { tools } = await client.listTools();
        expect(JSON.stringify({ tools }).length).toBeLessThanOrEqual(12_000);
        const result = await client.callTool({ name: 'kube_get', arguments: { kind: 'namespaces' } });
        expect(textOf(result)).toMatch(/^\d+ namespaces of cluster .*: \d+ Active/);
      });
    });

    it('reads an object as the YAML that kube_get shows', async () => {
      await withClient(era, async (client) => {
        const uri = `kube://${encodeURIComponent(context)}/_/namespaces/kube-system`;
        const { contents } = await client.readResource({ uri });
        const shown = textOf(await client.callTool({ name: 'kube_get', arguments: { kind: 'namespaces', name: 'kube-system' } }));
        const [, inside] = /^\[data .*\]\n([\s\S]*)\n\[end /m.exec(shown) ?? [];
        expect(contents).toEqual([{ uri, mimeType: 'application/yaml', text: `${inside}\n` }]);
      });
    });

    it('shows no secret', async () => {
      await withClient(era, async (client) => {
        const canary = 'canary-of-http-8f3a';
        await withSecret(canary, async (name) => {
          const uri = `kube://${encodeURIComponent(context)}/default/secrets/${name}`;
          const text = JSON.stringify(await client.readResource({ uri }));
          expect(text).toContain(name);
          expect(text).not.toContain(canary);
          expect(text).not.toContain(Buffer.from(canary).toString('base64'));
        });
      });
    });

    it('says what a cluster is and how it is', async () => {
      await withClient(era, async (client) => {
        const { resources } = await client.listResources();
        expect(resources).toContainEqual(expect.objectContaining({ name: context, mimeType: 'application/yaml' }));
        const { contents } = await client.readResource({ uri: `kube://${encodeURIComponent(context)}` });
        expect(contents[0]).toMatchObject({ text: expect.stringMatching(/^cluster: .*\nserver: https:\/\//) });
      });
    });

    it('knows what is missing from what is wrong', async () => {
      await withClient(era, async (client) => {
        const at = (path: string) => client.readResource({ uri: `kube://${encodeURIComponent(context)}/${path}` });
        await expect(at('kube-sistem/pods/a')).rejects.toThrow(/There is no pod at all in namespace kube-sistem/);
        await expect(at('_/namespaces/kube-sistem')).rejects.toThrow(/Nearest: kube-system/);
        await expect(at('default/nodes/a')).rejects.toThrow(/A Node has no namespace/);
      });
    });

    it('completes every variable', async () => {
      await withClient(era, async (client) => {
        const complete = async (name: string, value: string, known: Record<string, string> = {}) =>
          (
            await client.complete({
              ref: { type: 'ref/resource', uri: TEMPLATE },
              argument: { name, value },
              context: { arguments: known },
            })
          ).completion.values;
        expect(await complete('cluster', context.slice(0, 3))).toContain(context);
        expect(await complete('namespace', 'kube-s', { cluster: context })).toEqual(['kube-system']);
        expect(await complete('namespace', '_', { cluster: context })).toContain('_');
        expect(await complete('kind', 'deploy', { cluster: context, namespace: 'kube-system' })).toContain('deployments');
        expect(await complete('kind', 'clusterrole', { cluster: context, namespace: '_' })).toContain('clusterroles');
        const known = { cluster: context, namespace: '_', kind: 'clusterroles' };
        expect(await complete('name', 'cluster-ad', known)).toEqual(['cluster-admin']);
        const { completion } = await client.complete({
          ref: { type: 'ref/prompt', name: 'find-problem' },
          argument: { name: 'namespace', value: 'kube-' },
        });
        expect(completion.values).toContain('kube-system');
        expect(completion.values.length).toBeLessThanOrEqual(100);
      });
    });
  });

  it('keeps what each session has chosen', async () => {
    await withClient('legacy', async (one) => {
      await withClient('legacy', async (other) => {
        await one.callTool({ name: 'kube_use', arguments: { namespace: 'kube-system' } });
        const ask = { name: 'kube_get', arguments: { kind: 'configmaps' } };
        expect(textOf(await one.callTool(ask))).toContain('in namespace kube-system');
        expect(textOf(await other.callTool(ask))).not.toContain('in namespace kube-system');
      });
    });
    await withClient('modern', async (client) => {
      const result = await client.callTool({ name: 'kube_use', arguments: { namespace: 'kube-system' } });
      expect(result.isError).toBe(true);
      expect(textOf(result)).toContain('in each call instead');
    });
  });

  it('answers many calls at the same time, each with its own', async () => {
    await Promise.all(
      ERAS.map((era) =>
        withClient(era, async (client) => {
          const names = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
          const asked = Array.from({ length: 64 }, (_, index) => names[index % names.length] ?? 'default');
          const answers = await Promise.all(
            asked.map((name) => client.callTool({ name: 'kube_get', arguments: { kind: 'namespaces', name } })),
          );
          for (const [index, answer] of answers.entries()) expect(textOf(answer)).toContain(`name: ${asked[index]}\n`);
        }),
      ),
    );
  });

  it('forgets 2,000 sessions that were opened and abandoned', async () => {
    let now = 0;
    let released = 0;
    const release = async (): Promise<void> => void released++;
    const crowded = await startHttp({ ...parts, sessions: { idle: 400, now: () => now, release } });
    try {
      for (let count = 0; count < 2_000; count += 100) {
        await Promise.all(Array.from({ length: 100 }, () => openSession(crowded.url)));
      }
      expect(crowded.sessions).toBe(2_000);
      const id = await openSession(crowded.url);
      now = 399;
      await send(crowded.url, { body: { jsonrpc: '2.0', id: 1, method: 'ping' }, headers: { 'mcp-session-id': id } });
      now = 400;
      await vi.waitFor(() => expect(crowded.sessions).toBe(1), { timeout: 5_000 });
      expect(released).toBeGreaterThan(0);
    } finally {
      await crowded.close();
    }
  });

  async function withSecret(value: string, work: (name: string) => Promise<void>): Promise<void> {
    if (cluster === undefined) return;
    const admin = adminClient(cluster);
    const name = `http-${process.pid}`;
    const path = '/api/v1/namespaces/default/secrets';
    const password = Buffer.from(value).toString('base64');
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: { password } };
    await admin.ensure(path, secret);
    try {
      await work(name);
    } finally {
      await admin.delete(`${path}/${name}`);
      await admin.close();
    }
  }
});

describe('MCP over HTTP before an API server that never answers', () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => {
    sockets.add(socket);
    // Unread, a socket would not tell that the other side has closed it; and being reset is what is wanted.
    socket.on('error', () => undefined).resume();
  });
  let parts: FleetParts;
  let server: HttpServer;
  beforeAll(async () => {
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    parts = fleetParts(await kubeconfigFor(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`));
    server = await startHttp(parts);
  });
  afterAll(async () => {
    await server.close();
    await parts.release();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it.each(ERAS)('ends the request at the API server when the client goes away (%s)', async (era) => {
    const connected = once(silent, 'connection') as Promise<[Socket]>;
    const gone = new AbortController();
    const params = { name: 'kube_clusters', arguments: { probe: true } };
    const meta = {
      _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} },
    };
    const headers =
      era === 'legacy'
        ? { 'mcp-session-id': await openSession(server.url) }
        : { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'kube_clusters' };
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: era === 'legacy' ? params : { ...params, ...meta } };
    const reply = expect(send(server.url, { headers, body, signal: gone.signal })).rejects.toThrow();
    const [socket] = await connected;
    const closed = once(socket, 'close');
    gone.abort();
    await Promise.all([reply, closed]);
    expect((await send(server.url, { method: 'GET', path: '/readyz' })).status).toBe(200);
  });

  it('completes to nothing, soon, and then at once', async () => {
    const client = await connectHttp(server.url, 'modern');
    const complete = async (): Promise<number> => {
      const started = performance.now();
      const { completion } = await client.complete({
        ref: { type: 'ref/resource', uri: TEMPLATE },
        argument: { name: 'namespace', value: 'k' },
        context: { arguments: { cluster: 'recorded' } },
      });
      expect(completion.values).toEqual([]);
      return performance.now() - started;
    };
    const connections = sockets.size;
    await complete();
    const after = sockets.size;
    await complete();
    expect([after - connections <= 1, sockets.size]).toEqual([true, after]);
    await client.close();
  });
});
