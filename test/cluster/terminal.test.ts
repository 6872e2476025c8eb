import { createHash, randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startProgram, type EndedProgram, type StartedProgram } from '../support/program.ts';
import { runPod } from '../support/streams.ts';
import { adminClient, ensureCluster, type AdminClient } from './index.ts';
import { ensureAll, ensureNamespace, service } from './populate/new-objects.ts';

const cluster = await ensureCluster();

// One of its own for each run: the one before may still be on its way out.
const NAMESPACE = `fairlead-terminal-${process.pid}`;
const ALLOWED = ['--changes', 'direct', '--allow-operations', 'exec,port-forward'];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Writes three lines, then a number ten times a second, and serves a page on two ports. */
const SCRIPT = [
  'echo one; echo "password=hunter22hunter22"; echo -- three',
  'mkdir -p /www; echo page >/www/index.html; httpd -p 8080 -h /www; httpd -p 8081 -h /www',
  'sleep 1; i=0; while true; do i=$((i+1)); echo "count $i"; usleep 100000; done',
].join('; ');

describe.skipIf(cluster === undefined || !cluster.hasNode)('pods in a terminal', () => {
  let admin: AdminClient;
  const flags = ['--kubeconfig', cluster?.kubeconfig ?? '', '--context', cluster?.context ?? '', '-n', NAMESPACE];
  const start = (argv: readonly string[], input?: Uint8Array | string): StartedProgram => {
    const [command = '', ...rest] = argv;
    return startProgram([command, ...flags, ...rest], {}, input);
  };
  const run = (argv: readonly string[], input?: Uint8Array | string): Promise<EndedProgram> => start(argv, input).ended;
  const exec = (argv: readonly string[], input?: Uint8Array | string) => run(['exec', ...ALLOWED, ...argv], input);

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await ensureNamespace(admin, NAMESPACE);
    const sidecar = { name: 'side', image: cluster.image, command: ['sh', '-c', 'echo beside; sleep 1000000'] };
    const annotations = { 'kubectl.kubernetes.io/default-container': 'app' };
    const app = { name: 'app', image: cluster.image, command: ['sh', '-c', SCRIPT] };
    await admin.ensure(`/api/v1/namespaces/${NAMESPACE}/pods`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: NAMESPACE, labels: { app: 'web' }, annotations },
      spec: { dnsPolicy: 'Default', terminationGracePeriodSeconds: 1, containers: [app, sidecar] },
    });
    await runPod(
      cluster,
      admin,
      { namespace: NAMESPACE, name: 'other', labels: { app: 'web' } },
      'echo from the other; sleep 1000000',
    );
    await ensureAll(admin, [service(NAMESPACE, 'web', 'web', 'http')]);
    const writing = start(['logs', '-f', 'web']);
    await writing.says(/count 30\n/);
    await writing.end();
  });
  afterAll(async () => {
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin?.close();
  });

  describe('exec', () => {
    it('passes on exit code, stdout and stderr, all three apart', async () => {
      const { code, stdout, stderr } = await exec(['web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
      expect({ code, stdout: stdout.toString(), stderr }).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
    });

    it('passes 5 MB of any bytes in, and out again', async () => {
      const bytes = randomBytes(5_000_000);
      const sum = await exec(['-i', 'web', '--', 'sha256sum'], bytes);
      expect(sum.stdout.toString()).toBe(`${sha256(bytes)}  -\n`);
      const back = await exec(['web', '-i', '--', 'cat'], bytes);
      expect(sha256(back.stdout)).toBe(sha256(bytes));
    });

    // More than the pipes on the way hold would block the kubelet, which then often says no end: to kubectl neither.
    it('does not wait for input that nobody reads', async () => {
      const { code, stdout } = await exec(['-i', 'web', '-c', 'side', '--', 'hostname'], randomBytes(10_000));
      expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: 'web\n' });
    });

    it('takes what stands behind -- as it is', async () => {
      const words = ['--help', '-n', '--', '-c', 'x', "it's; $(id)"];
      const { stdout } = await exec(['pod/web', '--', 'printf', '%s\\n', ...words]);
      expect(stdout.toString()).toBe(`${words.join('\n')}\n`);
    });

    it('finds a pod behind a workload or service', async () => {
      expect((await exec(['svc/web', '--', 'hostname'])).stdout.toString()).toMatch(/^(?:web|other)\n$/);
    });

    it('ends with Ctrl-C', async () => {
      const program = start(['exec', ...ALLOWED, 'web', '--', 'sh', '-c', 'echo begun; sleep 1000']);
      await program.says(/^begun$/m);
      expect(await program.end('SIGINT')).toBe(130);
    });

    it.each([
      [['web', '--', 'no-such-program'], 1, 'no-such-program'],
      [['nothing', '--', 'id'], 2, 'No pods "nothing"'],
      [['web', '-c', 'nothing', '--', 'id'], 2, 'nothing'],
      [['../nodes', '--', 'id'], 2, 'No kind ".."'],
      [['a/b/c', '--', 'id'], 2, 'names no object'],
      [['web', 'id'], 2, 'a command behind --'],
      [['web', '--'], 2, 'a command behind --'],
      [['web', 'other', '--', 'id'], 2, 'takes one pod'],
      [['web', '-t', '--', 'id'], 2, 'Say -it.'],
      [['--tail', '1', 'web', '--', 'id'], 2, 'fairlead exec has no flag --tail.'],
    ])('says what is wrong with %j', async (argv, code, said) => {
      const ended = await exec(argv);
      expect(ended.stderr).toContain(said);
      expect(ended.code).toBe(code);
    });

    it.each([
      ['read-only', [], 'set by --changes'],
      ['without the permission', ['--changes', 'direct'], 'it needs the permission "exec"'],
      ['in a dry run', [...ALLOWED, '--dry-run'], 'there is no dry run of it'],
      ['in other namespaces', [...ALLOWED, '--allow-namespaces', 'shop'], 'namespace'],
    ])('is refused %s, as the tool is', async (_, more, said) => {
      const { code, stderr, stdout } = await run(['exec', ...more, 'web', '--', 'touch', '/tmp/refused']);
      expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(said);
      expect((await exec(['web', '--', 'ls', '/tmp'])).stdout.toString()).not.toContain('refused');
    });
  });

  describe('logs', () => {
    it('prints the lines of the main container as they are, but for secrets', async () => {
      const { code, stdout } = await run(['logs', 'web']);
      expect(stdout.toString()).toMatch(/^one\npassword=<redacted>\n-- three\ncount 1\ncount 2\n/);
      expect(code).toBe(0);
    });

    it('knows the flags of kubectl', async () => {
      expect((await run(['logs', 'web', '-c', 'side'])).stdout.toString()).toBe('beside\n');
      expect((await run(['logs', 'web', '--tail', '1'])).stdout.toString()).toMatch(/^count \d+\n$/);
      expect((await run(['logs', 'web', '-c', 'side', '--timestamps'])).stdout.toString()).toMatch(
        /^\d{4}-\d\d-\d\dT\S+Z beside\n$/,
      );
      expect((await run(['logs', 'web', '--since', '1s'])).stdout.toString()).not.toContain('one');
      expect((await run(['logs', '--tail=-1', 'web'])).stdout.toString()).toContain('one');
      const all = (await run(['logs', 'web', '--all-containers', '--prefix'])).stdout.toString();
      expect(all).toContain('[web/app] one\n');
      expect(all).toContain('[web/side] beside\n');
      const byLabels = (await run(['logs', '-l', 'app=web'])).stdout.toString();
      expect(byLabels).toContain('[other/app] from the other\n');
      expect(byLabels.match(/^\[web\/app\] /gm)).toHaveLength(10);
    });

    it('follows until Ctrl-C', async () => {
      const program = start(['logs', '-f', 'web']);
      const numbers = () => [...program.stdout().matchAll(/^count (\d+)\n/gm)].map(([, number]) => Number(number));
      await program.says(/^count 40\n/m);
      const first = numbers().length;
      await program.says(new RegExp(`^count ${first + 5}\\n`, 'm'));
      expect(await program.end('SIGINT')).toBe(130);
      expect(numbers()).toEqual(numbers().map((_, index) => index + 1));
    });

    it.each([
      [['nothing'], 'No pods "nothing"'],
      [['web', '-c', 'sid'], 'did you mean "side"'],
      [['web', '--tail', 'x'], '--tail cannot be "x"'],
      [['web', '--since', 'yesterday'], '--since cannot be'],
      [['web', '--since-time', '12:00'], '--since-time cannot be'],
      [['web', '--previous'], 'it has not been restarted'],
      [[], 'takes one pod'],
      [['web', 'app'], 'takes one pod'],
      [['web', '-l', 'app=web'], 'takes one pod'],
    ])('says what is wrong with %j', async (argv, said) => {
      expect((await run(['logs', ...argv])).stderr).toContain(said);
    });
  });

  describe('port-forward', () => {
    it('opens several ports until Ctrl-C', async () => {
      const program = start(['port-forward', ...ALLOWED, 'pod/web', ':8080', ':8081']);
      const [, ...ports] = await program.says(/:(\d+) -> pod\/web 8080\nForwarding from 127\.0\.0\.1:(\d+) -> pod\/web 8081\n/);
      for (const port of ports) expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('page\n');
      expect(await program.end('SIGINT')).toBe(0);
      for (const port of ports) await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
    });

    it.each([
      [[...ALLOWED, 'pod/web', '8080:0'], 'port'],
      [[...ALLOWED, 'pod/web', '70000:1'], 'no pair of ports'],
      [[...ALLOWED, 'pod/web', '--', '-1:2'], 'no pair of ports'],
      [[...ALLOWED, 'pod/nothing', ':80'], 'No pods "nothing"'],
      [[...ALLOWED], 'takes a pod'],
    ])('says what is wrong with %j', async (argv, said) => {
      const { code, stderr } = await run(['port-forward', ...argv]);
      expect(stderr).toContain(said);
      expect(code).toBe(2);
    });
  });
});

describe('a practice cluster in a terminal', () => {
  const practice = ['--practice', 'shop', '-n', 'shop'];

  it('runs commands and prints logs as a real one does', async () => {
    const argv = ['exec', ...practice, ...ALLOWED, '-i', 'deploy/web', '--', 'sh', '-c', 'cat; echo err >&2; exit 3'];
    const ran = await startProgram(argv, {}, 'out').ended;
    expect({ ...ran, stdout: ran.stdout.toString() }).toEqual({ code: 3, stdout: 'out', stderr: 'err\n' });
    const logs = await startProgram(['logs', ...practice, 'orders-db-0', '--tail', '1']).ended;
    expect(logs.stdout.toString()).toMatch(/^[^\n]+\n$/);
    expect(logs.code).toBe(0);
  });
});
