import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { makeAuthority } from '../../test/support/tls.ts';
import { memberOf } from './members.ts';
import type { ClusterSource, ClusterSpec, LoginSpec } from './spec.ts';

let folder: string;
let pair: { readonly cert: string; readonly key: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'members-'));
  pair = await (await makeAuthority()).issue();
  await writeFile(join(folder, 'token'), 'from-file\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const server = (login: LoginSpec, more: object = {}): ClusterSource => ({
  kind: 'server',
  server: 'https://prod.example:6443',
  login,
  ...more,
});
const spec = (source: ClusterSource): ClusterSpec => ({ name: 'prod', source });
const headersOf = async (login: LoginSpec): Promise<unknown> => {
  const { credentials } = await (await memberOf(spec(server(login)), {})).target();
  return (await credentials.current(new AbortController().signal)).headers;
};

describe('a cluster by its address', () => {
  it('logs in as it says', async () => {
    expect(await headersOf({ kind: 'anonymous' })).toEqual({});
    expect(await headersOf({ kind: 'token', token: 'abc' })).toEqual({ authorization: 'Bearer abc' });
    expect(await headersOf({ kind: 'token-file', file: join(folder, 'token') })).toEqual({ authorization: 'Bearer from-file' });
  });

  it('takes certificates as text and as files', async () => {
    await writeFile(join(folder, 'cert'), pair.cert);
    await writeFile(join(folder, 'key'), pair.key);
    for (const pems of [
      { certificate: { pem: pair.cert }, key: { pem: pair.key } },
      { certificate: { file: join(folder, 'cert') }, key: { file: join(folder, 'key') } },
    ]) {
      const { credentials } = await (await memberOf(spec(server({ kind: 'client-certificate', ...pems })), {})).target();
      expect((await credentials.current(new AbortController().signal)).certificate).toMatchObject({ cert: pair.cert });
    }
  });

  it('is what its definition says, under its own name', async () => {
    const more = { serverName: 'inside.example', insecure: true, proxy: 'http://proxy.example:3128' };
    const target = await (await memberOf(spec(server({ kind: 'anonymous' }, more)), {})).target();
    expect(target).toMatchObject({
      name: 'prod',
      server: 'https://prod.example:6443',
      tls: { serverName: 'inside.example', insecure: true },
      proxy: 'http://proxy.example:3128',
    });
    expect(target.warnings?.join()).toMatch(/insecure|certificate/i);
  });

  it('is another one with another token, and the same with the same', async () => {
    const fingerprint = async (token: string): Promise<string> =>
      (await memberOf(spec(server({ kind: 'token', token })), {})).fingerprint;
    expect(await fingerprint('a')).toBe(await fingerprint('a'));
    expect(await fingerprint('a')).not.toBe(await fingerprint('b'));
    expect(await fingerprint('secret-token')).not.toContain('secret-token');
  });

  it.each(['ftp://x', 'not a url', ''])('that is none (%j) is refused', async (address) => {
    const member = await memberOf(
      { name: 'prod', source: { ...server({ kind: 'anonymous' }), server: address } as ClusterSource },
      {},
    );
    await expect(member.target()).rejects.toMatchObject({ name: 'UsageError' });
  });
});

it('a cluster inside its own pods is refused outside of them', async () => {
  await expect((await memberOf(spec({ kind: 'in-cluster' }), {})).target()).rejects.toMatchObject({
    code: 'in-cluster',
    message: 'Cluster prod is to be reached from inside its pods, and this process runs in none.',
  });
});

it('a kubeconfig without a current context needs one to be named', async () => {
  const path = join(folder, 'config');
  await writeFile(path, JSON.stringify({ contexts: [], clusters: [], users: [] }));
  await expect((await memberOf(spec({ kind: 'kubeconfig', paths: [path] }), {})).target()).rejects.toThrow(
    'its kubeconfig has no current context',
  );
});
