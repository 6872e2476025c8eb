/** Throw-away certificates, so that tests speak real TLS and nothing is stored. */
import { webcrypto } from 'node:crypto';

import './reflect.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type JsonGeneralName,
  type X509Certificate,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 86_400_000;

/** Certificate and key in PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

export interface Leaf {
  /** @default 'test' */
  readonly commonName?: string;
  /** @default ['localhost'] */
  readonly dns?: readonly string[];
  /** @default ['127.0.0.1'] */
  readonly ips?: readonly string[];
  /** Days from now until it ends; negative for one that has ended. @default 1 */
  readonly days?: number;
}

/** A certificate authority, good for one test file. */
export interface Authority {
  readonly cert: string;
  issue(leaf?: Leaf): Promise<Pair>;
}

export async function makeAuthority(commonName = 'throw-away'): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const authority = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${commonName}`,
    notBefore: new Date(Date.now() - 400 * DAY),
    notAfter: new Date(Date.now() + 400 * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  let serial = 1;
  return {
    cert: authority.toString('pem'),
    issue: async (leaf = {}) => issue(authority, keys.privateKey, leaf, String(++serial).padStart(2, '0')),
  };
}

async function issue(authority: X509Certificate, signer: webcrypto.CryptoKey, leaf: Leaf, serialNumber: string): Promise<Pair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const names: JsonGeneralName[] = [
    ...(leaf.dns ?? ['localhost']).map((value) => ({ type: 'dns' as const, value })),
    ...(leaf.ips ?? ['127.0.0.1']).map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await X509CertificateGenerator.create({
    serialNumber,
    subject: `CN=${leaf.commonName ?? 'test'}`,
    issuer: authority.subject,
    notBefore: new Date(Date.now() - 300 * DAY),
    notAfter: new Date(Date.now() + (leaf.days ?? 1) * DAY),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: signer,
    extensions: [
      new BasicConstraintsExtension(false),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`,
  };
}
