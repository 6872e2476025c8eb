import { mkdir } from 'node:fs/promises';
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { ADDRESSES, NODE_NAME } from './settings.ts';
import { inState, readIfThere, writeStateFile } from './state.ts';
import { run } from './run.ts';
import { pooled } from './wait.ts';

/** Certificate and key files of one party. */
export type Credentials = { readonly cert: string; readonly key: string };

type Leaf = { readonly user: string; readonly group?: string; readonly names?: readonly string[] };

/**
 * Every party that talks TLS. User and group are what the API server's authorisation sees
 * (https://kubernetes.io/docs/setup/best-practices/certificates/).
 */
const LEAVES = {
  apiserver: {
    user: 'kube-apiserver',
    names: [
      'DNS:localhost',
      'DNS:kubernetes',
      'DNS:kubernetes.default',
      'DNS:kubernetes.default.svc',
      'IP:127.0.0.1',
      `IP:${ADDRESSES.node}`,
      `IP:${ADDRESSES.firstService}`,
    ],
  },
  'apiserver-to-kubelet': { user: 'kube-apiserver-kubelet-client', group: 'system:masters' },
  'front-proxy': { user: 'front-proxy-client' },
  admin: { user: 'fairlead-admin', group: 'system:masters' },
  'controller-manager': { user: 'system:kube-controller-manager' },
  scheduler: { user: 'system:kube-scheduler' },
  kubelet: { user: `system:node:${NODE_NAME}`, group: 'system:nodes', names: [`IP:${ADDRESSES.node}`, `DNS:${NODE_NAME}`] },
  'kube-proxy': { user: 'system:kube-proxy' },
  'metrics-server': { user: 'fairlead-metrics-server', group: 'system:masters' },
  kwok: { user: 'fairlead-kwok', group: 'system:masters' },
} as const satisfies Record<string, Leaf>;

export type Party = keyof typeof LEAVES;

export const CA_FILE = inState('pki', 'ca.crt');
const CA_KEY = inState('pki', 'ca.key');

export const SERVICE_ACCOUNT_KEYS = {
  private: inState('pki', 'service-account.key'),
  public: inState('pki', 'service-account.pub'),
};

export const credentials = (party: Party): Credentials => ({
  cert: inState('pki', `${party}.crt`),
  key: inState('pki', `${party}.key`),
});

const OPENSSL_CONFIG = inState('pki', 'openssl.cnf');

const subject = ({ user, group }: Leaf): string => (group === undefined ? `/CN=${user}` : `/O=${group}/CN=${user}`);

/** Makes a key and a certificate; signed by itself where no signer is given. */
async function certify(to: Credentials, name: string, extensions: readonly string[], signer: readonly string[]): Promise<void> {
  const what = ['req', '-x509', '-config', OPENSSL_CONFIG, '-days', '3650', '-subj', name, '-out', to.cert, '-keyout', to.key];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];
  await run('openssl', [...what, ...key, ...signer, ...extensions.flatMap((extension) => ['-addext', extension])]);
}

async function issue(party: Party): Promise<void> {
  const leaf: Leaf = LEAVES[party];
  const extensions = ['basicConstraints=critical,CA:FALSE', 'extendedKeyUsage=serverAuth,clientAuth'];
  if (leaf.names !== undefined) extensions.push(`subjectAltName=${leaf.names.join(',')}`);
  await certify(credentials(party), subject(leaf), extensions, ['-CA', CA_FILE, '-CAkey', CA_KEY]);
}

/** RSA, since the tokens' RS256 signature is what clients in the field meet. */
async function makeServiceAccountKeys(): Promise<void> {
  const pair = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeStateFile(SERVICE_ACCOUNT_KEYS.private, pair.privateKey);
  await writeStateFile(SERVICE_ACCOUNT_KEYS.public, pair.publicKey);
}

/** Makes one CA, a certificate for every party and the key pair of service account tokens, unless they are there. */
export async function ensurePki(): Promise<void> {
  const done = inState('pki', 'complete');
  if ((await readIfThere(done)) !== undefined) return;
  await mkdir(inState('pki'), { recursive: true, mode: 0o700 });
  // The machine's own configuration would add extensions of its own, such as a second basicConstraints.
  await writeStateFile(OPENSSL_CONFIG, '[req]\ndistinguished_name = subject\n[subject]\n');
  const authority = [
    'basicConstraints=critical,CA:TRUE',
    'keyUsage=critical,keyCertSign,cRLSign,digitalSignature',
    'subjectKeyIdentifier=hash',
  ];
  await certify({ cert: CA_FILE, key: CA_KEY }, '/CN=fairlead-test-ca', authority, []);
  await Promise.all([makeServiceAccountKeys(), pooled(Object.keys(LEAVES) as Party[], 4, issue)]);
  await writeStateFile(done, '');
}
