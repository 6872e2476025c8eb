import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { describe, expect, it } from 'vitest';

import { kubeconfigFor } from '../support/kubeconfig.ts';
import { BIN, startServer, textOf } from '../support/server.ts';
import { ensureCluster } from './index.ts';

const cluster = await ensureCluster();

describe.skipIf(cluster === undefined)('the stdio server, started as a client starts it', () => {
  const args = ['--kubeconfig', cluster?.kubeconfig ?? ''];

  it.each(['legacy', 'modern'] as const)('lists its tools and answers in the %s era', async (era) => {
    const server = await startServer({ args, era });
    try {
      const { tools } = await server.client.listTools();
      expect(tools.length).toBeGreaterThan(5);
      expect(JSON.stringify({ tools }).length).toBeLessThanOrEqual(12_000);
      expect(server.client.getInstructions()).toContain('kube_describe');
      const result = await server.client.callTool({ name: 'kube_get', arguments: { kind: 'namespaces' } });
      expect(textOf(result)).toMatch(/^\d+ namespaces of cluster .*: \d+ Active/);
      expect(result).not.toHaveProperty('structuredContent');
    } finally {
      await server.close();
    }
    expect(server.stderr()).toBe('');
  });

  it('sends data alone under --structured', async () => {
    const server = await startServer({ args: [...args, '--structured'] });
    try {
      const result = await server.client.callTool({ name: 'kube_get', arguments: { kind: 'namespaces' } });
      expect(result).toMatchObject({ content: [], structuredContent: { kinds: [{ kind: 'Namespace' }] } });
    } finally {
      await server.close();
    }
  });

  it('keeps the chosen namespace for the session', async () => {
    const server = await startServer({ args });
    try {
      const use = await server.client.callTool({ name: 'kube_use', arguments: { namespace: 'kube-system' } });
      expect(textOf(use)).toMatch(/^Current: cluster \S+ as \S+, namespace kube-system\.$/);
      const result = await server.client.callTool({ name: 'kube_get', arguments: { kind: 'configmaps' } });
      expect(textOf(result)).toContain('in namespace kube-system');
      const wrong = await server.client.callTool({ name: 'kube_use', arguments: { namespace: 'kube-sistem' } });
      expect(textOf(wrong)).toContain('Nearest: kube-system.');
    } finally {
      await server.close();
    }
  });

  it('writes nothing but JSON-RPC to stdout, whatever comes in, and ends with its stdin', async () => {
    const child = spawn(process.execPath, [BIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const lines = [
      'not json',
      '{"jsonrpc":"2.0"}',
      '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}',
      '{"jsonrpc":"2.0","method":"notifications/initialized"}',
      '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"kube_get","arguments":{"kind":7,"nonsense":[]}}}',
      '{"jsonrpc":"2.0","id":3,"method":"no/such"}',
      '{"jsonrpc":"2.0","id":4,"method":"tools/list"}',
    ];
    const answered = Promise.withResolvers<void>();
    child.stdout.on('data', () => (/"id":4/.test(stdout) ? answered.resolve() : undefined));
    for (const line of lines) child.stdin.write(`${line}\n`);
    await answered.promise;
    child.stdin.end();
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    for (const line of stdout.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
  });

  it('cancels the request at the API server when the client cancels the call', async () => {
    // An API server that takes the connection and never says a word.
    const sockets = new Set<Socket>();
    const connected = Promise.withResolvers<Socket>();
    const silent = createServer((socket) => {
      sockets.add(socket);
      // Unread, a socket would not tell that the other side has closed it; and being reset is what is wanted.
      socket.on('error', () => undefined).resume();
      connected.resolve(socket);
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const kubeconfig = await kubeconfigFor(`http://127.0.0.1:${port}`);
    const server = await startServer({ args: ['--kubeconfig', kubeconfig] });
    try {
      const controller = new AbortController();
      const call = server.client.callTool({ name: 'kube_clusters', arguments: { probe: true } }, { signal: controller.signal });
      const socket = await connected.promise;
      const closed = once(socket, 'close');
      controller.abort();
      await expect(call).rejects.toThrow();
      await closed;
      // Still alive for the next question.
      const result = await server.client.callTool({ name: 'kube_clusters', arguments: {} });
      expect(textOf(result)).toContain('recorded');
    } finally {
      await server.close();
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });
});

describe('the program', () => {
  it('greets a client that has no kubeconfig, and says so when asked', async () => {
    const server = await startServer({ env: { HOME: '/nonexistent', KUBECONFIG: '/nonexistent/config' } });
    try {
      expect((await server.client.listTools()).tools.length).toBeGreaterThan(0);
      const result = await server.client.callTool({ name: 'kube_get', arguments: { kind: 'pods' } });
      expect(result.isError).toBe(true);
      expect(textOf(result)).toMatch(/^No cluster is configured/);
    } finally {
      await server.close();
    }
  });

  it('refuses flags that it does not know, naming the nearest', async () => {
    const child = spawn(process.execPath, [BIN, '--kubconfig', 'x'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "kubeconfig"');
  });
});
