import { readFile } from 'node:fs/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { readKubeconfig, targetOf, Transport, type ClusterTarget } from '../../src/kubernetes/index.ts';
import { base64, openHouse, plugin, type House } from '../credentials/house.ts';
import { startIssuer, type Issuer } from '../support/oidc.ts';
import { failure, post } from '../support/wire.ts';
import { adminClient, at, ensureCluster, type Access, type AdminClient } from './index.ts';
import { ensureNamespace } from './populate/new-objects.ts';
import { credentials as pairOf } from './pki.ts';
import { ISSUER_PREFIX, startSecondApiServer, type SecondApiServer } from './second-api-server.ts';
import { until } from './wait.ts';

const cluster = await ensureCluster();
const NAMESPACE = 'credentials';

/** Who a real API server says that one is. */
interface User {
  readonly username: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

const REVIEW = {
  path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
  body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
};

describe.skipIf(cluster === undefined)('credentials at a real API server', () => {
  let admin: AdminClient;
  let house: House;
  const transports: Transport[] = [];

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await ensureNamespace(admin, NAMESPACE);
    for (const name of ['jane', 'joe']) {
      await admin.ensure(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name, namespace: NAMESPACE },
      });
    }
  });

  afterAll(async () => {
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin?.close();
  });

  beforeEach(async () => {
    house = await openHouse();
  });

  afterEach(async () => {
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
    await house[Symbol.asyncDispose]();
  });

  let files = 0;

  /** A user of a kubeconfig at an API server, the cluster's own unless another is given. */
  async function client(
    user: Readonly<Record<string, unknown>>,
    access: Access | undefined = cluster?.access,
  ): Promise<{ readonly target: ClusterTarget; readonly review: () => Promise<User> }> {
    const path = await house.file(
      `kubeconfig-${++files}`,
      JSON.stringify({
        clusters: [{ name: 'c', cluster: { server: access?.server, 'certificate-authority-data': base64(access?.ca ?? '') } }],
        users: [{ name: 'dev', user }],
        contexts: [{ name: 'test', context: { cluster: 'c', user: 'dev' } }],
      }),
    );
    const target = targetOf(await readKubeconfig({ paths: [path] }), 'test', { clock: house.clock });
    const transport = new Transport(target);
    transports.push(transport);
    return {
      target,
      review: async () => at(JSON.parse((await transport.send(post(REVIEW))).text), 'status', 'userInfo') as User,
    };
  }

  /** A token of a service account, and the means to make it void. */
  async function tokenOf(name: string): Promise<{ readonly token: string; revoke(): Promise<void> }> {
    const secrets = `/api/v1/namespaces/${NAMESPACE}/secrets`;
    const secret = await admin.post(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { generateName: 'bound-' } });
    const secretName = String(at(secret, 'metadata', 'name'));
    const bound = { apiVersion: 'v1', kind: 'Secret', name: secretName, uid: at(secret, 'metadata', 'uid') };
    const answer = await admin.post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${name}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600, boundObjectRef: bound },
    });
    return {
      token: String(at(answer, 'status', 'token')),
      revoke: async () => void (await admin.delete(`${secrets}/${secretName}`)),
    };
  }

  const account = (name: string): string => `system:serviceaccount:${NAMESPACE}:${name}`;

  it('a token, and one that is none', async () => {
    const { token } = await tokenOf('jane');
    expect((await (await client({ token })).review()).username).toBe(account('jane'));
    const error = await failure((await client({ token: `${token}x` })).review());
    expect(error).toMatchObject({ code: 'unauthorized' });
    expect(String(error)).not.toContain(token.slice(0, 20));
  });

  it('a token file that is replaced when the server no longer takes its token', { timeout: 90_000 }, async () => {
    const [old, next] = [await tokenOf('jane'), await tokenOf('joe')];
    const path = await house.file('token', old.token);
    const { review } = await client({ tokenFile: path });
    expect((await review()).username).toBe(account('jane'));
    await house.file('token', next.token);
    await old.revoke();
    // The API server believes in a token for ten seconds more; our own ten seconds do not pass, since the clock is ours.
    const frozen = Date.now();
    house.clock.now = () => frozen;
    const seen = new Set<string>();
    await until('the new token is used', async () => seen.add((await review()).username).has(account('joe')), 60_000, 200);
    expect([...seen]).toEqual([account('jane'), account('joe')]);
  });

  it('an exec plugin that is run again when its token is revoked', { timeout: 90_000 }, async () => {
    const [old, next] = [await tokenOf('jane'), await tokenOf('joe')];
    const path = await house.file('token', old.token);
    const { review } = await client(plugin(`tell({ token: require('node:fs').readFileSync(${JSON.stringify(path)}, 'utf8') })`));
    expect((await review()).username).toBe(account('jane'));
    await house.file('token', next.token);
    await old.revoke();
    const seen = new Set<string>();
    await until('the new token is used', async () => seen.add((await review()).username).has(account('joe')), 60_000, 200);
    expect([...seen]).toEqual([account('jane'), account('joe')]);
  });

  it('impersonation with user, groups, uid and extra', async () => {
    const { cert = '', key = '' } = cluster?.access ?? {};
    const { review } = await client({
      'client-certificate-data': base64(cert),
      'client-key-data': base64(key),
      as: 'jané',
      'as-uid': '06f6ce97',
      'as-groups': ['dev,ops', 'testers'],
      'as-user-extra': { 'acme.com/Project': ['one', 'two'], reason: ['ünïcode'] },
    });
    expect(await review()).toMatchObject({
      username: 'jané',
      uid: '06f6ce97',
      groups: ['dev,ops', 'testers', 'system:authenticated'],
      extra: { 'acme.com/project': ['one', 'two'], reason: ['ünïcode'] },
    });
  });

  describe.skipIf(cluster?.isOwn !== true)('of our own', () => {
    let issuer: Issuer;
    let second: SecondApiServer;

    beforeAll(async () => {
      const home = await openHouse();
      issuer = await startIssuer({ pair: await home.authority.issue(), rotates: true });
      idp = base64(home.authority.cert);
      second = await startSecondApiServer({ url: issuer.url, ca: home.authority.cert, audience: 'fairlead' });
      await home[Symbol.asyncDispose]();
    });

    afterAll(async () => {
      await second?.[Symbol.asyncDispose]();
      await issuer?.[Symbol.asyncDispose]();
    });

    let idp = '';

    const login = (person: string, lifetime = 3600): Readonly<Record<string, unknown>> => {
      const claims = { sub: person, groups: ['testers'] };
      const { refreshToken } = issuer.login(person, claims);
      const config = {
        'idp-issuer-url': issuer.url,
        'client-id': 'fairlead',
        'idp-certificate-authority-data': idp,
        'id-token': issuer.idToken({ ...claims, exp: Math.floor(Date.now() / 1000) + lifetime }),
        'refresh-token': refreshToken,
      };
      return { 'auth-provider': { name: 'oidc', config } };
    };

    it('client certificates in files, renewed', async () => {
      const copy = async (party: 'kube-proxy' | 'scheduler'): Promise<void> => {
        const { cert, key } = pairOf(party);
        await house.file('dev.crt', await readFile(cert, 'utf8'));
        await house.file('dev.key', await readFile(key, 'utf8'));
      };
      await copy('kube-proxy');
      const { review } = await client({ 'client-certificate': 'dev.crt', 'client-key': 'dev.key' });
      expect((await review()).username).toBe('system:kube-proxy');
      await copy('scheduler');
      expect((await review()).username).toBe('system:kube-proxy');
      house.clock.shift(10_000);
      expect((await review()).username).toBe('system:kube-scheduler');
    });

    it('a certificate from an exec plugin', async () => {
      const { cert, key } = pairOf('scheduler');
      const [clientCertificateData, clientKeyData] = [await readFile(cert, 'utf8'), await readFile(key, 'utf8')];
      const { review } = await client(plugin(`tell(${JSON.stringify({ clientCertificateData, clientKeyData })})`));
      expect((await review()).username).toBe('system:kube-scheduler');
    });

    it('OIDC: an id-token, its refresh, and a token that the server does not take', async () => {
      const { review } = await client(login('jane'), second.access);
      expect(await review()).toMatchObject({
        username: `${ISSUER_PREFIX}jane`,
        groups: [`${ISSUER_PREFIX}testers`, 'system:authenticated'],
      });
      expect(issuer.questions).toHaveLength(0);

      const ended = await client(login('joe', -60), second.access);
      expect((await ended.review()).username).toBe(`${ISSUER_PREFIX}joe`);
      expect(issuer.questions).toHaveLength(1);

      // Signed by nobody that the server knows: a 401 brings a refresh, and with it a token that it takes.
      const user = login('jane') as { readonly 'auth-provider': { readonly config: Readonly<Record<string, string>> } };
      const { config } = user['auth-provider'];
      const forged = { ...config, 'id-token': `${config['id-token']?.split('.').slice(0, 2).join('.')}.Zm9yZ2Vk` };
      const mended = await client({ 'auth-provider': { name: 'oidc', config: forged } }, second.access);
      expect((await mended.review()).username).toBe(`${ISSUER_PREFIX}jane`);
      expect(issuer.questions).toHaveLength(2);
    });

    it('OIDC through an exec plugin', async () => {
      const expirationTimestamp = new Date(Date.now() + 3_600_000).toISOString();
      const status = { token: issuer.idToken({ sub: 'jane' }), expirationTimestamp };
      const { review } = await client(plugin(`tell(${JSON.stringify(status)})`), second.access);
      expect((await review()).username).toBe(`${ISSUER_PREFIX}jane`);
    });

    it('two clusters and five people, 2,000 calls at once: nobody is taken for another', async () => {
      const { cert, key } = pairOf('scheduler');
      const pair = { 'client-certificate': cert, 'client-key': key };
      const people = new Map([
        [account('jane'), await client({ token: (await tokenOf('jane')).token })],
        [account('joe'), await client(plugin(`tell({ token: '${(await tokenOf('joe')).token}' })`))],
        ['system:kube-scheduler', await client(pair)],
        [`${ISSUER_PREFIX}jane`, await client(login('jane'), second.access)],
        [`${ISSUER_PREFIX}joe`, await client(login('joe', -60), second.access)],
      ]);
      const everybody = [...people];
      const calls = Array.from({ length: 2_000 }, async (_, index) => {
        const [name, { review }] = everybody[index % everybody.length] ?? ['', { review: async () => ({ username: '?' }) }];
        return (await review()).username === name;
      });
      expect((await Promise.all(calls)).filter((right) => !right)).toEqual([]);

      // What is good at one cluster is nothing at the other.
      const stranger = await client({ token: (await tokenOf('jane')).token }, second.access);
      expect(await failure(stranger.review())).toMatchObject({ code: 'unauthorized' });
      expect(await failure((await client(login('jane'))).review())).toMatchObject({ code: 'unauthorized' });
    });
  });
});
