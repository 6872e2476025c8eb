import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { tokensOf } from '../../src/answers/index.ts';
import { runPod } from '../support/streams.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, type AdminClient } from './index.ts';
import { ensureNamespace } from './populate/new-objects.ts';

const cluster = await ensureCluster();

// One of its own for each run: the one before may still be on its way out.
const NAMESPACE = `fairlead-exec-${process.pid}`;

describe.skipIf(cluster === undefined || !cluster.hasNode)('kube_exec', () => {
  let admin: AdminClient;
  let tools: Toolkit;
  const flags = ['--kubeconfig', cluster?.kubeconfig ?? '', '--context', cluster?.context ?? ''];
  const exec = (command: readonly string[], more: object = {}) =>
    tools.call('kube_exec', { namespace: NAMESPACE, name: 'tools', command, ...more });

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await ensureNamespace(admin, NAMESPACE);
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'tools' }, 'sleep 1000000');
    tools = toolkit(...flags, '--changes', 'direct', '--allow-operations', 'exec');
  });
  afterAll(async () => {
    await tools?.close();
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin?.close();
  });

  it('gives exit code, stdout and stderr, all three apart, in both forms', async () => {
    const command = ['sh', '-c', 'echo out; echo err >&2; exit 3'];
    const { isError, text } = await exec(command);
    expect(isError).toBe(false);
    expect(text).toMatch(/^Exit code 3 after \S+ s in pod tools in namespace fairlead-exec-\d+ of cluster /);
    expect(text).toMatch(/stdout, 4 bytes: .*\]\nout\n\[end[^]*stderr, 4 bytes: .*\]\nerr\n\[end/);
    const data = await tools.data('kube_exec', { namespace: NAMESPACE, name: 'tools', command });
    expect(data).toMatchObject({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('hands over its input', async () => {
    expect((await exec(['wc', '-c'], { stdin: 'hello' })).text).toMatch(/\]\n5\n\[end/);
  });

  it('answers 50 MB of output within its budget', async () => {
    const { text } = await exec(['sh', '-c', 'yes "all work and no play" | head -c 50000000; echo; echo end']);
    expect(tokensOf(text)).toBeLessThanOrEqual(4_000);
    expect(text).toContain('stdout, 50,000,005 bytes');
    expect(text).toMatch(/\nend\n\[end/);
  });

  it('gives up on what takes too long, with what it has written', async () => {
    const { isError, text } = await exec(['sh', '-c', 'echo begun; sleep 30'], { timeout: 2 });
    expect(isError).toBe(true);
    expect(text).toMatch(/^Still running after 2 s/);
    expect(text).toMatch(/\]\nbegun\n\[end/);
  });

  it.each([
    [{ command: ['ls -l /'] }, 'Write ["ls","-l","/"]'],
    [{ command: ['no-such-program'] }, 'no-such-program'],
    [{ name: 'no-such-pod' }, 'No pods "no-such-pod"'],
    [{ container: 'no-such-container' }, 'no-such-container'],
    [{ name: '../nodes' }, 'must be a plain name'],
    [{ name: 'pod/tools' }, 'must be the plain name "tools"'],
  ])('says what is wrong with %j', async (more, said) => {
    const { isError, text } = await exec(['id'], more);
    expect(isError).toBe(true);
    expect(text).toContain(said);
  });

  it.each([
    ['read-only', []],
    ['when only other things are allowed', ['--changes', 'direct', '--allow-operations', 'get,list,port-forward']],
    ['in a dry run', ['--changes', 'direct', '--allow-operations', 'exec', '--dry-run']],
  ])('is refused %s', async (_, more) => {
    const refusing = toolkit(...flags, ...more);
    const { isError, text } = await refusing.call('kube_exec', { namespace: NAMESPACE, name: 'tools', command: ['id'] });
    expect(text).toMatch(/^Refused by policy: get pods\/exec "tools"/);
    expect(isError).toBe(true);
    await refusing.close();
  });
});
