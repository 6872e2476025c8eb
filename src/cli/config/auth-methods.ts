import { valueAt, type Finding, type Path } from '../../platform/config/index.ts';
import type { AUTH_METHODS, ClusterConfig } from './cluster-schema.ts';

export type AuthMethod = (typeof AUTH_METHODS)[number];

interface Rule {
  /** Of each group exactly one. */
  readonly needs: readonly (readonly string[])[];
  readonly allows: readonly string[];
  /** Why the other fields have no place beside it. */
  readonly reason: string;
}

const SERVER = ['api_server_url'];
const SERVER_TLS = ['tls_config.insecure', 'tls_config.ca_file', 'tls_config.ca_pem', 'tls_config.server_name', 'proxy_url'];
const SERVICE_ACCOUNT = ['service_account_token', 'service_account_token_file'];

/** Which fields each way to log in needs and which it has a use for. */
export const AUTH_RULES: Readonly<Record<AuthMethod, Rule>> = {
  kubeconfig: {
    needs: [],
    allows: ['kubeconfig_path', 'kubeconfig_context'],
    reason: 'the kubeconfig has the address, the certificates and the credentials',
  },
  in_cluster: { needs: [], allows: [], reason: 'the pod that Fairlead runs in has all that is needed' },
  service_account: {
    needs: [SERVER, SERVICE_ACCOUNT],
    allows: SERVER_TLS,
    reason: 'it logs in with the token of a service account',
  },
  token: {
    needs: [SERVER, ['token', 'token_file', ...SERVICE_ACCOUNT]],
    allows: SERVER_TLS,
    reason: 'it logs in with a bearer token',
  },
  client_certificate: {
    needs: [SERVER, ['tls_config.cert_file', 'tls_config.cert_pem'], ['tls_config.key_file', 'tls_config.key_pem']],
    allows: SERVER_TLS,
    reason: 'it logs in with a certificate and its key',
  },
  oidc: { needs: [SERVER, ['oidc']], allows: SERVER_TLS, reason: 'it logs in with what the issuer hands out' },
};

/** Pairs of which one at most makes sense, and why. */
const EXCLUSIVE: readonly { readonly fields: readonly [string, string]; readonly reason: string }[] = [
  { fields: ['tls_config.ca_file', 'tls_config.ca_pem'], reason: 'both are the certificate authority' },
  { fields: ['tls_config.insecure', 'tls_config.ca_file'], reason: 'insecure checks no certificate' },
  { fields: ['tls_config.insecure', 'tls_config.ca_pem'], reason: 'insecure checks no certificate' },
  { fields: ['oidc.client_secret', 'oidc.client_secret_file'], reason: 'both are the secret of the client' },
  { fields: ['oidc.id_token', 'oidc.id_token_file'], reason: 'both are the ID token' },
  { fields: ['oidc.refresh_token', 'oidc.refresh_token_file'], reason: 'both are the refresh token' },
  { fields: ['environment', 'labels.environment'], reason: 'both are the label "environment"' },
  { fields: ['region', 'labels.region'], reason: 'both are the label "region"' },
];

const OIDC_TOKENS = ['oidc.id_token', 'oidc.id_token_file', 'oidc.refresh_token', 'oidc.refresh_token_file'];

/** What is missing from a cluster, what has no place in it, and what contradicts itself. */
export function authFindings(config: ClusterConfig, index: number): readonly Finding[] {
  const at = (field: string): Path => ['clusters', index, ...field.split('.')];
  // `insecure: false` says nothing that were not so anyway.
  const has = (field: string): boolean => (valueAt(config, field.split('.')) ?? false) !== false;
  const where = `clusters[${index}]`;
  const findings: Finding[] = [];
  const method = config.auth_method ?? 'kubeconfig';
  const called = config.auth_method === undefined ? 'kubeconfig, the default' : method;
  const rule = AUTH_RULES[method];

  for (const field of governedFields()) {
    if (!has(field) || rule.allows.includes(field) || rule.needs.flat().includes(field)) continue;
    const others = Object.entries(AUTH_RULES).flatMap(([name, { needs, allows }]) =>
      [...needs.flat(), ...allows].includes(field) ? [name] : [],
    );
    const message = `${where}.${field} does not go with auth_method ${called}: ${rule.reason}; it goes with ${others.join(', ')}`;
    findings.push({ path: at(field), at: 'key', message });
  }
  for (const group of rule.needs) {
    const [first, second] = group.filter(has);
    const choice = group.join(' or ');
    if (first === undefined) {
      findings.push({
        path: ['clusters', index],
        at: 'value',
        message: `${where} needs ${choice}, since its auth_method is ${called}`,
      });
    } else if (second !== undefined) {
      findings.push({ path: at(second), at: 'key', message: `${where} has both ${first} and ${second}; leave one of them` });
    }
  }
  for (const { fields, reason } of EXCLUSIVE) {
    const [first, second] = fields;
    if (!has(first) || !has(second)) continue;
    findings.push({
      path: at(second),
      at: 'key',
      message: `${where} has both ${first} and ${second}: ${reason}; leave one of them`,
    });
  }
  if (has('oidc') && !OIDC_TOKENS.some(has)) {
    findings.push({ path: at('oidc'), at: 'key', message: `${where}.oidc needs id_token or refresh_token, or a file with one` });
  }
  return findings;
}

function governedFields(): ReadonlySet<string> {
  return new Set(Object.values(AUTH_RULES).flatMap(({ needs, allows }) => [...needs.flat(), ...allows]));
}
