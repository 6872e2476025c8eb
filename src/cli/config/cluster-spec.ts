import { delimiter } from 'node:path';

import type { ClusterSource, ClusterSpec, LoginSpec, Pem } from '../../fleet/index.ts';
import { readDuration, type Values } from '../settings/values.ts';
import type { SettingFlag } from '../settings/table.ts';
import type { ClusterConfig } from './cluster-schema.ts';
import { absoluteList } from './file-values.ts';
import type { Draft } from './draft.ts';
import type { ReferredContents } from './referred-files.ts';

/** A cluster of the file as the fleet takes it. It fits the rules of its auth_method, which were checked before. */
export function clusterSpec(
  config: ClusterConfig,
  index: number,
  values: Values,
  draft: Draft,
  referred: ReferredContents,
): ClusterSpec {
  const labels = {
    ...(config.environment !== undefined && { environment: config.environment }),
    ...(config.region !== undefined && { region: config.region }),
    ...config.labels,
  };
  const own = <Value>(flag: SettingFlag, value: Value | undefined): Value | undefined =>
    overruled(values, flag) ? undefined : value;
  const qps = own('qps', config.qps);
  const burst = own('burst', config.burst);
  const deadline = own('timeout', config.timeout === undefined ? undefined : readDuration(config.timeout));
  return {
    name: config.id,
    ...(config.name !== undefined && { title: config.name }),
    ...(Object.keys(labels).length > 0 && { labels }),
    source: sourceOf(config, index, values, draft, referred),
    namespace: own('namespace', config.default_namespace) ?? values.get('namespace'),
    transport: {
      ...(qps !== undefined && { qps }),
      ...(burst !== undefined && { burst }),
      ...(deadline !== undefined && { deadline }),
    },
  };
}

/** Whether a flag or variable says of all clusters what this one says of itself: it is stronger than the file. */
export function overruled(values: Values, flag: SettingFlag): boolean {
  const kind = values.given(flag)?.source.kind;
  return kind === 'flag' || kind === 'environment';
}

function sourceOf(config: ClusterConfig, index: number, values: Values, draft: Draft, referred: ReferredContents): ClusterSource {
  const method = config.auth_method ?? 'kubeconfig';
  if (method === 'in_cluster') return { kind: 'in-cluster' };
  if (method === 'kubeconfig') {
    const all = values.get('kubeconfig')?.split(delimiter);
    const paths = config.kubeconfig_path === undefined ? all : absoluteList(config.kubeconfig_path, draft);
    return { kind: 'kubeconfig', paths, context: config.kubeconfig_context };
  }
  const tls = config.tls_config;
  return {
    kind: 'server',
    server: config.api_server_url ?? '',
    login: loginOf(config, index, draft, referred),
    ca: pemOf(tls?.ca_pem, tls?.ca_file, draft),
    serverName: tls?.server_name,
    insecure: tls?.insecure ?? false,
    proxy: config.proxy_url,
  };
}

function loginOf(config: ClusterConfig, index: number, draft: Draft, referred: ReferredContents): LoginSpec {
  const { oidc, tls_config: tls } = config;
  if (config.auth_method === 'oidc' && oidc !== undefined) {
    return {
      kind: 'oidc',
      issuerUrl: oidc.issuer_url,
      clientId: oidc.client_id,
      clientSecret: oidc.client_secret ?? referred.contents(index, 'client_secret_file'),
      idToken: oidc.id_token ?? referred.contents(index, 'id_token_file'),
      refreshToken: oidc.refresh_token ?? referred.contents(index, 'refresh_token_file'),
    };
  }
  if (config.auth_method === 'client_certificate') {
    const certificate = pemOf(tls?.cert_pem, tls?.cert_file, draft);
    const key = pemOf(tls?.key_pem, tls?.key_file, draft);
    if (certificate !== undefined && key !== undefined) return { kind: 'client-certificate', certificate, key };
  }
  const token = config.token ?? config.service_account_token;
  if (token !== undefined) return { kind: 'token', token };
  const file = config.token_file ?? config.service_account_token_file;
  // Never without credentials where some were meant.
  if (file === undefined) throw new TypeError('a cluster without credentials passed the check');
  return { kind: 'token-file', file: draft.absolute(file) };
}

function pemOf(pem: string | undefined, file: string | undefined, draft: Draft): Pem | undefined {
  if (pem !== undefined) return { pem };
  return file === undefined ? undefined : { file: draft.absolute(file) };
}
