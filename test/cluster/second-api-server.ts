import { readFile } from 'node:fs/promises';
import { apiServerArgs, ETCD_URL } from './control-plane.ts';
import { createAdminClient, type Access, type AdminClient } from './client.ts';
import { API_SERVER_HOST, PORTS } from './settings.ts';
import { CA_FILE, credentials } from './pki.ts';
import { ensureRunning, stop, untilReady } from './processes.ts';
import { findBinary } from './binaries.ts';
import { writeStateJson } from './state.ts';

/** What an API server needs to know of an OpenID provider. */
export type TrustedIssuer = {
  /** `https://…`, reachable from this machine. */
  readonly url: string;
  /** PEM of the authority that signed the provider's certificate. */
  readonly ca: string;
  readonly audience: string;
};

/** What stands before the names of people and groups, so that nobody can name themselves `system:masters`. */
export const ISSUER_PREFIX = 'oidc:';

export type SecondApiServer = AsyncDisposable & { readonly access: Access };

const NAME = 'kube-apiserver-second';

/** Its objects are its own: another corner of the same etcd. */
const PREFIX = '/second';

/** Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration */
const authentication = ({ url, ca, audience }: TrustedIssuer) => ({
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AuthenticationConfiguration',
  jwt: [
    {
      issuer: { url, certificateAuthority: ca, audiences: [audience] },
      claimMappings: {
        username: { claim: 'sub', prefix: ISSUER_PREFIX },
        groups: { claim: 'groups', prefix: ISSUER_PREFIX },
      },
    },
  ],
});

/** Only this prefix: what the first API server stores is not touched. */
async function forgetObjects(): Promise<void> {
  const [key, end] = [`${PREFIX}/`, `${PREFIX}0`].map((text) => Buffer.from(text).toString('base64'));
  const answer = await fetch(`${ETCD_URL}/v3/kv/deleterange`, { method: 'POST', body: JSON.stringify({ key, range_end: end }) });
  if (!answer.ok) throw new Error(`etcd answered ${answer.status} to a deletion`);
}

async function isReady(client: AdminClient): Promise<boolean> {
  try {
    return (await client.text('/readyz')) === 'ok';
  } catch {
    return false;
  }
}

/**
 * Starts another API server beside the one of the machine's cluster: another cluster for clients, without nodes and
 * controllers, that takes the id-tokens of an OpenID provider. The first one goes on undisturbed.
 */
export async function startSecondApiServer(issuer: TrustedIssuer): Promise<SecondApiServer> {
  const command = await findBinary('kube-apiserver');
  if (command === undefined) throw new Error('there is no kube-apiserver');
  const { cert, key } = credentials('admin');
  const [ca, certText, keyText] = await Promise.all([CA_FILE, cert, key].map((file) => readFile(file, 'utf8')));
  const server = `https://${API_SERVER_HOST}:${PORTS.secondApiServer}`;
  const access: Access = {
    server,
    ca,
    ...(certText !== undefined && { cert: certText }),
    ...(keyText !== undefined && { key: keyText }),
  };
  // One may be left over from a test that was killed.
  await stop(NAME, 0);
  await forgetObjects();
  const file = await writeStateJson('config/second-authentication.json', authentication(issuer));
  const own = apiServerArgs().filter((arg) => !arg.startsWith('--secure-port='));
  const args = [...own, `--secure-port=${PORTS.secondApiServer}`, `--etcd-prefix=${PREFIX}`, `--authentication-config=${file}`];
  await ensureRunning({ name: NAME, command, args: [...args, '--endpoint-reconciler-type=none'] });
  const client = createAdminClient(access);
  try {
    await untilReady(NAME, () => isReady(client), 60_000);
  } finally {
    await client.close();
  }
  return {
    access,
    [Symbol.asyncDispose]: async () => {
      await stop(NAME, 0);
      await forgetObjects();
    },
  };
}
