import { createHash, randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { attachToPod, execInPod, forwardToPod, type ForwardedConnection } from '../../src/kubernetes/index.ts';
import { run, runPod, streamHouse, type StreamHouse } from '../support/streams.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { failure } from '../support/wire.ts';
import { adminClient, ensureCluster, type AdminClient } from './index.ts';
import { ensureNamespace } from './populate/new-objects.ts';
import { until } from './wait.ts';

const cluster = await ensureCluster();

// One of its own for each run: the one before may still be on its way out.
const NAMESPACE = `fairlead-streams-${process.pid}`;
const POD = { namespace: NAMESPACE, pod: 'tools' };

/** Connections of this process that are open. */
const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

async function bytesOf(connection: ForwardedConnection): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const data of connection.incoming) chunks.push(data);
  return Buffer.concat(chunks);
}

const get = (path: string): Buffer => Buffer.from(`GET ${path} HTTP/1.0\r\n\r\n`);
const bodyOf = (answer: Buffer): Buffer => answer.subarray(answer.indexOf('\r\n\r\n') + 4);

describe.skipIf(cluster === undefined || !cluster.hasNode)('streams of real pods', () => {
  let admin: AdminClient;
  let house: StreamHouse;

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await ensureNamespace(admin, NAMESPACE);
    const script =
      'mkdir -p /www; echo hello >/www/index.html; httpd -p 8080 -h /www; while read line; do echo "got $line"; done; sleep 1000000';
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'tools' }, script, { container: { stdin: true } });
    house = await streamHouse(cluster.access);
  });
  afterAll(async () => {
    await house?.close();
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin?.close();
  });

  describe('exec', () => {
    it('tells stdout, stderr and the exit code apart', async () => {
      const command = ['sh', '-c', 'echo out; echo err >&2; exit 3'];
      expect(await run(house.connection, POD, command)).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
    });

    it('hands words to the program as they are, whatever a shell would make of them', async () => {
      const words = ['$(id)', '; exit 7', '--', '-n', '"quoted" \\', '&stdin=true&command=id', 'ü ☃', ''];
      const { stdout } = await run(house.connection, POD, ['sh', '-c', 'for word; do echo "[$word]"; done', 'sh', ...words]);
      expect(stdout).toBe(words.map((word) => `[${word}]\n`).join(''));
    });

    it('carries 5 MB of input, and says where they end', async () => {
      const input = randomBytes(5_000_000);
      const { stdout, exitCode } = await run(house.connection, POD, ['sha256sum'], input);
      expect(stdout).toBe(`${createHash('sha256').update(input).digest('hex')}  -\n`);
      expect(exitCode).toBe(0);
    });

    it('runs 64 commands at the same time, each with its own answer', async () => {
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, index) => run(house.connection, POD, ['sh', '-c', `echo ${index}; exit ${index}`])),
      );
      expect(answers).toEqual(answers.map((_, index) => ({ exitCode: index, stdout: `${index}\n`, stderr: '' })));
    });

    it('waits with what is written when nobody reads it', async () => {
      const process = await execInPod(house.connection, {
        ...POD,
        command: ['sh', '-c', 'head -c 200000000 /dev/zero; echo done >&2'],
      });
      const reader = process.output[Symbol.asyncIterator]();
      await reader.next();
      const before = globalThis.process.memoryUsage().rss;
      // As long as it takes to run another command, which shares the node.
      expect((await run(house.connection, POD, ['ps'])).stdout).toContain('head -c 200000000');
      expect(globalThis.process.memoryUsage().rss - before).toBeLessThan(50_000_000);
      process.close();
    });

    it('tells why a command cannot be run', async () => {
      const process = await execInPod(house.connection, { ...POD, command: ['no-such-program'] });
      for await (const { data } of process.output) expect(data).toBeUndefined();
      expect(process.end).toMatchObject({ exitCode: undefined, message: expect.stringContaining('no-such-program') });
      const pod = { namespace: NAMESPACE, pod: 'no-such-pod' };
      expect(await failure(execInPod(house.connection, { ...pod, command: ['id'] }))).toMatchObject({ code: 'not-found' });
      const container = { ...POD, container: 'no-such-container', command: ['id'] };
      expect(await failure(execInPod(house.connection, container))).toMatchObject({ code: 'invalid' });
    });

    it('ends clearly when its pod is killed, or the way to it is cut', async () => {
      if (cluster === undefined) return;
      await runPod(cluster, admin, { namespace: NAMESPACE, name: 'victim' }, 'sleep 1000000');
      const killed = await execInPod(house.connection, {
        namespace: NAMESPACE,
        pod: 'victim',
        command: ['sh', '-c', 'echo up; sleep 1000000'],
      });
      const output = killed.output[Symbol.asyncIterator]();
      await output.next();
      await admin.delete(`/api/v1/namespaces/${NAMESPACE}/pods/victim`, { gracePeriodSeconds: 0 });
      const rest = await output.next().catch((error: unknown) => error);
      if (rest instanceof Error) expect(rest).toMatchObject({ code: 'unreachable' });
      else expect(killed.end?.exitCode).toBe(137);

      await using proxy = await tcpProxy(cluster.server);
      const through = await streamHouse(cluster.access, {}, `https://127.0.0.1:${proxy.port}`);
      const cut = await execInPod(through.connection, { ...POD, command: ['sh', '-c', 'echo up; sleep 2'] });
      const reading = cut.output[Symbol.asyncIterator]();
      await reading.next();
      await proxy.stop();
      expect(await failure(reading.next())).toMatchObject({ code: 'unreachable' });
      await proxy.start();
      await through.close();
    });

    it('writes down what was run, without what is secret in it', async () => {
      await run(house.connection, POD, ['true', '--password', 'hunter22', 'x']);
      await until('the line is written', () => house.audit().some(({ command }) => command?.[0] === 'true'), 5_000);
      expect(house.audit().find(({ command }) => command?.[0] === 'true')).toMatchObject({
        resource: 'pods/exec',
        name: 'tools',
        decision: 'allowed',
        command: ['true', '--password', expect.stringMatching(/^<redacted/), 'x'],
      });
    });
  });

  it.each([
    ['read-only', { mode: 'read-only', allowedOperations: undefined }],
    ['without the permission', { allowedOperations: ['get'] }],
    ['in a dry run', { dryRun: true }],
  ] as const)('opens nothing %s', async (_, policy) => {
    if (cluster === undefined) return;
    await using proxy = await tcpProxy(cluster.server);
    const refusing = await streamHouse(cluster.access, policy, `https://127.0.0.1:${proxy.port}`);
    const opened = [
      execInPod(refusing.connection, { ...POD, command: ['id'] }),
      attachToPod(refusing.connection, POD),
      forwardToPod(refusing.connection, { ...POD, port: 8080 }),
    ];
    for (const each of opened) expect(await failure(each)).toMatchObject({ code: 'policy' });
    expect(proxy.connections).toBe(0);
    await refusing.close();
  });

  it('attach types into the process of the container, and reads what it says', async () => {
    const process = await attachToPod(house.connection, { ...POD, stdin: true });
    await process.write(Buffer.from('ping\n'));
    for await (const { data } of process.output) {
      expect(Buffer.from(data).toString()).toBe('got ping\n');
      break;
    }
  });

  describe('port-forward', () => {
    it('carries what a server in the pod says', async () => {
      const forwarded = await forwardToPod(house.connection, { ...POD, port: 8080 });
      await forwarded.write(get('/'));
      expect(bodyOf(await bytesOf(forwarded)).toString()).toBe('hello\n');
    });

    it('carries 20 MB unharmed over each of ten connections at once', async () => {
      const made = await run(house.connection, POD, ['sh', '-c', 'head -c 20000000 /dev/urandom >/www/big; sha256sum </www/big']);
      const sums = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const forwarded = await forwardToPod(house.connection, { ...POD, port: 8080 });
          await forwarded.write(get('/big'));
          return createHash('sha256')
            .update(bodyOf(await bytesOf(forwarded)))
            .digest('hex');
        }),
      );
      expect(new Set(sums)).toEqual(new Set([made.stdout.split(' ')[0]]));
    });

    it('says that nothing listens', async () => {
      const forwarded = await forwardToPod(house.connection, { ...POD, port: 9 });
      expect(await failure(bytesOf(forwarded))).toMatchObject({
        code: 'unreachable',
        message: expect.stringMatching(/^Port 9 of pod tools/),
      });
    });
  });

  it('leaves no connection behind when 200 callers go away', async () => {
    if (cluster === undefined) return;
    const before = sockets();
    const leaving = new AbortController();
    const crowd = await streamHouse(cluster.access);
    const connection = crowd.connection.during({ origin: 'crowd', signal: leaving.signal });
    const opened = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const process = await execInPod(connection, { ...POD, command: ['cat'], stdin: true });
        const forwarded = await forwardToPod(connection, { ...POD, port: 8080 });
        // Some are read, most are not.
        return index % 10 === 0 ? [failure(bytesOf(forwarded)), failure(process.output[Symbol.asyncIterator]().next())] : [];
      }),
    );
    expect(sockets()).toBeGreaterThanOrEqual(200);
    // What is left before its command runs is beyond reach: the container runtime forgets that its input has ended.
    const cats = async (): Promise<number> => (await run(house.connection, POD, ['ps'])).stdout.match(/ cat\n/g)?.length ?? 0;
    await until('every cat runs', async () => (await cats()) === 100, 60_000);
    leaving.abort(new Error('gone'));
    expect(await Promise.all(opened.flat())).toEqual(opened.flat().map(() => new Error('gone')));
    await crowd.close();
    await until('all connections are closed', () => sockets() <= before, 10_000);
    // What read its input has seen the end of it.
    await until('no cat is left in the pod', async () => (await cats()) === 0, 60_000);
  });
});
