import { authProvider } from './auth-provider.ts';
import { basic } from './basic.ts';
import { clientCertificate } from './certificate.ts';
import type { Credentials, CredentialSource } from './credentials.ts';
import { execPlugin } from './exec.ts';
import { impersonation } from './impersonation.ts';
import { userError, type Subject } from './subject.ts';
import { together } from './together.ts';
import { staticToken, tokenFile } from './token.ts';
import type { ClusterInfo, CredentialOptions, KubeconfigUser } from './user.ts';

/**
 * The credentials of a kubeconfig's user, chosen as client-go chooses: a token file before a token; a token or a
 * password together with a client certificate; a plugin or provider only when nothing of these is given.
 *
 * Over plain http nothing secret is sent, as with kubectl; an impersonation is, since without it `kubectl proxy` would
 * act with all rights of whoever started it.
 *
 * @param user undefined for a context that names none
 * @throws UsageError when the user's fields contradict each other, or ask for what is not supported
 * @throws KubernetesError with code `credentials` when a token, certificate or key given in place is broken
 */
export function fromUser(user: KubeconfigUser | undefined, cluster: ClusterInfo, options: CredentialOptions = {}): Credentials {
  // Nothing is sent; the server decides what `system:anonymous` may do.
  if (user === undefined) return together('anonymous', []);
  const subject: Subject = { identity: user.name, cluster: cluster.name, file: user.file };
  refuseContradictions(user, subject);
  const sources: CredentialSource[] = cluster.server.startsWith('https:') ? loginOf(user, cluster, subject, options) : [];
  if (user.impersonate === undefined) return together(user.name, sources);
  sources.push(impersonation(user.impersonate, subject));
  return together(`${user.name} as ${user.impersonate.user ?? ''}`, sources);
}

function loginOf(user: KubeconfigUser, cluster: ClusterInfo, subject: Subject, options: CredentialOptions): CredentialSource[] {
  const sources: CredentialSource[] = [];
  if (user.certificate !== undefined && user.key !== undefined) {
    sources.push(clientCertificate(user.certificate, user.key, subject, options));
  }
  if (user.tokenFile !== undefined) sources.push(tokenFile(user.tokenFile, user.token, subject, options));
  else if (user.token !== undefined) sources.push(staticToken(user.token, subject));
  else if (user.username !== undefined) sources.push(basic(user.username, user.password ?? ''));
  else if (user.authProvider !== undefined) sources.push(authProvider(user.authProvider, subject, options));
  else if (user.exec !== undefined && sources.length === 0) sources.push(execPlugin(user.exec, cluster, subject, options));
  return sources;
}

function refuseContradictions(user: KubeconfigUser, subject: Subject): void {
  const hasToken = user.token !== undefined || user.tokenFile !== undefined;
  if (hasToken && user.username !== undefined) {
    throw userError(subject, 'token', 'it has both a token and a user name', 'Remove one of them.');
  }
  if (user.username === undefined && user.password !== undefined) {
    throw userError(subject, 'username', 'it has a password and no user name');
  }
  if (user.exec !== undefined && user.authProvider !== undefined) {
    throw userError(subject, 'exec', 'it has both an exec plugin and an auth-provider', 'Remove the auth-provider.');
  }
  if (user.certificate !== undefined && user.key === undefined) {
    throw userError(subject, 'client-key', 'it has a client certificate and no key', 'Add client-key or client-key-data.');
  }
  if (user.certificate === undefined && user.key !== undefined) {
    throw userError(
      subject,
      'client-certificate',
      'it has a client key and no certificate',
      'Add client-certificate or client-certificate-data.',
    );
  }
}
