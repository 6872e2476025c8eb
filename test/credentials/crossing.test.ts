import { afterEach, beforeEach, expect, it } from 'vitest';

import { startIssuer, type Issuer } from '../support/oidc.ts';
import { makeAuthority, type Authority } from '../support/tls.ts';
import { base64, openHouse, plugin, type Client, type House } from './house.ts';
import { startWhoami, type Whoami } from './whoami.ts';

const CALLS = 10_000;

let house: House;

beforeEach(async () => {
  house = await openHouse();
});

afterEach(async () => {
  await house[Symbol.asyncDispose]();
});

/** A cluster with authorities and a provider of its own, and two people who log in in every way. */
interface Town {
  readonly server: Whoami;
  /** By who it is, as the server should see them. */
  readonly clients: ReadonlyMap<string, Client>;
  /** What may arrive here and nowhere else. */
  readonly secrets: ReadonlySet<string>;
  readonly issuer: Issuer;
}

async function settle(name: string, authority: Authority): Promise<Town> {
  const issuer = house.keep(await startIssuer({ pair: await authority.issue(), rotates: true, now: house.clock.now }));
  const server: Whoami = house.keep(
    await startWhoami({
      pair: await authority.issue(),
      clientAuthority: authority.cert,
      authenticate: ({ authorization = '', certificate }) => {
        if (certificate !== undefined) return certificate;
        const text = authorization.replace('Bearer ', '');
        if (!text.startsWith('eyJ')) return text === '' ? undefined : text.replace(/#\d+$/, '');
        const sub = issuer.verified(text)?.['sub'];
        return typeof sub === 'string' ? sub : undefined;
      },
    }),
  );
  const cluster = { server: server.url, 'certificate-authority-data': base64(authority.cert) };
  const clients = new Map<string, Client>();
  const secrets = new Set<string>();
  for (const person of ['jane', 'joe']) {
    const called = (way: string): string => `${person}@${name}/${way}`;
    const pair = await authority.issue({ commonName: called('certificate') });
    await house.file(`${person}-${name}.token`, `${called('file')}#0`);
    const { idToken, refreshToken } = issuer.login(called('oidc'));
    const config = {
      'idp-issuer-url': issuer.url,
      'client-id': 'fairlead',
      'idp-certificate-authority-data': base64(authority.cert),
      'id-token': idToken,
      'refresh-token': refreshToken,
    };
    const users = {
      token: { token: called('token') },
      file: { tokenFile: `${person}-${name}.token` },
      certificate: { 'client-certificate-data': base64(pair.cert), 'client-key-data': base64(pair.key) },
      exec: plugin(`tell({ token: '${called('exec')}' })`),
      oidc: { 'auth-provider': { name: 'oidc', config } },
    };
    for (const [way, user] of Object.entries(users)) {
      clients.set(called(way), await house.client(cluster, user));
      secrets.add(called(way));
    }
  }
  return { server, clients, secrets, issuer };
}

it(
  `${CALLS} calls at once, of two people at two clusters who log in in five ways: nobody is taken for another`,
  { timeout: 120_000 },
  async () => {
    // Two clusters whose authorities have the same name, as those of kubeadm have.
    const towns = [
      await settle('east', await makeAuthority('kubernetes')),
      await settle('west', await makeAuthority('kubernetes')),
    ];
    const everybody = towns.flatMap(({ clients }) => [...clients]);
    expect(everybody).toHaveLength(20);
    let wrong = 0;
    const ask = async (index: number): Promise<void> => {
      const [who, client] = everybody[index % everybody.length] ?? [];
      // Tokens rotate while all this goes on.
      if (index % 1_000 === 0) {
        for (const town of ['east', 'west']) {
          for (const person of ['jane', 'joe']) await house.file(`${person}-${town}.token`, `${person}@${town}/file#${index}`);
        }
        house.clock.shift(20 * 60_000);
      }
      if ((await client?.whoami()) !== who) wrong++;
    };
    await Promise.all(Array.from({ length: CALLS }, async (_, index) => ask(index)));
    expect(wrong).toBe(0);

    const total = towns.reduce((sum, { server }) => sum + server.proofs.length, 0);
    expect(total).toBeGreaterThanOrEqual(CALLS);
    // And no server was shown what belongs to the other one, not even in passing.
    for (const { server, secrets, issuer } of towns) {
      for (const { authorization = '', certificate, headers } of server.proofs) {
        const text = authorization.replace('Bearer ', '').replace(/#\d+$/, '');
        const claims = text.startsWith('eyJ')
          ? (JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as object)
          : {};
        const shown = certificate ?? ('sub' in claims ? String(claims.sub) : text);
        if (!secrets.has(shown)) wrong++;
        if ('iss' in claims && claims.iss !== issuer.url) wrong++;
        if (headers['impersonate-user'] !== undefined) wrong++;
      }
    }
    expect(wrong).toBe(0);
  },
);
