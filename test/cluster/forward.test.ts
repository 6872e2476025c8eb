import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { listen, type Forward } from '../../src/operations/forward/index.ts';
import { fleetParts } from '../support/http-fleet.ts';
import { connectHttp, startHttp } from '../support/http.ts';
import { textOf } from '../support/server.ts';
import { runPod, streamHouse, type StreamHouse } from '../support/streams.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, at, ensureCluster, type AdminClient, type KubeObject } from './index.ts';
import { deployment, ensureAll, ensureNamespace, podTemplate, service } from './populate/new-objects.ts';
import { until } from './wait.ts';

const cluster = await ensureCluster();

// One of its own for each run: the one before may still be on its way out.
const NAMESPACE = `fairlead-forward-${process.pid}`;
const SERVE = 'mkdir -p /www; hostname >/www/index.html; httpd -f -p 8080 -h /www';

const ask = async (forward: Forward): Promise<string> => {
  const answer = await fetch(`http://127.0.0.1:${forward.localPort}/`, { headers: { connection: 'close' } });
  return (await answer.text()).trim();
};

describe.skipIf(cluster === undefined || !cluster.hasNode)('forwards to real pods', () => {
  let admin: AdminClient;
  let house: StreamHouse;
  let tools: Toolkit;
  const pods = (predicate: (found: readonly KubeObject[]) => boolean) =>
    admin.waitFor(`/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=app%3Dweb`, predicate, { timeoutMs: 90_000 });
  const isServing = (pod: KubeObject): boolean =>
    at(pod, 'status', 'phase') === 'Running' && pod.metadata.deletionTimestamp === undefined;
  const target = { namespace: NAMESPACE, kind: 'service', name: 'web', port: '80' };

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await ensureNamespace(admin, NAMESPACE);
    const container = {
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
    };
    await ensureAll(admin, [
      deployment(NAMESPACE, 'web', podTemplate('web', cluster.image, SERVE, { container })),
      service(NAMESPACE, 'web', 'web', 'http'),
    ]);
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'echo' }, 'while true; do nc -l -p 7000 -e cat; done');
    house = await streamHouse(cluster.access);
    tools = toolkit(
      '--kubeconfig',
      cluster.kubeconfig,
      '--context',
      cluster.context,
      '--changes',
      'direct',
      '--allow-operations',
      'port-forward',
    );
    await until(
      'the service has an endpoint',
      async () => !(await tools.call('kube_http', { namespace: NAMESPACE, name: 'web' })).isError,
      60_000,
      300,
    );
  });
  afterAll(async () => {
    await Promise.all([house?.close(), tools?.close()]);
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin?.close();
  });

  it('lead from the port of a service to the named port of its pods, many at the same time', async () => {
    const forward = await listen(house.connection, target);
    const [pod] = await pods((found) => found.some(isServing));
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(forward)));
    expect(new Set(answers)).toEqual(new Set([pod?.metadata.name]));
    expect(forward).toMatchObject({ made: 20, problem: undefined, pod: pod?.metadata.name });
    forward.close();
    await expect(ask(forward)).rejects.toThrow('fetch failed');
  });

  it('outlive the pod, when another takes its place behind the service', async () => {
    const forward = await listen(house.connection, target);
    const before = await ask(forward);
    await admin.delete(`/api/v1/namespaces/${NAMESPACE}/pods/${before}`, { gracePeriodSeconds: 0 });
    await pods((found) => found.some((pod) => isServing(pod) && pod.metadata.name !== before));
    await until('the new pod answers', async () => (await ask(forward).catch(() => before)) !== before, 60_000, 200);
    forward.close();
  });

  it('carry what both sides say, as it is said, and end clearly when the pod is killed', async () => {
    const forward = await listen(house.connection, { namespace: NAMESPACE, kind: 'pod', name: 'echo', port: '7000' });
    const socket: Socket = connect(forward.localPort, '127.0.0.1');
    for (const word of ['one', 'two', 'three']) {
      socket.write(word);
      const [data] = (await once(socket, 'data')) as [Buffer];
      expect(data.toString()).toBe(word);
    }
    const ended = once(socket, 'close');
    socket.on('error', () => undefined);
    await admin.delete(`/api/v1/namespaces/${NAMESPACE}/pods/echo`, { gracePeriodSeconds: 0 });
    await ended;
    await until('it is known', () => forward.open === 0, 5_000);
    forward.close();
  });

  it('end connections whose client has said all, when the pod does not notice', async () => {
    if (cluster === undefined) return;
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'waiting' }, 'while true; do nc -l -p 7000 -e cat; done');
    const forward = await listen(
      house.connection,
      { namespace: NAMESPACE, kind: 'pod', name: 'waiting', port: '7000' },
      { silence: 300 },
    );
    const socket = connect({ port: forward.localPort, host: '127.0.0.1', allowHalfOpen: true });
    socket.end('all of it');
    // What comes after the client has ended still reaches it.
    expect(await text(socket)).toBe('all of it');
    socket.destroy();
    await until('it has ended', () => forward.open === 0, 5_000);
    forward.close();
  });

  it('end by themselves when nobody uses them', async () => {
    let closed = 0;
    await listen(house.connection, target, { idle: 20, onClose: () => closed++ });
    await until('it has closed', () => closed === 1, 5_000);
  });

  it('turn connections away beyond their number, and refuse a port that is taken', async () => {
    const forward = await listen(house.connection, target, { connections: 1 });
    const first = connect(forward.localPort, '127.0.0.1');
    await until('the first is there', () => forward.open === 1, 5_000);
    const second = connect(forward.localPort, '127.0.0.1').on('error', () => undefined);
    await once(second, 'close');
    expect(forward).toMatchObject({ open: 1, problem: 'too many connections at the same time' });
    first.destroy();
    await expect(listen(house.connection, target, { localPort: forward.localPort })).rejects.toThrow('is taken');
    forward.close();
  });

  it('are started, listed and stopped by kube_port_forward', async () => {
    const given = { namespace: NAMESPACE, name: 'web', port: 'http' };
    const { text } = await tools.call('kube_port_forward', { action: 'start', ...given });
    const port = Number(/^127\.0\.0\.1:(\d+) leads to port http of service web/.exec(text)?.[1]);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    expect((await tools.call('kube_port_forward', { action: 'list' })).text).toMatch(
      new RegExp(`^1 forward open\\.\n127\\.0\\.0\\.1:${port} → .* 1 connection`),
    );
    const wrong = await tools.call('kube_port_forward', { action: 'stop', local_port: port === 1 ? 2 : 1 });
    expect(wrong).toMatchObject({ isError: true, text: expect.stringContaining(`Open: ${port}.`) });
    expect((await tools.call('kube_port_forward', { action: 'stop', local_port: port })).text).toMatch(/^1 forward stopped/);
    expect((await tools.call('kube_port_forward', { action: 'list' })).text).toBe('0 forwards open.');
  });

  it('of a client over HTTP end with its session', async () => {
    const parts = fleetParts(cluster?.kubeconfig ?? '', cluster?.context, {
      mode: 'direct',
      allowedOperations: ['port-forward'],
    });
    const server = await startHttp(parts);
    const client = await connectHttp(server.url, 'legacy');
    const given = { action: 'start', namespace: NAMESPACE, name: 'web', port: 'http' };
    const answer = textOf(await client.callTool({ name: 'kube_port_forward', arguments: given }));
    const localPort = Number(/^127\.0\.0\.1:(\d+) leads/.exec(answer)?.[1]);
    expect((await fetch(`http://127.0.0.1:${localPort}/`)).status).toBe(200);
    await (client.transport as StreamableHTTPClientTransport).terminateSession();
    await expect(fetch(`http://127.0.0.1:${localPort}/`)).rejects.toThrow('fetch failed');
    await client.close();
    await server.close();
    await parts.release();
  });

  it('carry single requests of kube_http', async () => {
    const given = { namespace: NAMESPACE, name: 'web' };
    const { text } = await tools.call('kube_http', given);
    expect(text).toMatch(/^200 OK to GET \/ of service web \(pod web-\S+, port 8080\)/);
    expect(text).toMatch(/content-type: text\/html\n(?:.*\n)*\nweb-\S+\n\[end/);
    expect((await tools.call('kube_http', { ...given, kind: 'deployment', port: 'http', path: '/nope' })).text).toMatch(
      /^404 Not Found to GET \/nope of deployment web/,
    );
    expect(await tools.data('kube_http', given)).toMatchObject({ status: 200, port: 8080, body: expect.stringMatching(/^web-/) });
  });

  it.each([
    [{ name: 'web', path: 'nope' }, 'argument "path" cannot be'],
    [{ name: 'web', headers: { 'x-y': 'a\r\nb: c' } }, 'argument "headers" cannot hold'],
    [{ name: 'web', headers: { 'Content-Length': '5' } }, 'argument "headers" cannot hold'],
    [{ name: 'web', port: '81' }, 'it has no port "81"'],
    [{ name: 'webb' }, 'Nearest: web'],
    [{ kind: 'deployment', name: 'web', port: '9' }, 'Port 9 of pod web-'],
  ])('are refused with what is wrong: %j', async (given, said) => {
    const { isError, text } = await tools.call('kube_http', { namespace: NAMESPACE, ...given });
    expect(text).toContain(said);
    expect(isError).toBe(true);
  });
});
