import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { allOf, base64, failureOf, folderWith, makePair, nodePlugin, printing } from '../../../test/support/credentials.ts';
import type { UsageError } from '../../platform/index.ts';
import { fromUser } from './from-user.ts';
import type { ClusterInfo, KubeconfigUser } from './user.ts';

const CLUSTER: ClusterInfo = { name: 'prod', server: 'https://prod.example:6443' };
const pair = makePair('dev');
const certificate = { kind: 'data', base64: base64(pair.cert) } as const;
const key = { kind: 'data', base64: base64(pair.key) } as const;
const exec = nodePlugin(printing("{ token: 'from-plugin' }"));
const provider = { name: 'oidc', config: { 'id-token': 'from-provider' } };

const user = (fields: Partial<KubeconfigUser>): KubeconfigUser => ({ name: 'dev', file: '/k/config', ...fields });
const materialOf = async (fields: Partial<KubeconfigUser>, cluster = CLUSTER): Promise<unknown> =>
  fromUser(user(fields), cluster).current();
const sending = (authorization: string) => ({ headers: { authorization }, certificate: undefined });

describe('fromUser', () => {
  it('sends nothing for a context without a user, or a user without anything', async () => {
    expect(fromUser(undefined, CLUSTER)).toMatchObject({ identity: 'anonymous' });
    expect(await fromUser(undefined, CLUSTER).current()).toEqual({ headers: {}, certificate: undefined });
    expect(await materialOf({})).toEqual({ headers: {}, certificate: undefined });
  });

  it('takes the token file before the token', async () => {
    const tokenFile = join(await folderWith({ token: 'from-file' }), 'token');
    expect(await materialOf({ tokenFile, token: 'static' })).toEqual(sending('Bearer from-file'));
  });

  it('sends user name and password', async () => {
    expect(await materialOf({ username: 'jane', password: 'pa:ss' })).toEqual(sending(`Basic ${base64('jane:pa:ss')}`));
    expect(await materialOf({ username: 'jane' })).toEqual(sending(`Basic ${base64('jane:')}`));
  });

  it('sends a certificate and a token together', async () => {
    expect(await materialOf({ certificate, key, token: 'static' })).toEqual({ ...sending('Bearer static'), certificate: pair });
  });

  it('runs a plugin only when there is nothing else', async () => {
    expect(await materialOf({ exec })).toEqual(sending('Bearer from-plugin'));
    expect(await materialOf({ exec, token: 'static' })).toEqual(sending('Bearer static'));
    expect(await materialOf({ exec, certificate, key })).toEqual({ headers: {}, certificate: pair });
  });

  it('asks a provider beside a certificate, and not beside a token', async () => {
    expect(await materialOf({ authProvider: provider, certificate, key })).toEqual({
      ...sending('Bearer from-provider'),
      certificate: pair,
    });
    expect(await materialOf({ authProvider: provider, token: 'static' })).toEqual(sending('Bearer static'));
  });

  it('impersonates on top of any of them, and says so', async () => {
    const credentials = fromUser(user({ exec, impersonate: { user: 'jane', groups: ['a', 'b'], extra: {} } }), CLUSTER);
    expect(credentials.identity).toBe('dev as jane');
    expect((await credentials.current()).headers).toEqual({
      authorization: 'Bearer from-plugin',
      'impersonate-user': 'jane',
      'impersonate-group': ['a', 'b'],
    });
  });

  it('passes a refusal on to the plugin below an impersonation', async () => {
    const credentials = fromUser(user({ exec, impersonate: { user: 'jane', groups: [], extra: {} } }), CLUSTER);
    expect(credentials.rejected(await credentials.current())).toBe(true);
    expect(credentials.current()).toBeInstanceOf(Promise);
  });

  it.each<Partial<KubeconfigUser>>([{ token: 'static' }, { username: 'jane', password: 'x' }, { certificate, key }])(
    'takes a refusal of what never changes as final (%#)',
    async (fields) => {
      const credentials = fromUser(user(fields), CLUSTER);
      expect(credentials.rejected(await credentials.current())).toBe(false);
    },
  );

  it('sends nothing secret over plain http, and still impersonates', async () => {
    const plain: ClusterInfo = { name: 'proxy', server: 'http://localhost:8001' };
    expect(await materialOf({ token: 'static', certificate, key }, plain)).toEqual({ headers: {}, certificate: undefined });
    expect(await materialOf({ token: 'static', impersonate: { user: 'jane', groups: [], extra: {} } }, plain)).toEqual({
      headers: { 'impersonate-user': 'jane' },
      certificate: undefined,
    });
  });

  it.each<[Partial<KubeconfigUser>, field: string, message: string, advice: RegExp]>([
    [{ token: 'topsecret', username: 'jane' }, 'token', 'it has both a token and a user name', /Remove one/],
    [{ tokenFile: '/k/token', username: 'jane' }, 'token', 'it has both a token and a user name', /Remove one/],
    [{ password: 'topsecret' }, 'username', 'it has a password and no user name', /^$/],
    [
      { exec, authProvider: { name: 'oidc', config: { 'id-token': 'topsecret' } } },
      'exec',
      'it has both an exec plugin and an auth-provider',
      /Remove the auth-provider/,
    ],
    [{ certificate }, 'client-key', 'it has a client certificate and no key', /client-key-data/],
    [{ key }, 'client-certificate', 'it has a client key and no certificate', /client-certificate-data/],
  ])('refuses a contradiction (%#)', async (fields, field, message, advice) => {
    const error = await failureOf(() => fromUser(user(fields), CLUSTER));
    expect(error).toMatchObject({ name: 'UsageError', field, message: `User "dev" in kubeconfig /k/config: ${message}.` });
    expect((error as UsageError).advice ?? '').toMatch(advice);
    expect(allOf(error)).not.toMatch(/topsecret|MI[GI]/);
  });
});
