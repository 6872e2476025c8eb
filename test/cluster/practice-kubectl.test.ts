import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startProgram, type StartedProgram } from '../support/program.ts';
import { findBinary } from './binaries.ts';

const kubectl = await findBinary('kubectl');

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe.skipIf(kubectl === undefined)('kubectl, unchanged, at fairlead practice shop', () => {
  let folder = '';
  let kubeconfig = '';
  let practice: StartedProgram;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fairlead-'));
    kubeconfig = join(folder, 'kubeconfig');
    practice = startProgram(['practice', 'shop', '--kubeconfig', kubeconfig]);
    await practice.says(/export KUBECONFIG=/);
  });
  afterAll(async () => {
    await practice?.end();
    await rm(folder, { recursive: true, force: true });
  });

  const environment = () => ({ PATH: process.env['PATH'] ?? '', HOME: folder, KUBECONFIG: kubeconfig });
  const run = (argv: readonly string[], stdin = ''): Promise<Said> =>
    new Promise((resolve) => {
      const child = execFile(kubectl ?? '', [...argv], { env: environment() }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      );
      child.stdin?.end(stdin);
    });
  /** What it prints when all goes well. */
  const says = async (argv: string, stdin?: string): Promise<string> => {
    const { code, stdout, stderr } = await run(argv.split(' '), stdin);
    expect({ argv, code, stderr: code === 0 ? '' : stderr }).toEqual({ argv, code: 0, stderr: '' });
    return stdout;
  };

  const deployment = (replicas: number, image = 'nginx:1.27'): string =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'stall', namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'stall' } },
        template: { metadata: { labels: { app: 'stall' } }, spec: { containers: [{ name: 'stall', image }] } },
      },
    });

  it('gets', async () => {
    const pods = await says('get pods -n shop');
    expect(pods).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE$/m);
    expect(pods).toMatch(/^checkout-\S+ +0\/1 +CrashLoopBackOff +\d+ \(\S+ ago\) /m);
    expect(await says('get nodes -o wide')).toMatch(/^worker-1 +Ready +\S+ +3h\S* +v1\.36\.\d/m);
    expect(await says('get deploy,svc,ing,hpa,pdb,cj,sts,pvc -n shop -o name')).toContain('ingress.networking.k8s.io/shop');
    expect(await says('get pods -n shop -l app=web -o jsonpath={.items[*].spec.containers[0].image}')).toBe(
      Array(3).fill('registry.example/shop/web:2.4.0').join(' '),
    );
    expect((await run(['get', 'deploy', 'nothing', '-n', 'shop'])).stderr).toContain('deployments.apps "nothing" not found');
  });

  it('describes', async () => {
    const text = await says('describe deployment checkout -n shop');
    expect(text).toMatch(/^Replicas: +3 desired \| 1 updated \| 4 total \| 3 available \| 1 unavailable$/m);
    expect(text).toMatch(/ScalingReplicaSet .*Scaled up replica set checkout-\S+ from 0 to 1/);
    expect(await says('describe node worker-1')).toMatch(/^Allocated resources:$/m);
  });

  it('applies, diffs, waits, and follows a rollout', async () => {
    expect(await says('apply -f -', deployment(2))).toBe('deployment.apps/stall created\n');
    expect(await says('rollout status deploy/stall --timeout=60s')).toContain('successfully rolled out');
    expect(await says('apply -f -', deployment(2))).toBe('deployment.apps/stall unchanged\n');
    const diff = await run(['diff', '-f', '-'], deployment(3));
    expect(diff.code).toBe(1);
    expect(diff.stdout).toMatch(/^-\s+replicas: 2$[\s\S]*^\+\s+replicas: 3$/m);
    expect(await says('apply --server-side --force-conflicts -f -', deployment(3, 'nginx:1.28'))).toBe(
      'deployment.apps/stall serverside-applied\n',
    );
    expect(await says('wait deploy/stall --for=condition=Available --timeout=60s')).toContain('condition met');
    expect(await says('rollout status deploy/stall --timeout=60s')).toContain('successfully rolled out');
    expect(await says('rollout history deploy/stall')).toMatch(/^1 [\s\S]*^2 /m);
    expect(await says('rollout undo deploy/stall')).toContain('rolled back');
    expect(await says('rollout status deploy/stall --timeout=60s')).toContain('successfully rolled out');
    expect(await says('get deploy stall -o jsonpath={.spec.template.spec.containers[0].image}')).toBe('nginx:1.27');
    expect(await says('scale deploy/stall --replicas=1')).toBe('deployment.apps/stall scaled\n');
    expect(await says('delete deploy stall --wait --timeout=60s')).toContain('deleted');
    expect(await says('wait pod -l app=stall --for=delete --timeout=90s')).toBeDefined();
  });

  it('reads logs', async () => {
    const web = await says('logs -n shop deploy/web --tail=3');
    expect(web.trimEnd().split('\n').length).toBe(3);
    const [name = ''] = (await says('get pods -n shop -l app=checkout --sort-by=.metadata.creationTimestamp -o name'))
      .trim()
      .split('\n')
      .slice(-1);
    expect(await says(`logs -n shop ${name} --previous`)).toContain('PAYMENT_URL is not set');
  });

  it('runs commands, with streams and exit code apart', async () => {
    const command = ['exec', '-n', 'shop', 'deploy/web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'];
    const told = await run(command);
    expect(told).toMatchObject({ code: 3, stdout: 'out\n' });
    expect(told.stderr).toMatch(/^err\n/);
    expect(await says('exec -i -n shop deploy/web -- sha256sum', 'hello')).toMatch(
      /^2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824 /,
    );
  });

  it('copies files', async () => {
    const [name = ''] = (await says('get pods -n shop -l app=web -o jsonpath={.items[0].metadata.name}')).split(' ');
    await writeFile(join(folder, 'note.txt'), 'sale ends on Friday\n');
    await says(`cp ${join(folder, 'note.txt')} shop/${name}:/tmp/note.txt`);
    expect(await says(`exec -n shop ${name} -- cat /tmp/note.txt`)).toBe('sale ends on Friday\n');
    await says(`cp shop/${name}:/etc/shop/banner.txt ${join(folder, 'banner.txt')}`);
    expect(await readFile(join(folder, 'banner.txt'), 'utf8')).toBe('Free delivery today\n');
  });

  it('forwards ports', async () => {
    const child = spawn(kubectl ?? '', ['port-forward', '-n', 'shop', 'svc/web', ':80'], { env: environment() });
    try {
      const port = await new Promise<string>((resolve, reject) => {
        let said = '';
        child.stdout.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          const [, found] = /127\.0\.0\.1:(\d+) -> 8080/.exec(said) ?? [];
          if (found !== undefined) resolve(found);
        });
        child.once('close', (code) => reject(new Error(`kubectl port-forward ended with ${code}`)));
      });
      expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('ok\n');
      expect((await fetch(`http://127.0.0.1:${port}/nothing`)).status).toBe(404);
    } finally {
      const closed = once(child, 'close');
      child.kill();
      await closed;
    }
  });

  it('explains, lists what there is, and says what one may do', async () => {
    expect(await says('explain deployment.spec.strategy')).toContain('rollingUpdate');
    expect(await says('api-resources --api-group=apps -o name')).toContain('deployments.apps');
    expect(await says('auth can-i list pods -n shop')).toBe('yes\n');
    expect(await says('auth whoami -o jsonpath={.status.userInfo.username}')).toBe('practice-admin');
    expect(await says('top nodes')).toMatch(/^worker-ssd +\d+m /m);
    expect(await says('version')).toMatch(/Server Version: v1\.36/);
  });

  it('keeps its kubeconfig to its owner, and takes it away', async () => {
    expect((await stat(kubeconfig)).mode & 0o777).toBe(0o600);
    const other = join(folder, 'other');
    const empty = startProgram(['practice', 'empty', '--kubeconfig', other]);
    await empty.says(/export KUBECONFIG=/);
    expect(await empty.end()).toBe(0);
    await expect(stat(other)).rejects.toThrow('ENOENT');
  });
});
