import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { messageOf } from '../../platform/index.ts';
import { environmentProxy } from '../environment-proxy.ts';
import { certificatesIn } from './authority.ts';
import { decodeBase64 } from './certificate.ts';
import type { RefreshQuestion } from './oidc-issuer.ts';
import type { Subject } from './subject.ts';
import type { CredentialOptions } from './user.ts';

/** The settings of the auth-provider `oidc`, by their names in a kubeconfig. */
export type OidcConfig = Readonly<Record<string, string>>;

/** The two that change. */
export function tokensOf(config: OidcConfig): OidcConfig {
  return Object.fromEntries(Object.entries(config).filter(([key]) => key === 'id-token' || key === 'refresh-token'));
}

export function sameTokens(one: OidcConfig, other: OidcConfig): boolean {
  return one['id-token'] === other['id-token'] && one['refresh-token'] === other['refresh-token'];
}

/** What to ask the provider, or why it cannot be asked. */
export async function questionOf(
  config: OidcConfig,
  refreshToken: string,
  subject: Subject,
  options: CredentialOptions,
): Promise<RefreshQuestion | string> {
  const missing = ['idp-issuer-url', 'client-id'].find((key) => config[key] === undefined);
  if (missing !== undefined) return `its auth-provider oidc has no ${missing}`;
  const issuer = config['idp-issuer-url'] ?? '';
  // The refresh token is as good as a password; and API servers take providers with https alone.
  if (URL.parse(issuer)?.protocol !== 'https:') {
    return 'idp-issuer-url of its auth-provider oidc is no address that begins with https://';
  }
  const ca = await authorityOf(config, subject);
  if (ca instanceof Error) return ca.message;
  const env = options.env ?? process.env;
  return {
    issuer,
    clientId: config['client-id'] ?? '',
    clientSecret: config['client-secret'],
    refreshToken,
    scopes: (config['extra-scopes'] ?? '').split(/[\s,]+/).filter((scope) => scope !== '' && scope !== 'openid'),
    ca,
    proxyFor: (server) => environmentProxy(server, env),
    timeout: options.oidcTimeout ?? 15_000,
  };
}

/** The provider's own authority, read each time: it is asked for once an hour. */
async function authorityOf(config: OidcConfig, subject: Subject): Promise<string | undefined | Error> {
  const data = config['idp-certificate-authority-data'];
  const path = config['idp-certificate-authority'];
  if (data === undefined && path === undefined) return undefined;
  let pem: string | undefined;
  try {
    pem = data === undefined ? await readFile(resolve(dirname(subject.file ?? ''), path ?? ''), 'utf8') : decodeBase64(data);
  } catch (error) {
    return new Error(`its idp-certificate-authority cannot be read (${messageOf(error)})`);
  }
  return certificatesIn(pem ?? '') ?? new Error('its idp-certificate-authority holds no certificate in PEM');
}
