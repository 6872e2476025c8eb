import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { tokensOf } from '../../src/answers/index.ts';
import { at, followLog, readLog, type Connection } from '../../src/kubernetes/index.ts';
import { findLogs } from '../../src/operations/logs/index.ts';
import { runPod, streamHouse, type StreamHouse } from '../support/streams.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, type AdminClient } from './index.ts';
import { deployment, ensureAll, ensureNamespace, podTemplate } from './populate/new-objects.ts';
import { stop } from './processes.ts';
import { until } from './wait.ts';

const cluster = await ensureCluster();

// One of its own for each run: the one before may still be on its way out.
const NAMESPACE = `fairlead-logs-${process.pid}`;
/** Lines of the long log, some 6 MB. */
const LONG = 100_000;
const FRAME = 'at shop.Cart.add(Cart.java:';

/** Numbers its lines, some twenty a second. */
const COUNTING = 'i=0; while true; do i=$((i+1)); echo "line $i"; usleep 50000; done';

/** What follows each number in a text of numbered lines must be the next number. */
function numbersIn(text: string): readonly number[] {
  return [...text.matchAll(/^\S+ line (\d+)$/gm)].map((match) => Number(match[1]));
}

/** Follows a log, does something to the way it comes in after some lines, and reads on for as many again. */
async function followThrough(
  connection: Connection,
  disturb: (lines: () => number) => Promise<unknown>,
  reopened: (reason: string) => void,
) {
  const query = { namespace: NAMESPACE, pod: 'counting', container: 'app', tailLines: 1 };
  let text = '';
  let disturbed: Promise<unknown> | undefined;
  let upTo = Number.POSITIVE_INFINITY;
  for await (const part of followLog(connection, query, { isOver: async () => false, onResume: reopened })) {
    text += part;
    const count = numbersIn(text).length;
    if (count > 20) disturbed ??= disturb(() => numbersIn(text).length).then(() => (upTo = numbersIn(text).length + 40));
    if (count > upTo) break;
  }
  await disturbed;
  return numbersIn(text);
}

describe.skipIf(cluster === undefined || !cluster.hasNode)('logs of real pods', () => {
  let admin: AdminClient;
  let house: StreamHouse;
  let tools: Toolkit;
  const ask = async (given: Readonly<Record<string, unknown>>): Promise<string> => {
    const { isError, text } = await tools.call('kube_logs', { namespace: NAMESPACE, ...given });
    expect(isError, text).toBe(false);
    return text;
  };

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await ensureNamespace(admin, NAMESPACE);
    const frames = `i=0; while [ $i -lt 12 ]; do i=$((i+1)); printf '\\t${FRAME}%s)\\n' $i; done`;
    // It ends once: what it said then would be gone after a second time.
    const crash = `[ -e /data/ended ] && sleep 1000000; touch /data/ended; echo "password=hunter22"; echo "ERROR no cart"; ${frames}; exit 1`;
    const memory = { pod: { volumes: [{ name: 'data', emptyDir: {} }] } };
    const mounted = { container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] } };
    await ensureAll(admin, [
      deployment(NAMESPACE, 'web', podTemplate('web', cluster.image, 'echo "hello from $HOSTNAME"; sleep 1000000'), {
        replicas: 3,
      }),
      deployment(NAMESPACE, 'crash', podTemplate('crash', cluster.image, crash, { ...memory, ...mounted })),
    ]);
    const long = `awk 'BEGIN { for (i = 1; i <= ${LONG}; i++) print "GET /items/" i " 200 in the shop of all things" }'; echo end; sleep 1000000`;
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'long' }, long);
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'counting' }, COUNTING);
    const ready = (pods: readonly unknown[]): boolean => pods.length === 3;
    await admin.waitFor(
      `/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=app%3Dweb&fieldSelector=status.phase%3DRunning`,
      ready,
    );
    house = await streamHouse(cluster.access, { mode: 'read-only', allowedOperations: undefined });
    tools = toolkit('--kubeconfig', cluster.kubeconfig, '--context', cluster.context);
  });
  afterAll(async () => {
    await Promise.all([tools?.close(), house?.close()]);
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin?.close();
  });

  it('merges the pods of a workload', async () => {
    const text = await ask({ kind: 'deployment', name: 'web' });
    expect(text).toMatch(/^3 lines of Deployment web \(3 pods\) in namespace fairlead-logs-\d+ of cluster /);
    const said = [...text.matchAll(/^\d\d:\d\d:\d\d (\S+) hello from web-\S+-(\S+)$/gm)];
    expect(said).toHaveLength(3);
    for (const [, prefix, pod] of said) expect(prefix).toBe(pod);
  });

  it('tells what a container said before it was restarted, its stack folded, nothing secret', async () => {
    // A start that fails counts as a restart, too: what has ended must be what said something.
    const hasEnded = ([pod]: readonly unknown[]): boolean =>
      at(pod, 'status', 'containerStatuses', 0, 'lastState', 'terminated', 'exitCode') === 1;
    const path = `/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=app%3Dcrash`;
    const [pod] = await admin.waitFor(path, hasEnded, { timeoutMs: 90_000 });
    const text = await ask({ kind: 'deployment', name: 'crash', previous: true });
    expect(text, JSON.stringify(pod?.['status'])).toMatch(/: 1 error\.\n/);
    expect(text).toContain(`ERROR no cart\n  ${FRAME}1)\n  ${FRAME}2)\n  ${FRAME}3)\n  ${FRAME}4)\n  … +8 lines`);
    expect(text).toContain('password=<redacted');
    expect(text).not.toContain('hunter22');
  });

  it('answers 100,000 lines within its budget, by what they have in common', async () => {
    const saidAll = async (): Promise<boolean> => (await ask({ name: 'long', tail: 1 })).includes(' end\n');
    await until('the pod has said all', saidAll, 90_000);
    const text = await ask({ name: 'long', tail: LONG });
    expect(tokensOf(text)).toBeLessThanOrEqual(4_000);
    expect(text).toMatch(/^100,000 lines of pod long/);
    expect(text).toMatch(/ end\n\[end/);
  });

  it('finds two lines among 100,000', async () => {
    const text = await ask({ name: 'long', grep: 'items/(42|77777) ' });
    expect(text).toMatch(/^2 lines matching/);
    expect(text).toMatch(/GET \/items\/42 200.*\n.*GET \/items\/77777 200/);
  });

  it.each([
    ['a name that would be another path', { name: '../../secrets/x' }],
    ['a name with a query', { name: 'long?container=x' }],
    ['a container that is a parameter', { name: 'long', container: 'app&previous=true' }],
    ['a name that looks like a flag', { name: '--all-namespaces' }],
  ])('is not led astray by %s', async (_, given) => {
    const { isError } = await tools.call('kube_logs', { namespace: NAMESPACE, ...given });
    expect(isError).toBe(true);
  });

  it('follows for as long as it is told, while other questions are answered', async () => {
    const following = ask({ name: 'counting', follow: 3 });
    const other = await ask({ name: 'long', tail: 1 });
    expect(other).toContain('end');
    const text = await following;
    expect(text).toContain('Followed for up to 3 s.');
    expect(text).toMatch(/line \d+ ×\d{2}/);
  });

  it('ends clearly when the pod is killed while it is followed', async () => {
    if (cluster === undefined) return;
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'victim' }, COUNTING);
    let killed: Promise<unknown> | undefined;
    const kill = (): void => {
      killed ??= admin.delete(`/api/v1/namespaces/${NAMESPACE}/pods/victim`, { gracePeriodSeconds: 0 });
    };
    // Were the end not noticed, this would take longer than the test may.
    const question = { scope: [NAMESPACE], names: ['victim'], followFor: 600_000, onRead: kill };
    const { lines, problems } = await findLogs(house.connection, question);
    await killed;
    expect(lines.length).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  it('loses and doubles nothing when the connection breaks, again and again', async () => {
    if (cluster === undefined) return;
    await using proxy = await tcpProxy(cluster.server);
    const through = await streamHouse(cluster.access, {}, `https://127.0.0.1:${proxy.port}`);
    const reasons: string[] = [];
    const cutTwice = async (lines: () => number): Promise<void> => {
      for (let times = 0; times < 2; times++) {
        const before = lines();
        await proxy.stop();
        await proxy.start();
        await until('lines come again', () => lines() > before, 20_000);
      }
    };
    const numbers = await followThrough(through.connection, cutTwice, (reason) => reasons.push(reason));
    expect(reasons.length).toBeGreaterThanOrEqual(2);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    await through.close();
  });

  it.skipIf(cluster?.isOwn !== true)('loses and doubles nothing when the kubelet is restarted', async () => {
    const restart = async (): Promise<void> => {
      await stop('kubelet');
      await ensureCluster();
    };
    const reasons: string[] = [];
    const numbers = await followThrough(house.connection, restart, (reason) => reasons.push(reason));
    expect(reasons.length).toBeGreaterThanOrEqual(1);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  it('reads a log as the kubelet has it, every line once', async () => {
    let lines = 0;
    for await (const piece of readLog(house.connection, { namespace: NAMESPACE, pod: 'long', container: 'app' })) {
      lines += piece.text.split('\n').length - 1;
    }
    expect(lines).toBe(LONG + 1);
  });
});
