import * as z from 'zod';

import { DURATION, readDuration } from '../settings/values.ts';

export const AUTH_METHODS = ['kubeconfig', 'in_cluster', 'service_account', 'token', 'client_certificate', 'oidc'] as const;

/** The keys whose values are shown to nobody, wherever they stand. */
export const SECRET_KEYS: ReadonlySet<string> = new Set([
  'service_account_token',
  'token',
  'key_pem',
  'client_secret',
  'id_token',
  'refresh_token',
  'proxy_url',
]);

const text = (description: string): z.ZodString => z.string().trim().min(1).meta({ description });
const secret = (description: string): z.ZodString =>
  z
    .string()
    .trim()
    .min(1)
    .meta({ description: `${description} A secret: better \${VARIABLE} than the value itself.`, writeOnly: true });
const file = (description: string): z.ZodString =>
  z
    .string()
    .min(1)
    .meta({ description: `${description} A relative path is found from the folder of this file.` });

/** A length of time, at most what a timer can run. */
export const duration = (description: string): z.ZodString =>
  z
    .string()
    .regex(/^(\d+(\.\d+)?(ms|[dhms]))+$/, { error: `must be ${DURATION}`, abort: true })
    .refine((value) => readDuration(value) !== undefined, { error: `must be ${DURATION}` })
    .meta({ description, examples: ['30s', '5m', '1h30m'] });

/** The address of a server, without anything that belongs elsewhere. */
function isServer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'https:' && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

const PROXIES: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:', 'socks5h:']);

const tlsConfig = z
  .strictObject({
    insecure: z
      .boolean()
      .meta({
        description: 'Do not check the certificate of the server. Anyone between can then read and change everything.',
        default: false,
      })
      .optional(),
    ca_file: file('The certificate authority of the server, PEM.').optional(),
    ca_pem: text('The certificate authority of the server, PEM text.').optional(),
    cert_file: file('The client certificate, PEM; read again when it changes.').optional(),
    cert_pem: text('The client certificate, PEM text.').optional(),
    key_file: file('The key of the client certificate, PEM; read again when it changes.').optional(),
    key_pem: secret('The key of the client certificate, PEM text.').optional(),
    server_name: text('The name in the certificate of the server, where it is not that of the address.').optional(),
  })
  .meta({ description: 'TLS to the API server.' });

const oidc = z
  .strictObject({
    issuer_url: z
      .string()
      .refine((value) => isServer(value), { error: 'must be the https:// address of an issuer' })
      .meta({ description: 'The issuer, for its discovery document.', format: 'uri' }),
    client_id: text('The client at the issuer.'),
    client_secret: secret('The secret of the client.').optional(),
    client_secret_file: file('A file with the secret of the client.').optional(),
    id_token: secret('The ID token to begin with.').optional(),
    id_token_file: file('A file with the ID token to begin with.').optional(),
    refresh_token: secret('The refresh token.').optional(),
    refresh_token_file: file('A file with the refresh token.').optional(),
  })
  .meta({ description: 'OpenID Connect, for auth_method oidc. Needs an ID token, a refresh token, or both.' });

/** One entry of `clusters`. Which fields go with which auth_method is in auth-methods.ts. */
export const cluster = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,252}$/, {
        error: 'must be a name: letters, digits and . _ : / @ -, beginning with a letter or digit',
      })
      .meta({ description: 'The name by which the cluster is asked for.', examples: ['prod-us-east-1'] }),
    name: text('What people call it.').optional(),
    environment: text('The label "environment", as in cluster: environment=prod.').optional(),
    region: text('The label "region".').optional(),
    labels: z
      .record(
        z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/, { error: 'this is no name of a label' }),
        z.string(),
      )
      .meta({ description: 'More labels by which clusters are chosen.' })
      .optional(),
    auth_method: z
      .enum(AUTH_METHODS)
      .meta({ description: 'How to log in, and which other fields are needed.', default: 'kubeconfig' })
      .optional(),
    kubeconfig_path: file(
      'kubeconfig: the file, or several as in KUBECONFIG. Default: the kubeconfig that is used anyway.',
    ).optional(),
    kubeconfig_context: text('kubeconfig: the context. Default: the current one.').optional(),
    api_server_url: z
      .string()
      .refine((value) => isServer(value), {
        error: 'must be the https:// address of an API server, without user, query or fragment',
      })
      .meta({
        description: 'All but kubeconfig and in_cluster: the API server.',
        format: 'uri',
        examples: ['https://10.0.0.1:6443'],
      })
      .optional(),
    service_account_token: secret('service_account, token: the token.').optional(),
    service_account_token_file: file('service_account, token: a file with the token; read again when it changes.').optional(),
    token: secret('token: the bearer token.').optional(),
    token_file: file('token: a file with the bearer token; read again when it changes.').optional(),
    oidc: oidc.optional(),
    tls_config: tlsConfig.optional(),
    proxy_url: z
      .string()
      .refine((value) => URL.canParse(value) && PROXIES.has(new URL(value).protocol), {
        error: 'must be the address of a proxy: http://, https:// or socks5://',
      })
      .meta({ description: 'The proxy on the way to the API server.', format: 'uri', writeOnly: true })
      .optional(),
    default_namespace: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
        error: 'must be the name of a namespace: lower-case letters, digits and dashes',
      })
      .meta({ description: 'The namespace to begin with on this cluster.' })
      .optional(),
    qps: z.number().gt(0).max(100_000).meta({ description: 'Requests per second. Default: that of all clusters.' }).optional(),
    burst: z
      .int()
      .min(1)
      .max(100_000)
      .meta({ description: 'Requests at once before qps holds them back. Default: twice qps.' })
      .optional(),
    timeout: duration('How long one request may take. Default: that of all clusters.').optional(),
  })
  .meta({ description: 'One cluster.' });

export type ClusterConfig = z.infer<typeof cluster>;
