/** A gigabyte of log searched by ours and by `kubectl logs | grep`, by turns. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';

import { findBinary } from '../test/cluster/binaries.ts';
import { adminClient, at, POD_LOGS, type TestCluster } from '../test/cluster/index.ts';
import { ensureNamespace } from '../test/cluster/populate/new-objects.ts';
import { speedFigure, type Figure } from './figures.ts';
import { callTool, openSession, startMcpServer, type Command } from './mcp-client.ts';
import { residentMegabytes } from './memory.ts';
import { median } from './statistics.ts';

const NAMESPACE = `fairlead-bench-${process.pid}`;
const POD = 'talkative';
const WORD = 'needle';

/** Lines as services write them, and one in so many that is looked for. */
const LINES = 8_000_000;
const EVERY = 100_000;
const LINES_AT_ONCE = 10_000;
/** Milliseconds between two looks at the memory. */
const LOOK_EVERY = 50;

/**
 * How many megabytes of log a second are searched by `kube_logs`, and by `kubectl logs | grep`, which stands in the column
 * of raw requests; and how much memory that takes at its peak. Nothing where the log cannot be written: it is put on the
 * node, into the file of a container that has ended, since kubelets keep no more than some megabytes of running ones.
 */
export async function measureGrep(
  cluster: TestCluster,
  fairlead: Command,
  rounds: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const kubectl = await findBinary('kubectl');
  if (!cluster.isOwn || !cluster.hasNode || kubectl === undefined) return [];
  const admin = adminClient(cluster);
  await ensureNamespace(admin, NAMESPACE);
  const own: number[] = [];
  const other: number[] = [];
  const grown: number[] = [];
  try {
    say('grep: writing the log');
    const megabytes = (await writeLog(cluster, admin)) / 1e6;
    for (let round = 0; round < rounds; round++) {
      say(`grep, round ${round + 1} of ${rounds}`);
      other.push(megabytes / (await seconds(() => byKubectl(kubectl, cluster.kubeconfig))));
      // A server of its own for each: what is left of one search is not to be counted as that of the next.
      const server = startMcpServer(fairlead);
      try {
        await openSession(server);
        await callTool(server, 'kube_logs', { name: POD, namespace: NAMESPACE, tail: 10 });
        const before = (await residentMegabytes(server.pid)) ?? Number.NaN;
        const peak = peakOf(server.pid);
        own.push(megabytes / (await seconds(() => byTool(server))));
        grown.push((await peak.end()) - before);
      } finally {
        await server.close();
      }
    }
  } finally {
    await admin.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin.close();
  }
  const title = '1 GB of log searched';
  return [
    speedFigure('grep/speed', `${title} (raw: kubectl logs | grep)`, own, other),
    { id: 'grep/memory', title: `${title}, memory at its peak beyond what it was`, unit: 'MB', fairlead: median(grown) },
  ];
}

/** @returns bytes of the lines as `kubectl logs` gives them */
async function writeLog(cluster: TestCluster, admin: ReturnType<typeof adminClient>): Promise<number> {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods`;
  await admin.ensure(path, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: POD, namespace: NAMESPACE },
    spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: cluster.image, command: ['true'] }] },
  });
  const hasEnded = (pod: unknown): boolean => at(pod, 'status', 'phase') === 'Succeeded';
  const pod = await admin.waitForObject(`${path}/${POD}`, hasEnded, { what: `pod ${POD} to end` });
  const file = createWriteStream(join(POD_LOGS, `${NAMESPACE}_${POD}_${pod?.metadata.uid}`, 'app', '0.log'));
  const from = Date.now() - LINES;
  let bytes = 0;
  for (let line = 0; line < LINES; line += LINES_AT_ONCE) {
    const lines = Array.from({ length: LINES_AT_ONCE }, (_, index) => lineAt(line + index));
    bytes += lines.reduce((sum, each) => sum + each.length + 1, 0);
    const piece = lines.map((each, index) => `${new Date(from + line + index).toISOString()} stdout F ${each}\n`).join('');
    if (!file.write(piece)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
  return bytes;
}

function lineAt(number: number): string {
  const told = number % EVERY === 0 ? `found the ${WORD}` : 'GET /api/v1/orders/page 200 in 17 ms, 4812 bytes';
  return `level=info service=checkout trace=${number.toString(16).padStart(16, '0')} ${told} attempt=1 region=test-1 cached=false`;
}

async function byKubectl(kubectl: string, kubeconfig: string): Promise<void> {
  const args = ['--kubeconfig', kubeconfig, '--namespace', NAMESPACE, 'logs', POD];
  const logs = spawn(kubectl, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const grep = spawn('grep', ['-c', WORD], { stdio: [logs.stdout, 'pipe', 'inherit'] });
  // The other end of the pipe is grep's alone: it ends with kubectl.
  logs.stdout.destroy();
  mustBeAll(Number(await text(grep.stdout)), 'kubectl logs | grep');
}

async function byTool(server: ReturnType<typeof startMcpServer>): Promise<void> {
  const question = { name: POD, namespace: NAMESPACE, grep: WORD };
  const answer = await callTool(server, 'kube_logs', question, { progressToken: 'grep' });
  mustBeAll(Number(/^([\d,]+) lines/.exec(answer)?.[1]?.replace(',', '')), `kube_logs: ${answer.slice(0, 300)}`);
}

function mustBeAll(found: number, who: string): void {
  if (found !== LINES / EVERY) throw new Error(`${found} of ${LINES / EVERY} lines were found by ${who}`);
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Looks at the memory of a process now and then. */
function peakOf(pid: number): { end(): Promise<number> } {
  let most = 0;
  const look = async (): Promise<void> => {
    most = Math.max(most, (await residentMegabytes(pid)) ?? 0);
  };
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => void (looking = looking.then(look)), LOOK_EVERY);
  return {
    async end() {
      clearInterval(timer);
      await looking;
      await look();
      return most;
    },
  };
}
