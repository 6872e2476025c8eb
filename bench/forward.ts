/** 200 MB through a port-forward of ours and through kubectl's, by turns. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

import { findBinary } from '../test/cluster/binaries.ts';
import { adminClient, hasCondition, type TestCluster } from '../test/cluster/index.ts';
import { ensureNamespace } from '../test/cluster/populate/new-objects.ts';
import { runPod } from '../test/support/streams.ts';
import { speedFigure, type Figure } from './figures.ts';
import { callTool, openSession, startMcpServer, type Command } from './mcp-client.ts';

const NAMESPACE = `fairlead-bench-${process.pid}`;
const POD = 'big';
const PORT = 8080;
const BYTES = 200_000_000;
const SCRIPT = `mkdir -p /www; head -c ${BYTES} /dev/zero >/www/big; httpd -f -p ${PORT} -h /www`;

/** A port of this machine that leads to the pod. */
interface OpenForward {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * How many megabytes a second come through forwards of ours, and through kubectl's, which stands in the column of raw
 * requests. Nothing where no pod really runs, or no kubectl was built.
 * @param fairlead a server that may forward ports
 */
export async function measureForward(
  cluster: TestCluster,
  fairlead: Command,
  rounds: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const kubectl = await findBinary('kubectl');
  if (!cluster.hasNode || kubectl === undefined) return [];
  const admin = adminClient(cluster);
  await ensureNamespace(admin, NAMESPACE);
  const server = startMcpServer(fairlead);
  try {
    await runPod(cluster, admin, { namespace: NAMESPACE, name: POD }, SCRIPT, {
      container: { readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 } },
    });
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${POD}`;
    await admin.waitForObject(path, (pod) => hasCondition(pod, 'Ready'), { what: `pod ${POD} to be ready` });
    await openSession(server);
    const own: number[] = [];
    const other: number[] = [];
    for (let round = 0; round < rounds; round++) {
      say(`forward, round ${round + 1} of ${rounds}`);
      other.push(await speedOf(await forwardByKubectl(kubectl, cluster.kubeconfig)));
      own.push(await speedOf(await forwardByTool(server)));
    }
    return [speedFigure('forward/speed', '200 MB through a port-forward (raw: kubectl)', own, other)];
  } finally {
    await server.close();
    await admin.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin.close();
  }
}

async function forwardByTool(server: ReturnType<typeof startMcpServer>): Promise<OpenForward> {
  const place = { namespace: NAMESPACE, kind: 'pod', name: POD, port: String(PORT) };
  const port = portIn(await callTool(server, 'kube_port_forward', { action: 'start', ...place }));
  const stop = { action: 'stop', local_port: port };
  return { port, close: async () => void (await callTool(server, 'kube_port_forward', stop)) };
}

async function forwardByKubectl(kubectl: string, kubeconfig: string): Promise<OpenForward> {
  const args = ['--kubeconfig', kubeconfig, '--namespace', NAMESPACE, 'port-forward', `pod/${POD}`, `:${PORT}`];
  const child = spawn(kubectl, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, 'line')) as [string];
  return {
    port: portIn(line),
    close: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

function portIn(text: string): number {
  const port = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
  if (port === undefined) throw new Error(`No port was opened: ${text}`);
  return Number(port);
}

/** Megabytes a second. It counts until all have come, not until the server in the pod hangs up, which it does late. */
async function speedOf(forward: OpenForward): Promise<number> {
  const socket = connect(forward.port, '127.0.0.1');
  const started = performance.now();
  socket.write('GET /big HTTP/1.1\r\nHost: pod\r\n\r\n');
  let bytes = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes >= BYTES) break;
  }
  const seconds = (performance.now() - started) / 1000;
  await forward.close();
  if (bytes < BYTES) throw new Error(`Only ${bytes} of ${BYTES} bytes came through.`);
  return bytes / 1e6 / seconds;
}
