import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { systemClock, systemCode, UsageError } from '../../platform/index.ts';
import { environmentProxy } from '../environment-proxy.ts';
import { textAt } from '../objects.ts';
import { authorityFile, certificatesIn } from './authority.ts';
import type { ClusterTarget } from './credentials.ts';
import { claimsOf } from './jwt.ts';
import { together } from './together.ts';
import { tokenFile } from './token.ts';
import type { CredentialOptions } from './user.ts';

/** Where the kubelet mounts the service account. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

const NAME = 'in-cluster';

/**
 * The cluster whose pod this process runs in, as its service account; undefined outside a pod.
 * The token and the certificate authority are read again as the kubelet rotates them. Source:
 * https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 *
 * @param folder for tests
 * @throws UsageError when the variables of a pod are set and the service account's token or ca.crt is missing
 */
export function inClusterTarget(
  env: Readonly<Record<string, string | undefined>>,
  folder = SERVICE_ACCOUNT,
  options: Pick<CredentialOptions, 'clock'> = {},
): ClusterTarget | undefined {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '';
  if (host === '' || port === '') return undefined;

  const token = mounted(folder, 'token');
  const ca = certificatesIn(mounted(folder, 'ca.crt'));
  if (ca === undefined) throw podError(`${join(folder, 'ca.crt')} holds no certificate in PEM`);
  const namespace = optional(folder, 'namespace');
  const identity = textAt(claimsOf(token), 'sub') ?? 'service account';
  const path = join(folder, 'token');
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    name: NAME,
    server,
    tls: { ca, currentCa: authorityFile(join(folder, 'ca.crt'), ca, options.clock ?? systemClock) },
    // A pod with HTTPS_PROXY and without NO_PROXY for its own cluster is led through it by client-go too.
    proxy: environmentProxy(server, env),
    namespace,
    credentials: together(identity, [tokenFile(path, undefined, { identity, cluster: NAME }, options)]),
  };
}

function mounted(folder: string, file: string): string {
  const path = join(folder, file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw podError(`${path} cannot be read (${systemCode(error) ?? 'unknown error'})`, error);
  }
  if (text === '') throw podError(`${path} is empty`);
  return text;
}

function podError(what: string, cause?: unknown): UsageError {
  return new UsageError(`This runs in a pod (KUBERNETES_SERVICE_HOST is set), but its service account cannot be used: ${what}.`, {
    code: 'in-cluster',
    advice: 'Set automountServiceAccountToken: true on the pod, or give a kubeconfig.',
    cause,
  });
}

/** Pods with a projected token of their own making often leave the namespace out. */
function optional(folder: string, file: string): string | undefined {
  try {
    return readFileSync(join(folder, file), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
