import { readFile } from 'node:fs/promises';
import { dump } from 'js-yaml';
import { API_SERVER_HOST, PORTS } from './settings.ts';
import { CA_FILE, credentials, type Credentials, type Party } from './pki.ts';
import { inState, KUBECONFIG_FILE, readIfThere, writeStateFile, writeStateJson } from './state.ts';

export const SERVER = `https://${API_SERVER_HOST}:${PORTS.apiServer}`;

/** Contexts beside the administrator's: a name and the ServiceAccount token it uses. */
export type TokenContext = { readonly name: string; readonly token: string; readonly namespace: string };

const TOKENS_FILE = inState('tokens.json');

/** A kubeconfig for a component: it refers to files, because only this machine reads it. */
export function writeComponentKubeconfig(party: Party): Promise<string> {
  const { cert, key } = credentials(party);
  return writeStateJson(`config/${party}.kubeconfig`, {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'local',
    clusters: [{ name: 'local', cluster: { server: SERVER, 'certificate-authority': CA_FILE } }],
    users: [{ name: party, user: { 'client-certificate': cert, 'client-key': key } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: party } }],
  });
}

const base64 = async (file: string): Promise<string> => (await readFile(file)).toString('base64');

async function adminUser({ cert, key }: Credentials): Promise<Record<string, string>> {
  return { 'client-certificate-data': await base64(cert), 'client-key-data': await base64(key) };
}

async function readTokens(): Promise<TokenContext[]> {
  const text = await readIfThere(TOKENS_FILE);
  return text === undefined ? [] : (JSON.parse(text) as TokenContext[]);
}

/** The kubeconfig for people and tests, as YAML, with everything inside so that it can be copied elsewhere. */
export async function writeAdminKubeconfig(): Promise<void> {
  const tokens = await readTokens();
  const cluster = 'fairlead-test';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': cluster,
    clusters: [{ name: cluster, cluster: { server: SERVER, 'certificate-authority-data': await base64(CA_FILE) } }],
    users: [
      { name: 'fairlead-admin', user: await adminUser(credentials('admin')) },
      ...tokens.map(({ name, token }) => ({ name, user: { token } })),
    ],
    contexts: [
      { name: cluster, context: { cluster, user: 'fairlead-admin' } },
      ...tokens.map(({ name, namespace }) => ({ name, context: { cluster, user: name, namespace } })),
    ],
  };
  await writeStateFile(KUBECONFIG_FILE, dump(config, { lineWidth: -1 }));
}

/** Adds contexts that use ServiceAccount tokens to the administrator's kubeconfig; one of the same name is replaced. */
export async function addTokenContexts(added: readonly TokenContext[]): Promise<void> {
  const names = new Set(added.map(({ name }) => name));
  const kept = (await readTokens()).filter(({ name }) => !names.has(name));
  await writeStateJson(TOKENS_FILE, [...kept, ...added]);
  await writeAdminKubeconfig();
}
