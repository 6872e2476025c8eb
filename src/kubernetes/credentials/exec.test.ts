import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  allOf,
  base64,
  failureOf,
  folderWith,
  makePair,
  nodePlugin,
  printing,
  SUBJECT,
} from '../../../test/support/credentials.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { execPlugin } from './exec.ts';
import type { ClusterInfo } from './user.ts';

const CLUSTER: ClusterInfo = { name: 'prod', server: 'https://prod.example:6443' };

/** Each run adds a line to `runs` and answers with the token `run-<n>`. */
async function counting(expiration?: string): Promise<{ script: string; runs: () => Promise<number> }> {
  const file = join(await folderWith(), 'runs');
  await writeFile(file, '');
  const expiry = expiration === undefined ? '' : `, expirationTimestamp: '${expiration}'`;
  const script = `
    const fs = require('node:fs');
    fs.appendFileSync('${file}', '.');
    ${printing(`{ token: 'run-' + fs.readFileSync('${file}', 'utf8').length${expiry} }`)}`;
  return { script, runs: async () => (await readFile(file, 'utf8')).length };
}

describe('caching', () => {
  it('runs once for ten callers, and answers synchronously from then on', async () => {
    const { script, runs } = await counting();
    const source = execPlugin(nodePlugin(script), CLUSTER, SUBJECT);
    const materials = await Promise.all(Array.from({ length: 10 }, async () => source.current()));
    expect(materials.map(({ headers }) => headers['authorization'])).toEqual(Array.from({ length: 10 }, () => 'Bearer run-1'));
    expect(source.current()).toBe(materials[0]);
    expect(await runs()).toBe(1);
  });

  it('runs again shortly before the credential ends', async () => {
    const clock = manualClock(Date.parse('2026-11-20T12:00:00Z'));
    const { script } = await counting('2026-11-20T13:00:00Z');
    const source = execPlugin(nodePlugin(script), CLUSTER, SUBJECT, { clock });
    const first = await source.current();
    await clock.advance(3_589_999);
    expect(source.current()).toBe(first);
    await clock.advance(1);
    expect((await source.current()).headers['authorization']).toBe('Bearer run-2');
  });

  it('keeps a credential of few seconds for most of them', async () => {
    const clock = manualClock(Date.parse('2026-11-20T12:00:00Z'));
    const { script } = await counting('2026-11-20T12:00:05Z');
    const source = execPlugin(nodePlugin(script), CLUSTER, SUBJECT, { clock });
    const first = await source.current();
    await clock.advance(4_400);
    expect(source.current()).toBe(first);
    await clock.advance(200);
    expect(await source.current()).not.toBe(first);
  });

  it('runs again after a 401, and says so', async () => {
    const { script, runs } = await counting();
    const source = execPlugin(nodePlugin(script), CLUSTER, SUBJECT);
    const first = await source.current();
    expect(source.rejected(first)).toBe(true);
    const second = await source.current();
    expect(second.headers['authorization']).toBe('Bearer run-2');
    // Another request's 401 for the first credential takes nothing from the second, and may be tried again with it.
    expect(source.rejected(first)).toBe(true);
    expect(source.current()).toBe(second);
    expect(await runs()).toBe(2);
  });

  it('promises nothing new when the same credential is refused a second time', async () => {
    const source = execPlugin(nodePlugin(printing("{ token: 'always-the-same' }")), CLUSTER, SUBJECT);
    expect(source.rejected(await source.current())).toBe(true);
    const again = await source.current();
    expect(source.rejected(again)).toBe(false);
    expect(source.rejected(again)).toBe(false);
  });

  it('runs again after a failure', async () => {
    const file = join(await folderWith(), 'ready');
    const script = `if (!require('node:fs').existsSync('${file}')) process.exit(3); ${printing("{ token: 'now' }")}`;
    const source = execPlugin(nodePlugin(script), CLUSTER, SUBJECT);
    await expect(source.current()).rejects.toThrow('failed with exit code 3');
    await writeFile(file, '');
    expect((await source.current()).headers['authorization']).toBe('Bearer now');
  });

  it('lets one caller leave without ending the run of the others', async () => {
    const { script, runs } = await counting();
    const source = execPlugin(nodePlugin(script), CLUSTER, SUBJECT);
    const leaving = new AbortController();
    const left = failureOf(() => source.current(leaving.signal));
    const staying = source.current();
    leaving.abort(new Error('no longer wanted'));
    expect(await left).toEqual(new Error('no longer wanted'));
    expect((await staying).headers['authorization']).toBe('Bearer run-1');
    expect(await runs()).toBe(1);
  });

  it('keeps the result of a run that everybody left', async () => {
    const { script, runs } = await counting();
    const source = execPlugin(nodePlugin(script), CLUSTER, SUBJECT);
    await expect(source.current(AbortSignal.abort())).rejects.toThrow('aborted');
    expect((await source.current()).headers['authorization']).toBe('Bearer run-1');
    expect(await runs()).toBe(1);
  });
});

describe('what a plugin is given', () => {
  const dump = printing(
    "{ token: Buffer.from(process.env.KUBERNETES_EXEC_INFO + '|' + process.env.GIVEN + '|' + process.env.KEPT).toString('hex') }",
  );
  const run = async (provideClusterInfo: boolean, cluster: ClusterInfo): Promise<string[]> => {
    const plugin = nodePlugin(dump, { provideClusterInfo, env: [{ name: 'GIVEN', value: 'yes' }] });
    const { headers } = await execPlugin(plugin, cluster, SUBJECT, {
      env: { ...process.env, KEPT: 'kept', GIVEN: 'no' },
    }).current();
    return Buffer.from(String(headers['authorization']).slice('Bearer '.length), 'hex').toString('utf8').split('|');
  };

  it('is the protocol version and no cluster, by default', async () => {
    const [info, given, kept] = await run(false, CLUSTER);
    expect(JSON.parse(info ?? '')).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false },
    });
    expect([given, kept]).toEqual(['yes', 'kept']);
  });

  it('is all about the cluster, when asked for', async () => {
    const cluster: ClusterInfo = {
      ...CLUSTER,
      ca: 'PEM of the authority',
      serverName: 'api.internal',
      insecure: false,
      proxy: 'http://proxy:3128',
      execConfig: { audience: 'prod', list: [1, true] },
    };
    const [info] = await run(true, cluster);
    expect(JSON.parse(info ?? '')).toMatchObject({
      spec: {
        interactive: false,
        cluster: {
          server: 'https://prod.example:6443',
          'tls-server-name': 'api.internal',
          'certificate-authority-data': base64('PEM of the authority'),
          'proxy-url': 'http://proxy:3128',
          config: { audience: 'prod', list: [1, true] },
        },
      },
    });
    expect(info).not.toContain('insecure-skip-tls-verify');
  });

  it('is no standard input, and no shell', async () => {
    const script = printing("{ token: require('node:fs').readFileSync(0).length + process.argv[1] }");
    const plugin = nodePlugin(script, { args: ['-e', script, '--', '$HOME;`id`'] });
    expect((await execPlugin(plugin, CLUSTER, SUBJECT).current()).headers['authorization']).toBe('Bearer 0$HOME;`id`');
  });

  it('may be answered with a certificate', async () => {
    const pair = makePair('dev');
    const status = JSON.stringify({ clientCertificateData: pair.cert, clientKeyData: pair.key });
    expect(await execPlugin(nodePlugin(printing(status)), CLUSTER, SUBJECT).current()).toEqual({
      headers: {},
      certificate: pair,
    });
  });
});

describe('failures', () => {
  const failing = async (script: string, more = {}): Promise<Error> => {
    const error = await failureOf(() => execPlugin(nodePlugin(script, more), CLUSTER, SUBJECT).current());
    expect(error).toMatchObject({ name: 'KubernetesError', code: 'credentials', scene: { cluster: 'prod', identity: 'dev' } });
    return error as Error;
  };

  it('name a program that is missing, and how to get it', async () => {
    const error = await failing('', { command: 'no-such-program-here', installHint: 'Run \u001b[31mbrew install\u001b[0m it.' });
    expect(error.message).toBe('Cannot log in to cluster prod as "dev": the exec plugin "no-such-program-here" was not found.');
    expect(error).toMatchObject({ advice: expect.stringMatching(/^Run brew install it\. .*PATH/) });
  });

  it.each([
    ['', 'ran, but it printed nothing'],
    ["console.log('Please log in: https://example')", 'ran, but what it printed (31 characters) is no JSON'],
    ["console.log('{}')", 'ran, but it printed JSON without kind'],
    ["console.log(JSON.stringify({ kind: 'Token' }))", 'it printed kind "Token" where an ExecCredential is expected'],
    [
      "console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1beta1', status: {} }))",
      'with apiVersion "client.authentication.k8s.io/v1beta1" although the kubeconfig asks for client.authentication.k8s.io/v1.',
    ],
    [printing('null'), 'its ExecCredential has no status'],
    [printing('{}'), 'neither a token nor a certificate'],
    [printing('{ token: 7 }'), 'status.token of its ExecCredential is no text'],
    [printing("{ clientKeyData: 'k' }"), 'a key without a certificate'],
    [printing("{ token: 't', expirationTimestamp: 'tomorrow' }"), 'status.expirationTimestamp of its ExecCredential is no time'],
    [printing("{ token: 'two\\nlines' }"), 'holds characters that no token has'],
    ["process.stdout.write('x'.repeat(1024 * 1024 + 1))", 'printed more than 1 MiB'],
    ["process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)", 'was ended by SIGTERM'],
    [
      "console.error('Unable to locate\\ncredentials.'); process.exit(255)",
      'failed with exit code 255: Unable to locate credentials.',
    ],
  ])('explain %j', async (script, message) => {
    expect((await failing(script)).message).toContain(message);
  });

  it.each([
    [
      { apiVersion: 'client.authentication.k8s.io/v1alpha1' },
      'speaks client.authentication.k8s.io/v1alpha1, which is no longer supported',
    ],
    [{ apiVersion: undefined }, 'has no apiVersion'],
    [{ interactiveMode: 'Always' }, 'needs a terminal, and there is none here'],
    [{ interactiveMode: 'Sometimes' }, 'interactiveMode should be Never, IfAvailable or Always'],
  ])('refuse %j before anything is run', (more, message) => {
    expect(() => execPlugin(nodePlugin('', more), CLUSTER, SUBJECT)).toThrow(message);
  });

  it('show no credential that the plugin printed, was given or was told', async () => {
    const secrets = ['opaque-letters-only', 'given-by-env', 'given-by-flag', 'PRIVATEkey0123456789abcdefghij', 'hunter22'];
    const script = `
      console.log('${secrets[0]}');
      console.error('unknown option ${secrets[2]}, env ${secrets[1]}, sent Authorization: Bearer ${secrets[0]}');
      console.error('got ${secrets[3]}, password=${secrets[4]}');
      process.exit(1)`;
    const error = await failing(script, {
      args: ['-e', script, '--', '--client-secret', 'given-by-flag'],
      env: [{ name: 'CLIENT_SECRET', value: 'given-by-env' }],
    });
    for (const secret of secrets) expect(allOf(error)).not.toContain(secret);
    expect(error.message).toContain('unknown option [hidden], env [hidden]');
    for (const output of [printing("{ token: 'opaque letters only' }"), "console.log('opaque letters only')"]) {
      expect(allOf(await failing(output))).not.toMatch(/opaque|letters only/);
    }
  });

  it('show the end of a long message, from a whole word on', async () => {
    const script = `console.error('begin ' + 'opaque'.repeat(2000) + ' the end'); process.exitCode = 1`;
    expect((await failing(script)).message).toMatch(/failed with exit code 1: the end\.$/);
    const many = await failing(`console.error('many words '.repeat(2000)); process.exitCode = 1`);
    expect(many.message).toMatch(/: …(?:words )?(?:many words ?)+\.$/);
    expect(many.message.length).toBeLessThan(700);
  });

  it('show no argument of a program that cannot be started', async () => {
    expect(allOf(await failing('', { command: 'no-such-program-here', args: ['--token=topsecret'] }))).not.toContain('topsecret');
    expect(allOf(await failing('', { args: ['--token=topsecret\0'] }))).not.toContain('topsecret');
  });
});

describe('the deadline', () => {
  /** An expression that starts another Node process. */
  const starting = (script: string, options: string): string =>
    `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(script)}], ${options})`;

  /** Accepts two connections and tells when each has ended. */
  async function watcher(): Promise<{ server: Server; port: number; both: Promise<unknown> }> {
    const sockets: Socket[] = [];
    const { promise: both, resolve } = Promise.withResolvers<unknown>();
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (sockets.push(socket) === 2) resolve(undefined);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    return { server, port: typeof address === 'object' && address !== null ? address.port : 0, both };
  }

  it('kills the plugin and what the plugin started', async () => {
    const { server, port, both } = await watcher();
    const closed: Promise<unknown>[] = [];
    server.on('connection', (socket) => closed.push(new Promise((end) => socket.on('close', end).resume())));
    const hold = `require('node:net').connect(${port}, '127.0.0.1'); setTimeout(() => {}, 30_000)`;
    const script = `${starting(hold, "{ stdio: 'inherit' }")}; ${hold}`;
    const clock = manualClock();
    const source = execPlugin(nodePlugin(script), CLUSTER, SUBJECT, { clock, execTimeout: 5_000 });
    const failure = failureOf(() => source.current());
    await both;
    await clock.sleeper();
    await clock.advance(5_000);
    expect(await failure).toMatchObject({
      code: 'credentials',
      message: expect.stringContaining('did not end within 5 s'),
      advice: expect.stringContaining('log in'),
    });
    await Promise.all(closed);
    expect(closed).toHaveLength(2);
    server.close();
  });

  it('does not wait for a process that left the group with the pipes', async () => {
    const clock = manualClock();
    const ready = join(await folderWith(), 'pid');
    const stay = `require('node:fs').writeFileSync('${ready}', String(process.pid)); setTimeout(() => {}, 30_000)`;
    const script = `${starting(stay, "{ stdio: 'inherit', detached: true }")}.unref()`;
    const failure = failureOf(() => execPlugin(nodePlugin(script), CLUSTER, SUBJECT, { clock }).current());
    await clock.sleeper();
    await expect.poll(async () => readFile(ready, 'utf8').catch(() => ''), { timeout: 10_000 }).toMatch(/^\d+$/);
    await clock.advance(60_000);
    expect(await failure).toMatchObject({ message: expect.stringContaining('did not end within 60 s') });
    process.kill(Number(await readFile(ready, 'utf8')), 'SIGKILL');
  });
});
