import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { tokensOf } from '../../src/answers/index.ts';
import { startProgram } from '../support/program.ts';
import { startServer } from '../support/server.ts';
import { runPod } from '../support/streams.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, type AdminClient } from './index.ts';
import { ensureNamespace } from './populate/new-objects.ts';

const cluster = await ensureCluster();

// One of its own for each run: the one before may still be on its way out.
const NAMESPACE = `fairlead-cp-${process.pid}`;
const ALLOWED = ['--changes', 'direct', '--allow-operations', 'exec'];
const MAKE =
  'mkdir -p /data/in; echo deep >/data/in/-deep; echo token=hunter22hunter22 >/data/env; ln -s in /data/link; ln -s env /data/way; head -c 3000000 /dev/zero >/data/big; mkdir /bare; cp /bin/busybox /bare/';

describe.skipIf(cluster === undefined || !cluster.hasNode)('kube_cp', () => {
  let admin: AdminClient;
  let tools: Toolkit;
  let folder = '';
  const flags = ['--kubeconfig', cluster?.kubeconfig ?? '', '--context', cluster?.context ?? ''];
  const cp = (given: object) => tools.call('kube_cp', { namespace: NAMESPACE, name: 'files', ...given });
  const exec = (...command: readonly string[]) => tools.data('kube_exec', { namespace: NAMESPACE, name: 'files', command });
  const terminal = (...argv: readonly string[]) => startProgram(['cp', ...flags, '-n', NAMESPACE, ...ALLOWED, ...argv]).ended;

  beforeAll(async () => {
    if (cluster === undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'fairlead-cp-'));
    admin = adminClient(cluster);
    await ensureNamespace(admin, NAMESPACE);
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'files' }, `${MAKE}; sleep 1000000`);
    // One without tar: the commands of its folder are all there are.
    await runPod(cluster, admin, { namespace: NAMESPACE, name: 'bare' }, 'rm -f /bin/tar /usr/bin/tar; sleep 1000000');
    tools = toolkit(...flags, ...ALLOWED, '--allow-paths', folder);
    await mkdir(join(folder, 'tree/in'), { recursive: true });
    await writeFile(join(folder, 'tree/in/bytes'), randomBytes(2_000_000));
    await writeFile(join(folder, 'tree/--help'), 'a name');
    await symlink('/etc/passwd', join(folder, 'tree/link'));
  });
  afterAll(async () => {
    await tools?.close();
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers with the text of a small file, also behind a link, without what is secret', async () => {
    for (const path of ['/data/env', '/data/way', 'data/../data/env']) {
      const { isError, text } = await cp({ action: 'from', path });
      expect(isError, text).toBe(false);
      expect(text).toMatch(/^File \S+ in pod files in namespace fairlead-cp-\d+ of cluster \S+, 23 bytes\.\n/);
      expect(text).toContain('\ntoken=<redacted>\n');
    }
    expect(
      await tools.data('kube_cp', { namespace: NAMESPACE, name: 'files', action: 'from', path: '/data/in/-deep' }),
    ).toMatchObject({
      bytes: 5,
      content: 'deep\n',
    });
  });

  it('answers with the names in a folder, links left out, and with what leads to each', async () => {
    const { text } = await cp({ action: 'from', path: '/data' });
    expect(text).toMatch(/^Folder \/data in pod files .*, 3 files, 3,000,028 bytes\.\n/);
    expect(text).toContain('2 links, devices or names that lead elsewhere left out');
    expect(text).toMatch(/\nin\/-deep {2}5\n/);
    expect(text).toMatch(/\nnext: kube_cp \{"action":"from",/);
  });

  it('keeps to its budget, whatever the size', async () => {
    const { text } = await cp({ action: 'from', path: '/bin/busybox' });
    expect(text).toContain('no text');
    await exec('sh', '-c', 'yes "all work and no play" | head -c 5000000 >/tmp/long');
    const long = await cp({ action: 'from', path: '/tmp/long', max_tokens: 500 });
    expect(tokensOf(long.text)).toBeLessThanOrEqual(500);
    expect(long.text).toContain('5,000,000 bytes');
    expect(long.text).toContain('bytes left out');
  });

  it.each(['legacy', 'modern'] as const)('leads to the whole of a text for which an answer has no room: %s', async (era) => {
    await exec('sh', '-c', 'yes "no play" | head -n 20000 >"/tmp/lo ng"; echo token=hunter22hunter22 >>"/tmp/lo ng"');
    const server = await startServer({ args: [...flags, ...ALLOWED], era });
    const { client } = server;
    const ask = async (path: string) => {
      const given = { action: 'from', namespace: NAMESPACE, name: 'files', path };
      return (await client.callTool({ name: 'kube_cp', arguments: given })).content;
    };
    const link = (await ask('/tmp/lo ng')).find(({ type }) => type === 'resource_link');
    expect(link).toMatchObject({ name: 'lo ng', mimeType: 'text/plain', size: 160_023 });
    const { contents } = await client.readResource({ uri: link?.type === 'resource_link' ? link.uri : '' });
    expect(contents[0]).toMatchObject({ text: `${'no play\n'.repeat(20_000)}token=<redacted>\n` });
    expect(await ask('/data/env')).toHaveLength(1);
    await expect(client.readResource({ uri: `kube://${cluster?.context}/${NAMESPACE}/pods/files/_/data/big` })).rejects.toThrow(
      'is no file of text',
    );
    await server.close();
  });

  it('writes a text as it is', async () => {
    const content = `--x\n$(id) 'é' "\n${'y'.repeat(200_000)}`;
    const { isError, text } = await cp({ action: 'to', path: '/tmp/-written', content });
    expect(isError, text).toBe(false);
    expect((await exec('wc', '-c', '/tmp/-written'))['stdout']).toContain(String(Buffer.byteLength(content)));
    expect((await exec('head', '-n', '2', '/tmp/-written'))['stdout']).toBe(`--x\n$(id) 'é' "\n`);
  });

  it('copies trees to and fro within the folders that are allowed', async () => {
    expect((await cp({ action: 'to', path: '/tmp/tree', local_path: join(folder, 'tree') })).text).toContain('2 files copied to');
    expect((await exec('find', '/tmp/tree', '-type', 'l'))['stdout']).toBe('');
    expect((await cp({ action: 'from', path: '/tmp/tree', local_path: join(folder, 'back') })).text).toContain(
      '2 files copied from',
    );
    expect(await readFile(join(folder, 'back/in/bytes'))).toEqual(await readFile(join(folder, 'tree/in/bytes')));
    expect((await readdir(join(folder, 'back'))).toSorted()).toEqual(['--help', 'in']);
  });

  it.each([
    ['in none of the folders', { action: 'from', path: '/data', local_path: '/etc/new' }],
    ['in none of the folders', { action: 'to', path: '/tmp/x', local_path: '/etc/passwd' }],
    ['no absolute path', { action: 'from', path: '/data', local_path: 'relative' }],
    ['either "content" or "local_path"', { action: 'to', path: '/tmp/x' }],
    ['belongs to action "to"', { action: 'from', path: '/data', content: 'x' }],
    ['/no', { action: 'from', path: '/no/such' }],
    ['/no', { action: 'to', path: '/no/such', content: 'x' }],
    ['could not copy', { action: 'to', path: '/proc/version', content: 'x' }],
    ['path', { action: 'from', path: 'a\0b' }],
    ['path', { action: 'from', path: '-'.repeat(200_000) }],
    ['could not copy', { action: 'from', path: '--help' }],
    ['No pods "no-such-pod"', { action: 'from', path: '/data', name: 'no-such-pod' }],
    ['--help', { action: 'from', path: '/data', container: '--help' }],
    ['There is no tar in the container', { action: 'from', path: '/data', name: 'bare' }],
    ['There is no tar in the container', { action: 'to', path: '/tmp/x', content: 'x', name: 'bare' }],
  ])('says %j to what cannot be done', async (said, given) => {
    const { isError, text } = await cp(given);
    expect(text.slice(0, 2_000)).toContain(said);
    expect(isError).toBe(true);
  });

  it.each([
    ['read-only', []],
    ['without the permission', ['--changes', 'direct']],
    ['in a dry run', [...ALLOWED, '--dry-run']],
  ])('is refused %s', async (_, more) => {
    const refusing = toolkit(...flags, ...more);
    for (const given of [
      { action: 'from', path: '/data' },
      { action: 'to', path: '/tmp/refused', content: 'x' },
    ]) {
      const { isError, text } = await refusing.call('kube_cp', { namespace: NAMESPACE, name: 'files', ...given });
      expect(text).toMatch(/^Refused by policy: get pods\/exec "files"/);
      expect(isError).toBe(true);
    }
    await refusing.close();
  });

  it('uses no folder of this machine that nobody has named', async () => {
    const other = toolkit(...flags, ...ALLOWED);
    const given = { namespace: NAMESPACE, name: 'files', action: 'from', path: '/data', local_path: join(folder, 'new') };
    expect((await other.call('kube_cp', given)).text).toContain('--allow-paths');
    await other.close();
  });

  it('has a face in the terminal, for whatever a person may write', async () => {
    const to = await terminal(join(folder, 'tree'), 'files:/tmp/typed');
    expect(to).toMatchObject({ code: 0, stderr: expect.stringContaining('2 files copied') });
    const from = await terminal(`${NAMESPACE}/files:/tmp/typed/in`, folder);
    expect(from.code).toBe(0);
    expect(await readFile(join(folder, 'in/bytes'))).toEqual(await readFile(join(folder, 'tree/in/bytes')));
    expect((await terminal('files:/data', 'files:/tmp')).stderr).toContain('between one pod and this machine');
    expect((await terminal('files:/no/such', folder)).code).toBe(2);
    expect((await terminal('bare:/etc', folder)).stderr).toContain('There is no tar');
  });
});

describe('kube_cp on a practice cluster', () => {
  it('copies to and fro as on a real one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fairlead-cp-'));
    await mkdir(join(folder, 'site'));
    await writeFile(join(folder, 'site/page'), 'hello');
    // Each process has a practice cluster of its own, so that what comes back is what its image holds.
    const flags = ['--practice', 'shop', '-n', 'shop', ...ALLOWED];
    const to = await startProgram(['cp', ...flags, join(folder, 'site'), 'orders-db-0:/tmp/site', '--json']).ended;
    expect(JSON.parse(to.stdout.toString())).toEqual({ files: 1, folders: 1, bytes: 5 });
    const from = await startProgram(['cp', ...flags, 'orders-db-0:/etc', join(folder, 'etc')]).ended;
    expect(from).toMatchObject({ code: 0 });
    expect(await readdir(join(folder, 'etc'))).toContain('hostname');
    await rm(folder, { recursive: true, force: true });
  });
});
