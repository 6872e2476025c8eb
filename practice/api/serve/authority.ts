import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

import { bits, integer, octets, oid, sequence, set, tagged, time, utf8, yes, type Der } from './der.ts';

const DAY = 86_400_000;

const OIDS = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAlternativeName: '2.5.29.17',
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/** Certificate and private key in PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Whom a certificate names. To the API server the common name is the user and organizations are groups. */
export interface Party {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  readonly dns?: readonly string[];
  readonly ips?: readonly string[];
}

/** A certificate authority that is forgotten with its process. */
export interface Authority {
  readonly cert: string;
  issue(party: Party): KeyPair;
}

interface Tbs {
  readonly issuer: Party;
  readonly subject: Party;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Der[];
}

/**
 * Written by hand because a library for certificates takes longer to load than everything else here to start.
 * Source: RFC 5280.
 */
export function makeAuthority(): Authority {
  const issuer: Party = { commonName: 'practice-ca' };
  const keys = newKeys();
  const ours = [
    extension(OIDS.basicConstraints, sequence(yes), true),
    extension(OIDS.subjectKeyIdentifier, octets(identifier(keys.publicKey))),
    // keyCertSign and cRLSign
    extension(OIDS.keyUsage, bits(Buffer.of(0b0000_0110), 1), true),
  ];
  const cert = certificate({ issuer, subject: issuer, publicKey: keys.publicKey, extensions: ours }, keys.privateKey);
  return {
    cert,
    issue(subject) {
      const { publicKey, privateKey } = newKeys();
      const names = [
        ...(subject.dns ?? []).map((name) => tagged(2, Buffer.from(name), false)),
        ...(subject.ips ?? []).map((ip) => tagged(7, Buffer.from(ip.split('.').map(Number)), false)),
      ];
      const extensions = [
        extension(OIDS.basicConstraints, sequence(), true),
        extension(OIDS.authorityKeyIdentifier, sequence(tagged(0, identifier(keys.publicKey), false))),
        extension(OIDS.extendedKeyUsage, sequence(oid(OIDS.serverAuth), oid(OIDS.clientAuth))),
        ...(names.length === 0 ? [] : [extension(OIDS.subjectAlternativeName, sequence(...names))]),
      ];
      return {
        cert: certificate({ issuer, subject, publicKey, extensions }, keys.privateKey),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

const identifier = (key: KeyObject): Buffer =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

function certificate({ issuer, subject, publicKey, extensions }: Tbs, signer: KeyObject): string {
  const now = Date.now();
  const algorithm = sequence(oid(OIDS.ecdsaWithSha256));
  const body = sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    distinguishedName(issuer),
    sequence(time(now - DAY), time(now + 365 * DAY)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions)),
  );
  const signed = sequence(body, algorithm, bits(sign('sha256', body, signer)));
  return `-----BEGIN CERTIFICATE-----\n${signed.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

const distinguishedName = ({ commonName, organizations = [] }: Party): Der =>
  sequence(
    ...organizations.map((name) => set(sequence(oid(OIDS.organization), utf8(name)))),
    set(sequence(oid(OIDS.commonName), utf8(commonName))),
  );

const extension = (id: string, content: Der, critical = false): Der =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(content));
