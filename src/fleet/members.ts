import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';

import {
  inClusterTarget,
  kubeconfigFrom,
  kubeconfigPaths,
  readKubeconfig,
  targetOf,
  type ClusterTarget,
  type TransportOptions,
} from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import type { ClusterSpec, LoginSpec, Pem } from './spec.ts';

/** A cluster of the fleet before anything was asked of it. */
export interface Member {
  readonly name: string;
  readonly title?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace?: string | undefined;
  readonly transport?: Pick<TransportOptions, 'qps' | 'burst' | 'deadline'> | undefined;
  /** Changes whenever its configuration does: a connection made for another one is not used any more. */
  readonly fingerprint: string;
  /**
   * How to reach it, and as whom.
   * @throws UsageError when its configuration cannot be used
   */
  target(): Promise<ClusterTarget>;
}

/** The contexts of kubeconfig files as members, and which of them is current. */
export interface KubeconfigMembers {
  readonly members: readonly Member[];
  readonly current: string | undefined;
}

/** Every context of kubeconfig files. @param paths undefined for those of the environment */
export async function kubeconfigMembers(
  paths: readonly string[] | undefined,
  env: NodeJS.ProcessEnv,
): Promise<KubeconfigMembers> {
  const { signature: fingerprint } = await signatureOf(kubeconfigPaths({ paths, env }));
  const kubeconfig = await readKubeconfig({ paths, env });
  const members = kubeconfig.contexts.map(({ name }): Member => ({
    name,
    labels: {},
    fingerprint,
    target: async () => targetOf(kubeconfig, name, { env }),
  }));
  return { members, current: kubeconfig.currentContext };
}

/** What files are there, and when they were changed last, in milliseconds since the epoch; cheap enough to be asked often. */
export async function signatureOf(paths: readonly string[]): Promise<{ readonly signature: string; readonly changedAt: number }> {
  let changedAt = 0;
  const parts = await Promise.all(
    paths.map(async (path) => {
      try {
        // The time of the inode as well: what could not be read may be allowed by now.
        const { mtimeMs, ctimeMs, size, ino } = await stat(path);
        changedAt = Math.max(changedAt, mtimeMs);
        return `${path} ${mtimeMs} ${ctimeMs} ${size} ${ino}`;
      } catch {
        return `${path} missing`;
      }
    }),
  );
  return { signature: parts.join('\n'), changedAt };
}

/** The kubeconfig files that a cluster is defined by. What else it refers to is read again by what uses it. */
export function filesOf({ source }: ClusterSpec, env: NodeJS.ProcessEnv): readonly string[] {
  return source.kind === 'kubeconfig' ? kubeconfigPaths({ paths: source.paths, env }) : [];
}

/** The cluster whose pod this process runs in; undefined outside a pod. */
export function inClusterMember(env: NodeJS.ProcessEnv): Member | undefined {
  const target = inClusterTarget(env);
  return target === undefined
    ? undefined
    : { name: target.name, labels: {}, fingerprint: 'in-cluster', target: async () => target };
}

/** A cluster that a configuration or a program describes. */
export async function memberOf(spec: ClusterSpec, env: NodeJS.ProcessEnv): Promise<Member> {
  const { name, title, labels = {}, namespace, transport } = spec;
  const { signature } = await signatureOf(filesOf(spec, env));
  // Of secrets too: a changed token makes another connection. The hash is kept, not what went in.
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([spec, signature]))
    .digest('base64url');
  return {
    name,
    title,
    labels,
    namespace,
    transport,
    fingerprint,
    target: async () => ({ ...(await targetFor(spec, env)), name }),
  };
}

async function targetFor({ name, source }: ClusterSpec, env: NodeJS.ProcessEnv): Promise<ClusterTarget> {
  switch (source.kind) {
    case 'in-cluster': {
      const target = inClusterTarget(env);
      if (target === undefined) {
        throw new UsageError(`Cluster ${name} is to be reached from inside its pods, and this process runs in none.`, {
          code: 'in-cluster',
        });
      }
      return target;
    }
    case 'kubeconfig': {
      const kubeconfig = await readKubeconfig({ paths: source.paths, env });
      const context = source.context ?? kubeconfig.currentContext;
      if (context === undefined)
        throw new UsageError(`Cluster ${name}: its kubeconfig has no current context, and none is named.`, {
          code: 'kubeconfig',
        });
      return targetOf(kubeconfig, context, { env });
    }
    case 'server': {
      // A cluster given by its address is a kubeconfig of one context: one way to log in, one set of checks.
      const cluster = {
        server: source.server,
        ...pemFields('certificate-authority', source.ca),
        ...(source.serverName !== undefined && { 'tls-server-name': source.serverName }),
        ...(source.insecure === true && { 'insecure-skip-tls-verify': true }),
        ...(source.proxy !== undefined && { 'proxy-url': source.proxy }),
      };
      const document = {
        clusters: [{ name, cluster }],
        users: [{ name, user: userOf(source.login) }],
        contexts: [{ name, context: { cluster: name, user: name } }],
      };
      return targetOf(kubeconfigFrom(document, `the configuration of cluster ${name}`), name, { env });
    }
  }
}

function userOf(login: LoginSpec): Readonly<Record<string, unknown>> {
  switch (login.kind) {
    case 'anonymous':
      return {};
    case 'token':
      return { token: login.token };
    case 'token-file':
      return { tokenFile: login.file };
    case 'client-certificate':
      return { ...pemFields('client-certificate', login.certificate), ...pemFields('client-key', login.key) };
    case 'oidc': {
      const config = {
        'idp-issuer-url': login.issuerUrl,
        'client-id': login.clientId,
        'client-secret': login.clientSecret,
        'id-token': login.idToken,
        'refresh-token': login.refreshToken,
      };
      return {
        'auth-provider': {
          name: 'oidc',
          config: Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)),
        },
      };
    }
  }
}

/** The field of a kubeconfig for a file, or the one for its contents. */
function pemFields(field: string, pem: Pem | undefined): Readonly<Record<string, string>> {
  if (pem === undefined) return {};
  return 'file' in pem ? { [field]: pem.file } : { [`${field}-data`]: Buffer.from(pem.pem).toString('base64') };
}
