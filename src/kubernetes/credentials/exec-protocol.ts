import { quoted } from '../../platform/index.ts';
import { at, textAt } from '../objects.ts';
import { scrub } from './scrub.ts';
import type { ClusterInfo } from './user.ts';

/** The versions of the exchange with a plugin that are spoken here; `v1alpha1` ended with Kubernetes 1.24. */
export const EXEC_VERSIONS: readonly string[] = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/** What a plugin printed: a token, a certificate with its key, or both. */
export interface ExecCredential {
  readonly token?: string | undefined;
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  /** Milliseconds since the epoch; good until a 401 when missing. */
  readonly expiresAt?: number | undefined;
}

/** The value of `KUBERNETES_EXEC_INFO`; `cluster` is left out unless the plugin asks for it. */
export function execInfo(apiVersion: string, cluster: ClusterInfo | undefined): string {
  return JSON.stringify({
    apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      cluster: cluster && {
        server: cluster.server,
        'tls-server-name': cluster.serverName,
        'insecure-skip-tls-verify': cluster.insecure === true ? true : undefined,
        'certificate-authority-data': cluster.ca && Buffer.from(cluster.ca, 'utf8').toString('base64'),
        'proxy-url': cluster.proxy,
        config: cluster.execConfig,
      },
    },
  });
}

/** Reads what a plugin printed; a text says what is wrong with it, and quotes nothing that could be secret. */
export function parseExecCredential(stdout: string, apiVersion: string): ExecCredential | string {
  if (stdout.trim() === '') return 'it printed nothing';
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    // The parser's message quotes what it could not read.
    return `what it printed (${stdout.length} characters) is no JSON`;
  }
  const kind = at(answer, 'kind');
  if (kind !== 'ExecCredential') return `it printed ${named('kind', kind)} where an ExecCredential is expected`;
  const version = at(answer, 'apiVersion');
  if (version !== apiVersion)
    return `it answered with ${named('apiVersion', version)} although the kubeconfig asks for ${apiVersion}`;
  return parseStatus(at(answer, 'status'));
}

function parseStatus(status: unknown): ExecCredential | string {
  if (typeof status !== 'object' || status === null) return 'its ExecCredential has no status';
  for (const field of ['token', 'clientCertificateData', 'clientKeyData', 'expirationTimestamp']) {
    const value = at(status, field);
    if (value !== undefined && value !== null && typeof value !== 'string')
      return `status.${field} of its ExecCredential is no text`;
  }
  const text = (field: string): string | undefined => textAt(status, field) || undefined;
  const [token, cert, key, expiration] = ['token', 'clientCertificateData', 'clientKeyData', 'expirationTimestamp'].map(text);
  if ((cert === undefined) !== (key === undefined)) {
    return `its ExecCredential has ${cert === undefined ? 'a key without a certificate' : 'a certificate without a key'}`;
  }
  if (token === undefined && cert === undefined) return 'its ExecCredential has neither a token nor a certificate';
  const expiresAt = expiration === undefined ? undefined : Date.parse(expiration);
  if (Number.isNaN(expiresAt)) return 'status.expirationTimestamp of its ExecCredential is no time';
  return { token, certificate: cert === undefined || key === undefined ? undefined : { cert, key }, expiresAt };
}

function named(field: string, value: unknown): string {
  return typeof value === 'string' ? `${field} ${quoted(scrub(value), 80)}` : `JSON without ${field}`;
}
