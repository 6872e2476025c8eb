import { readFileSync } from 'node:fs';

import { systemClock, systemCode, UsageError } from '../platform/index.ts';
import { authorityFile, certificatesIn } from './credentials/authority.ts';
import { decodeBase64 } from './credentials/certificate.ts';
import type { ClusterTarget } from './credentials/credentials.ts';
import { fromUser } from './credentials/from-user.ts';
import type { ClusterInfo, CredentialOptions, KubeconfigUser } from './credentials/user.ts';
import { environmentProxy, proxyUrl } from './environment-proxy.ts';
import type { KubeconfigCluster, KubeconfigContext } from './kubeconfig-contents.ts';
import { kubeconfigTokens } from './kubeconfig-tokens.ts';

/**
 * What the transport needs to reach a context's cluster. Reads the file of the certificate authority.
 * @throws UsageError when the cluster or the user is not one that can be used
 */
export function targetFrom(
  context: KubeconfigContext,
  cluster: KubeconfigCluster,
  user: KubeconfigUser | undefined,
  options: CredentialOptions,
): ClusterTarget {
  if (cluster.insecure && cluster.ca !== undefined) {
    const advice = 'Remove insecure-skip-tls-verify: with the authority at hand the server can be verified.';
    throw clusterError(cluster, 'insecure-skip-tls-verify', 'it is set together with a certificate authority', advice);
  }
  const server = serverOf(cluster);
  const { ca, currentCa } = authorityOf(cluster, options);
  const tls = { ca, serverName: cluster.serverName, insecure: cluster.insecure };
  const proxy = proxyOf(cluster);
  // An exec plugin gets the variables of the environment anyway: only what the kubeconfig says is told to it.
  const info: ClusterInfo = { name: context.name, server, ...tls, proxy, execConfig: cluster.execConfig };
  const tokens = options.tokens ?? (user?.authProvider && kubeconfigTokens(user.file, user.name));
  return {
    name: context.name,
    server,
    tls: { ...tls, currentCa },
    proxy: proxy ?? environmentProxy(server, options.env ?? process.env),
    namespace: context.namespace,
    warnings: warningsAbout(cluster, server, user),
    credentials: fromUser(user, info, { ...options, tokens }),
  };
}

/** What kubectl does without a word, and somebody should know of. */
function warningsAbout(cluster: KubeconfigCluster, server: string, user: KubeconfigUser | undefined): readonly string[] {
  const where = `Cluster "${cluster.name}" in kubeconfig ${cluster.file}`;
  if (server.startsWith('http:')) {
    const unused = user === undefined ? '' : `, and the login of user "${user.name}" is not sent`;
    return [`${where}: its server speaks plain http, so that anybody on the way can read and change answers${unused}.`];
  }
  if (!cluster.insecure) return [];
  return [
    `${where}: insecure-skip-tls-verify is set, so that anybody on the way can pose as the server and take the credentials. ` +
      'Give its certificate-authority-data instead.',
  ];
}

function serverOf(cluster: KubeconfigCluster): string {
  if (cluster.server === undefined)
    throw clusterError(cluster, 'server', 'it has no server', 'Add its address: server: https://host:6443');
  const url = URL.parse(cluster.server);
  if (url === null || !['https:', 'http:'].includes(url.protocol)) {
    throw clusterError(cluster, 'server', 'its server is no address that begins with https://', 'Write it as https://host:port');
  }
  if (url.username !== '' || url.password !== '') {
    throw clusterError(
      cluster,
      'server',
      'its server holds a user name or a password',
      'Give them as username and password of the user.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function proxyOf(cluster: KubeconfigCluster): string | undefined {
  if (cluster.proxy === undefined) return undefined;
  const proxy = proxyUrl(cluster.proxy);
  if (proxy !== undefined) return proxy;
  // The value is not repeated: a proxy's address may hold a password.
  throw clusterError(
    cluster,
    'proxy-url',
    'its proxy-url is no address of a proxy',
    'Write it as http://, https:// or socks5:// and the host.',
  );
}

function authorityOf(cluster: KubeconfigCluster, options: CredentialOptions): Pick<ClusterTarget['tls'], 'ca' | 'currentCa'> {
  if (cluster.ca === undefined) return {};
  const field = cluster.ca.kind === 'data' ? 'certificate-authority-data' : 'certificate-authority';
  const pem = cluster.ca.kind === 'data' ? decodeBase64(cluster.ca.base64) : readAuthority(cluster.ca.path, cluster);
  if (pem === undefined) throw clusterError(cluster, field, `${field} is no base64`);
  const ca = certificatesIn(pem);
  if (ca === undefined) throw clusterError(cluster, field, `${field} holds no certificate in PEM`);
  if (cluster.ca.kind === 'data') return { ca };
  return { ca, currentCa: authorityFile(cluster.ca.path, ca, options.clock ?? systemClock) };
}

function readAuthority(path: string, cluster: KubeconfigCluster): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const what = `certificate-authority ${path} cannot be read (${systemCode(error) ?? 'unknown error'})`;
    throw clusterError(cluster, 'certificate-authority', what, 'A relative path is looked for beside the kubeconfig.', error);
  }
}

function clusterError(cluster: KubeconfigCluster, field: string, what: string, advice?: string, cause?: unknown): UsageError {
  return new UsageError(`Cluster "${cluster.name}" in kubeconfig ${cluster.file}: ${what}.`, {
    code: 'kubeconfig',
    field,
    advice,
    cause,
  });
}
