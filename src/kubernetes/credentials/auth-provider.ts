import type { CredentialSource } from './credentials.ts';
import { oidc } from './oidc.ts';
import { userError, type Subject } from './subject.ts';
import type { AuthProvider, CredentialOptions } from './user.ts';

/** What took the place of the providers that Kubernetes 1.26 removed. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  gcp: 'Install gke-gcloud-auth-plugin, then run: gcloud container clusters get-credentials CLUSTER',
  azure: 'Install kubelogin, then run: kubelogin convert-kubeconfig',
  openstack: 'Use the exec plugin client-keystone-auth.',
};

/**
 * The old `auth-provider` of a kubeconfig, of which `oidc` is still alive.
 * @throws UsageError for every other provider, naming what replaced it
 */
export function authProvider(provider: AuthProvider, subject: Subject, options: CredentialOptions = {}): CredentialSource {
  if (provider.name === 'oidc') return oidc(provider.config, subject, options);
  const advice = Object.hasOwn(REPLACEMENTS, provider.name) ? REPLACEMENTS[provider.name] : 'Use an exec plugin instead.';
  throw userError(subject, 'auth-provider', `the auth-provider "${provider.name}" is no longer supported`, advice);
}
