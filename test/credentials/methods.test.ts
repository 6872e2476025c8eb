import { afterEach, beforeEach, expect, it } from 'vitest';

import { inClusterTarget, Transport } from '../../src/kubernetes/index.ts';
import { startIssuer } from '../support/oidc.ts';
import { makeAuthority } from '../support/tls.ts';
import { failure, get } from '../support/wire.ts';
import { base64, openHouse, plugin, type House } from './house.ts';
import { startWhoami, type Proof, type Whoami } from './whoami.ts';

let house: House;

beforeEach(async () => {
  house = await openHouse();
});

afterEach(async () => {
  await house[Symbol.asyncDispose]();
});

/** A server that knows certificates of the house, and whatever stands in `logins`. */
async function serving(
  logins: Readonly<Record<string, string>> = {},
  more?: (proof: Proof) => string | undefined,
): Promise<Whoami> {
  const { authority } = house;
  return house.keep(
    await startWhoami({
      pair: await authority.issue(),
      clientAuthority: authority.cert,
      authenticate: (proof) => proof.certificate ?? logins[proof.authorization ?? ''] ?? more?.(proof),
    }),
  );
}

const trusting = (server: Whoami): Readonly<Record<string, string>> => ({
  server: server.url,
  'certificate-authority-data': base64(house.authority.cert),
});

it('token', async () => {
  const server = await serving({ 'Bearer t0ken': 'jane' });
  expect(await (await house.client(trusting(server), { token: 't0ken' })).whoami()).toBe('jane');
  const error = await failure((await house.client(trusting(server), { token: 'other' })).whoami());
  expect(error).toMatchObject({ code: 'unauthorized' });
  expect(server.proofs.map((proof) => proof.authorization)).toEqual(['Bearer t0ken', 'Bearer other']);
});

it('token file', async () => {
  const server = await serving({ 'Bearer from-file': 'jane' });
  await house.file('token', 'from-file\n');
  expect(await (await house.client(trusting(server), { tokenFile: 'token', token: 'beside' })).whoami()).toBe('jane');
});

it('user name and password', async () => {
  const server = await serving({ [`Basic ${base64('jane:p:ss')}`]: 'jane' });
  expect(await (await house.client(trusting(server), { username: 'jane', password: 'p:ss' })).whoami()).toBe('jane');
});

it.each([true, false])('client certificate in place, in files, and from a plugin (http2: %s)', async (http2) => {
  const server = await serving();
  const { cert, key } = await house.authority.issue({ commonName: 'jane' });
  await house.file('jane.crt', cert);
  await house.file('jane.key', key);
  const status = { clientCertificateData: cert, clientKeyData: key };
  const users = [
    { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) },
    { 'client-certificate': 'jane.crt', 'client-key': './jane.key' },
    { 'client-certificate': 'jane.crt', 'client-key-data': base64(key) },
    plugin(`tell(${JSON.stringify(status)})`),
  ];
  for (const user of users) expect(await (await house.client(trusting(server), user, {}, http2)).whoami()).toBe('jane');
  expect(server.proofs.every((proof) => proof.authorization === undefined)).toBe(true);
});

it('a client certificate of another authority is none', async () => {
  const server = await serving();
  const { cert, key } = await (await makeAuthority('stranger')).issue({ commonName: 'jane' });
  const client = await house.client(trusting(server), {
    'client-certificate-data': base64(cert),
    'client-key-data': base64(key),
  });
  expect(await failure(client.whoami())).toMatchObject({ code: 'unauthorized' });
  expect(server.proofs.at(-1)?.certificate).toBeUndefined();
});

it('exec plugin: told of the cluster, with the environment, never a terminal', async () => {
  const server = await serving({}, ({ authorization }) => authorization?.replace('Bearer ', ''));
  const script = `
    const { spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    tell({ token: [spec.interactive, spec.cluster.server, spec.cluster.config.audience, process.env.GIVEN, process.stdin.isTTY === true].join('|') })`;
  const extension = { name: 'client.authentication.k8s.io/exec', extension: { audience: 'prod' } };
  const client = await house.client(
    { ...trusting(server), extensions: [extension] },
    plugin(script, { provideClusterInfo: true, env: [{ name: 'GIVEN', value: 'yes' }] }),
  );
  expect(await client.whoami()).toBe(`false|${server.url}|prod|yes|false`);
});

it('exec plugin: a missing program says how to install it, and a failing one why', async () => {
  const server = await serving();
  const missing = plugin('', { command: 'no-such-plugin', installHint: 'brew install no-such-plugin' });
  expect(await failure((await house.client(trusting(server), missing)).whoami())).toMatchObject({
    code: 'credentials',
    message: 'Cannot log in to cluster prod as "dev": the exec plugin "no-such-plugin" was not found.',
    advice: expect.stringContaining('brew install no-such-plugin'),
  });
  const failing = plugin(`console.error('token expired: eyJhbGciOiJSUzI1NiJ9.e30.c2ln'); process.exit(3)`);
  const error = await failure((await house.client(trusting(server), failing)).whoami());
  expect(String(error)).toMatch(/failed with exit code 3: token expired: \[hidden\]\.$/);
  expect(server.proofs).toEqual([]);
});

it('OIDC, in the auth-provider form and through an exec plugin', async () => {
  const issuer = house.keep(
    await startIssuer({ pair: await house.authority.issue(), clientSecret: 's3cret', now: house.clock.now }),
  );
  const server = await serving({}, ({ authorization }) => {
    const sub = issuer.verified(authorization?.replace('Bearer ', '') ?? '')?.['sub'];
    return typeof sub === 'string' ? sub : undefined;
  });
  const { idToken, refreshToken } = issuer.login('jane@corp');
  const config = {
    'idp-issuer-url': issuer.url,
    'client-id': 'fairlead',
    'client-secret': 's3cret',
    'refresh-token': refreshToken,
    'id-token': idToken,
    'idp-certificate-authority-data': base64(house.authority.cert),
    'extra-scopes': 'groups',
  };
  const client = await house.client(trusting(server), { 'auth-provider': { name: 'oidc', config } });
  expect(await client.whoami()).toBe('jane@corp');
  expect(issuer.questions).toEqual([]);
  house.clock.shift(2 * 3_600_000);
  expect(await client.whoami()).toBe('jane@corp');
  expect(issuer.questions).toHaveLength(1);
  issuer.revoke();
  house.clock.shift(2 * 3_600_000);
  expect(await failure(client.whoami())).toMatchObject({
    code: 'credentials',
    message: expect.stringContaining('no longer takes its refresh token (invalid_grant'),
    advice: expect.stringContaining('Log in again'),
  });

  // As `kubectl oidc-login get-token` does it.
  const token = issuer.idToken({ sub: 'joe@corp' });
  const expires = new Date(house.clock.now() + 3_600_000).toISOString();
  const script = `tell({ token: '${token}', expirationTimestamp: '${expires}' })`;
  expect(await (await house.client(trusting(server), plugin(script))).whoami()).toBe('joe@corp');
});

it('in a pod', async () => {
  const server = await serving({ 'Bearer mounted': 'system:serviceaccount:ops:fairlead' });
  await house.file('token', 'mounted');
  await house.file('ca.crt', house.authority.cert);
  const env = {
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(server.port),
    HTTPS_PROXY: 'http://127.0.0.1:1',
  };
  const target = inClusterTarget(env, house.folder);
  if (target === undefined) throw new Error('this is a pod');
  const transport = new Transport(target);
  expect((await transport.send(get())).text).toBe('{"user":"system:serviceaccount:ops:fairlead"}');
  await transport.close();
});

it.each([true, false])('impersonation with user, groups, uid and extra (http2: %s)', async (http2) => {
  const server = await serving({ 'Bearer t': 'admin' });
  const impersonation = {
    as: 'jane',
    'as-uid': '06f6ce97',
    'as-groups': ['dev,ops', 'system:masters'],
    'as-user-extra': { 'acme.com/Project': ['one', 'two'], reason: ['Müller'] },
  };
  const client = await house.client(trusting(server), { token: 't', ...impersonation }, {}, http2);
  expect(await client.whoami()).toBe('admin');
  expect(client.target.credentials.identity).toBe('dev as jane');
  const raw = server.proofs[0]?.raw ?? [];
  const lines = raw.flatMap((name, index) => (/^impersonate-/i.test(name) ? [`${name.toLowerCase()}: ${raw[index + 1]}`] : []));
  // A line for each value: two in one would be one group with a comma in its name.
  expect(lines).toEqual([
    'impersonate-user: jane',
    'impersonate-uid: 06f6ce97',
    'impersonate-group: dev,ops',
    'impersonate-group: system:masters',
    'impersonate-extra-acme.com%2fproject: one',
    'impersonate-extra-acme.com%2fproject: two',
    `impersonate-extra-reason: ${Buffer.from('Müller', 'utf8').toString('latin1')}`,
  ]);
});

it('nobody', async () => {
  const server = await serving({}, () => 'system:anonymous');
  expect(await (await house.client(trusting(server))).whoami()).toBe('system:anonymous');
  expect(server.proofs[0]).toMatchObject({ authorization: undefined, certificate: undefined });
});

it.each([
  ['gcp', 'gke-gcloud-auth-plugin'],
  ['azure', 'kubelogin'],
  ['openstack', 'client-keystone-auth'],
])('the provider %s of the past names what replaced it', async (name, replacement) => {
  const server = await serving();
  const error = await failure(
    house.client(trusting(server), { 'auth-provider': { name, config: { 'access-token': 'topsecret' } } }),
  );
  expect(error).toMatchObject({ code: 'kubeconfig', advice: expect.stringContaining(replacement) });
  expect(server.connections).toBe(0);
});
