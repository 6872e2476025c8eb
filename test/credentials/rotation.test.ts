import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { startIssuer } from '../support/oidc.ts';
import { makeAuthority } from '../support/tls.ts';
import { base64, openHouse, plugin, type Client, type House } from './house.ts';
import { startWhoami, type Proof, type Whoami } from './whoami.ts';

/** The interval at which files are read again, in milliseconds. */
const INTERVAL = 10_000;

let house: House;

beforeEach(async () => {
  house = await openHouse();
});

afterEach(async () => {
  await house[Symbol.asyncDispose]();
});

/** A server that takes its time, so that there is always something in flight. */
async function serving(authenticate: (proof: Proof) => string | undefined): Promise<Whoami> {
  const { authority } = house;
  return house.keep(
    await startWhoami({ pair: await authority.issue(), clientAuthority: authority.cert, authenticate, delay: 20 }),
  );
}

const trusting = (server: Whoami): Readonly<Record<string, string>> => ({
  server: server.url,
  'certificate-authority-data': base64(house.authority.cert),
});

/** Asks without a pause from ten places while `work` goes on; a single failure fails the test. */
async function during(client: Client, work: () => Promise<void>): Promise<readonly string[]> {
  const seen: string[] = [];
  const over = new AbortController();
  const place = async (): Promise<void> => {
    while (!over.signal.aborted) seen.push(await client.whoami());
  };
  const places = Array.from({ length: 10 }, place);
  try {
    await Promise.race([work(), Promise.all(places)]);
  } finally {
    over.abort();
  }
  await Promise.all(places);
  return [...new Set(seen)];
}

/** Until the server has seen so many more requests that each of the ten places has sent one since. */
async function more(server: Whoami, count = 30): Promise<void> {
  const wanted = server.proofs.length + count;
  while (server.proofs.length < wanted) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Replaces a file as those do who rotate: at once. */
async function replace(name: string, text: string): Promise<void> {
  await writeFile(join(house.folder, `${name}.new`), text);
  await rename(join(house.folder, `${name}.new`), join(house.folder, name));
}

it('a token file is replaced, and the old token ends later', async () => {
  const valid = new Set(['Bearer one', 'Bearer two']);
  const server = await serving(({ authorization = '' }) => (valid.has(authorization) ? authorization : undefined));
  await house.file('token', 'one');
  const client = await house.client(trusting(server), { tokenFile: 'token' });
  const seen = await during(client, async () => {
    await more(server);
    await replace('token', 'two');
    house.clock.shift(INTERVAL);
    await more(server);
    valid.delete('Bearer one');
    await more(server);
  });
  expect(seen).toEqual(['Bearer one', 'Bearer two']);
  expect(server.connections).toBe(1);
});

it('a token file is replaced, and the old token ends at that moment', async () => {
  let valid = 'Bearer one';
  const server = await serving(({ authorization }) => (authorization === valid ? valid : undefined));
  await house.file('token', 'one');
  const client = await house.client(trusting(server), { tokenFile: 'token' });
  const seen = await during(client, async () => {
    await more(server);
    await replace('token', 'two');
    valid = 'Bearer two';
    await more(server);
  });
  expect(seen).toEqual(['Bearer one', 'Bearer two']);
});

it('a client certificate is renewed: what is in flight ends on the old connection, what comes goes over a new one', async () => {
  const server = await serving(({ certificate }) => certificate);
  const [old, renewed] = [await house.authority.issue({ commonName: 'old' }), await house.authority.issue({ commonName: 'new' })];
  await house.file('dev.crt', old.cert);
  await house.file('dev.key', old.key);
  const client = await house.client(trusting(server), { 'client-certificate': 'dev.crt', 'client-key': 'dev.key' });
  const seen = await during(client, async () => {
    await more(server);
    // Caught between the two, the pair is not taken.
    await replace('dev.crt', renewed.cert);
    house.clock.shift(INTERVAL);
    await more(server);
    await replace('dev.key', renewed.key);
    house.clock.shift(INTERVAL);
    await more(server);
  });
  expect(seen).toEqual(['old', 'new']);
  expect(server.connections).toBe(2);
});

it('the certificate authority is renewed, and with it the certificate of the server', async () => {
  const server = await serving(() => 'jane');
  await house.file('ca.crt', house.authority.cert);
  const client = await house.client({ server: server.url, 'certificate-authority': 'ca.crt' }, { token: 't' });
  const next = await makeAuthority('next');
  const seen = await during(client, async () => {
    await more(server);
    server.present(await next.issue());
    // Half written, it is not taken.
    await replace('ca.crt', next.cert.slice(0, 100));
    house.clock.shift(INTERVAL);
    await more(server);
    await replace('ca.crt', next.cert);
    house.clock.shift(INTERVAL);
    await more(server);
  });
  expect(seen).toEqual(['jane']);
  // The second connection was made while the server had the new certificate alone.
  expect(server.connections).toBe(2);
});

it('an exec plugin is run again when its credential ends, and when the server no longer takes it', async () => {
  const valid = new Set<string>();
  const server = await serving(({ authorization = '' }) => (valid.has(authorization) ? authorization : undefined));
  const runs = await house.file('runs', '');
  const script = `
    const fs = require('node:fs');
    fs.appendFileSync(${JSON.stringify(runs)}, '.');
    const expirationTimestamp = fs.readFileSync(${JSON.stringify(join(house.folder, 'expires'))}, 'utf8');
    tell({ token: 'run-' + fs.readFileSync(${JSON.stringify(runs)}, 'utf8').length, expirationTimestamp })`;
  const expires = async (): Promise<void> =>
    void (await house.file('expires', new Date(house.clock.now() + 3_600_000).toISOString()));
  await expires();
  valid.add('Bearer run-1').add('Bearer run-2');
  const client = await house.client(trusting(server), plugin(script));
  const seen = await during(client, async () => {
    await more(server);
    house.clock.shift(3_600_000 - 5_000);
    await expires();
    await more(server);
    valid.add('Bearer run-3').delete('Bearer run-2');
    await more(server);
  });
  expect(seen).toEqual(['Bearer run-1', 'Bearer run-2', 'Bearer run-3']);
});

it('an exec plugin gives another certificate', async () => {
  const server = await serving(({ certificate }) => certificate);
  const status = async (commonName: string): Promise<string> => {
    const { cert, key } = await house.authority.issue({ commonName });
    const expirationTimestamp = new Date(house.clock.now() + 3_600_000).toISOString();
    return JSON.stringify({ clientCertificateData: cert, clientKeyData: key, expirationTimestamp });
  };
  const file = await house.file('status', await status('old'));
  const client = await house.client(
    trusting(server),
    plugin(`tell(JSON.parse(require('node:fs').readFileSync(${JSON.stringify(file)}, 'utf8')))`),
  );
  const seen = await during(client, async () => {
    await more(server);
    house.clock.shift(3_600_000);
    await replace('status', await status('new'));
    await more(server);
  });
  expect(seen).toEqual(['old', 'new']);
});

it('an id-token ends, the provider rotates its refresh tokens, and kubectl stays logged in', async () => {
  const issuer = house.keep(await startIssuer({ pair: await house.authority.issue(), rotates: true, now: house.clock.now }));
  const tokens = new Set<string>();
  const server = await serving(({ authorization = '' }) => {
    const claims = issuer.verified(authorization.replace('Bearer ', ''));
    if (claims !== undefined) tokens.add(authorization);
    return claims === undefined ? undefined : String(claims['sub']);
  });
  const { idToken, refreshToken } = issuer.login('jane');
  const config = {
    'idp-issuer-url': issuer.url,
    'client-id': 'fairlead',
    'id-token': idToken,
    'refresh-token': refreshToken,
    'idp-certificate-authority-data': base64(house.authority.cert),
  };
  const user = { 'auth-provider': { name: 'oidc', config } };
  const client = await house.client(trusting(server), user);
  const seen = await during(client, async () => {
    for (let hour = 0; hour < 3; hour++) {
      await more(server);
      house.clock.shift(3_600_000);
    }
    await more(server);
  });
  expect(seen).toEqual(['jane']);
  expect(tokens.size).toBe(4);
  expect(issuer.questions).toHaveLength(3);

  // Another program that reads the kubeconfig now has a login that is good, although ours used up three of them.
  const text = await import('node:fs/promises').then(({ readFile }) => readFile(client.file, 'utf8'));
  expect(text).not.toContain(refreshToken);
  const stored = JSON.parse(text) as { users: [{ user: typeof user }] };
  house.clock.shift(3_600_000);
  const other = await house.client(trusting(server), stored.users[0].user);
  expect(await other.whoami()).toBe('jane');
});
