import { createHash } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { createAdminClient, type Access, type AdminClient } from './client.ts';
import { at, hasCondition, type KubeObject } from './objects.ts';
import { FAKE_NODE_ANNOTATION } from './settings.ts';
import { METRICS_API_SERVICE } from './metrics.ts';
import { readIfThere } from './state.ts';

/** A cluster that somebody else runs, named by `FAIRLEAD_TEST_KUBECONFIG`. */
export type ExternalCluster = {
  readonly kubeconfig: string;
  readonly context: string;
  readonly access: Access;
  readonly caFile: string;
  readonly hasNode: boolean;
  readonly hasMetrics: boolean;
  readonly hasFakeNodes: boolean;
};

const text = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

/** The named entry of one of a kubeconfig's lists. */
function entry(config: unknown, list: string, name: string | undefined, field: string): unknown {
  const entries = at(config, list);
  const found = Array.isArray(entries) ? entries.find((candidate) => at(candidate, 'name') === name) : undefined;
  if (found === undefined) throw new Error(`the kubeconfig has no entry "${name}" in ${list}`);
  return at(found, field);
}

/** The current context's way to its API server. Certificates and tokens only: tests do not run login programs. */
async function readAccess(file: string, config: unknown, context: string): Promise<Access> {
  const chosen = entry(config, 'contexts', context, 'context');
  const cluster = entry(config, 'clusters', text(chosen, 'cluster'), 'cluster');
  const user = entry(config, 'users', text(chosen, 'user'), 'user');
  const pem = async (owner: unknown, field: string): Promise<string | undefined> => {
    const data = text(owner, `${field}-data`);
    if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
    const path = text(owner, field);
    return path === undefined ? undefined : readFile(resolve(dirname(file), path), 'utf8');
  };
  const server = text(cluster, 'server')?.replace(/\/$/, '');
  if (server === undefined) throw new Error(`context ${context} of ${file} has no server`);
  const tokenFile = text(user, 'tokenFile');
  const token =
    text(user, 'token') ??
    (tokenFile === undefined ? undefined : (await readFile(resolve(dirname(file), tokenFile), 'utf8')).trim());
  const [ca, cert, key] = [
    await pem(cluster, 'certificate-authority'),
    await pem(user, 'client-certificate'),
    await pem(user, 'client-key'),
  ];
  if (token === undefined && (cert === undefined || key === undefined)) {
    throw new Error(
      `context ${context} of ${file} has neither a client certificate nor a token; the tests support no other way to log in`,
    );
  }
  return {
    server,
    ca,
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(token === undefined ? {} : { token }),
  };
}

async function writeCa(ca: string | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-ca-'));
  const file = join(
    folder,
    `${createHash('sha256')
      .update(ca ?? '')
      .digest('hex')
      .slice(0, 8)}.crt`,
  );
  await writeFile(file, ca ?? '');
  return file;
}

const isFake = (node: KubeObject): boolean => node.metadata.annotations?.[FAKE_NODE_ANNOTATION] !== undefined;

async function capabilities(client: AdminClient) {
  const nodes = (await client.list('/api/v1/nodes')).items;
  return {
    hasNode: nodes.some((node) => !isFake(node) && hasCondition(node, 'Ready')),
    hasMetrics: hasCondition(await client.find(METRICS_API_SERVICE), 'Available'),
    hasFakeNodes: nodes.some(isFake),
  };
}

/** Reads the kubeconfig and checks that its cluster answers; a cluster that does not is an error that says so. */
export async function checkExternalCluster(file: string): Promise<ExternalCluster> {
  const content = await readIfThere(file);
  if (content === undefined) throw new Error(`FAIRLEAD_TEST_KUBECONFIG names ${file}, which does not exist`);
  const config: unknown = load(content);
  const context = text(config, 'current-context');
  if (context === undefined) throw new Error(`${file} has no current-context`);
  const access = await readAccess(file, config, context);
  const client = createAdminClient(access);
  try {
    return { kubeconfig: resolve(file), context, access, caFile: await writeCa(access.ca), ...(await capabilities(client)) };
  } catch (error) {
    throw new Error(`the cluster of FAIRLEAD_TEST_KUBECONFIG (${file}, context ${context}) does not answer`, { cause: error });
  } finally {
    await client.close();
  }
}
