import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import * as z from 'zod';

import type { ClusterSpec } from '../../fleet/index.ts';
import { SETTINGS } from '../settings/table.ts';
import { AUTH_RULES } from './auth-methods.ts';
import { AUTH_METHODS, SECRET_KEYS } from './cluster-schema.ts';
import { configJsonSchema } from './schema.ts';
import { newFolder, type Folder } from './testing.fake.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly writeOnly?: boolean;
  readonly description?: string;
}

function keysOf(node: Node, at = ''): readonly { readonly key: string; readonly node: Node }[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([name, each]) => {
    const key = at === '' ? name : `${at}.${name}`;
    return [{ key, node: each }, ...keysOf(each, key)];
  });
  return node.items === undefined ? own : [...own, ...keysOf(node.items, `${at}[]`)];
}

const schema = configJsonSchema() as Node;

describe('the schema', () => {
  it('is the one in docs/: node scripts/config-schema.ts writes it', () => {
    const file = new URL('../../../docs/fairlead.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it('has these keys', () => {
    expect(keysOf(schema).map(({ key }) => key)).toMatchInlineSnapshot(`
      [
        "clusters",
        "clusters[].id",
        "clusters[].name",
        "clusters[].environment",
        "clusters[].region",
        "clusters[].labels",
        "clusters[].auth_method",
        "clusters[].kubeconfig_path",
        "clusters[].kubeconfig_context",
        "clusters[].api_server_url",
        "clusters[].service_account_token",
        "clusters[].service_account_token_file",
        "clusters[].token",
        "clusters[].token_file",
        "clusters[].oidc",
        "clusters[].oidc.issuer_url",
        "clusters[].oidc.client_id",
        "clusters[].oidc.client_secret",
        "clusters[].oidc.client_secret_file",
        "clusters[].oidc.id_token",
        "clusters[].oidc.id_token_file",
        "clusters[].oidc.refresh_token",
        "clusters[].oidc.refresh_token_file",
        "clusters[].tls_config",
        "clusters[].tls_config.insecure",
        "clusters[].tls_config.ca_file",
        "clusters[].tls_config.ca_pem",
        "clusters[].tls_config.cert_file",
        "clusters[].tls_config.cert_pem",
        "clusters[].tls_config.key_file",
        "clusters[].tls_config.key_pem",
        "clusters[].tls_config.server_name",
        "clusters[].proxy_url",
        "clusters[].default_namespace",
        "clusters[].qps",
        "clusters[].burst",
        "clusters[].timeout",
        "kubeconfig",
        "kubeconfig_contexts",
        "default_cluster",
        "default_namespace",
        "timeout",
        "qps",
        "burst",
        "changes",
        "enable_mutations",
        "allow_operations",
        "allow_namespaces",
        "deny_namespaces",
        "allow_kinds",
        "deny_kinds",
        "dry_run",
        "protected_namespaces",
        "max_objects",
        "confirm_timeout",
        "journal_key_file",
        "allow_paths",
        "toolsets",
        "default_max_tokens",
        "structured",
        "audit",
        "audit_commands",
        "log_level",
        "enable_cache",
        "cache_ttl",
        "enable_relationships",
        "resync_period",
        "worker_pool_size",
        "http",
        "http.listen",
        "http.allow_hosts",
        "http.allow_origins",
        "http.session_timeout",
        "http.max_body_bytes",
        "change_rules",
        "change_rules[].clusters",
        "change_rules[].namespaces",
        "change_rules[].kinds",
        "change_rules[].verbs",
        "change_rules[].require",
      ]
    `);
  });

  it('has every setting, and describes every key', () => {
    const keys = keysOf(schema);
    for (const setting of SETTINGS) if ('key' in setting) expect(keys.map(({ key }) => key)).toContain(setting.key);
    expect(keys.filter(({ node }) => (node.description ?? '').length < 10).map(({ key }) => key)).toEqual([]);
  });

  it('marks the secrets, and no others', () => {
    const keys = keysOf(schema).map(({ key, node }) => ({ name: key.split('.').at(-1) ?? '', secret: node.writeOnly === true }));
    for (const { name, secret } of keys) expect([name, secret]).toEqual([name, SECRET_KEYS.has(name)]);
  });

  it('has every field that the rules of the auth_methods speak of', () => {
    expect(Object.keys(AUTH_RULES)).toEqual([...AUTH_METHODS]);
    const keys = keysOf(schema).map(({ key }) => key);
    for (const { needs, allows } of Object.values(AUTH_RULES)) {
      for (const field of [...needs.flat(), ...allows]) expect(keys).toContain(`clusters[].${field}`);
    }
  });
});

describe('a right configuration', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => folder.remove());

  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/);
  const text = fc
    .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    .filter((each) => each.trim() === each && each !== '' && !each.includes('${'));
  const login = fc.oneof(
    fc.record({ auth_method: fc.constant('in_cluster') }),
    fc.record({ auth_method: fc.constant('kubeconfig'), kubeconfig_path: name, kubeconfig_context: text }, { requiredKeys: [] }),
    fc.record({ auth_method: fc.constant('token'), api_server_url: fc.constant('https://h:6443'), token: text }),
    fc.record({
      auth_method: fc.constant('service_account'),
      api_server_url: fc.constant('https://h'),
      service_account_token: text,
    }),
    fc.record({
      auth_method: fc.constant('client_certificate'),
      api_server_url: fc.constant('https://h'),
      tls_config: fc.record({ cert_pem: text, key_pem: text, server_name: name }, { requiredKeys: ['cert_pem', 'key_pem'] }),
    }),
  );
  const cluster = fc
    .tuple(
      login,
      fc.record(
        {
          id: name,
          name: text,
          environment: text,
          region: text,
          qps: fc.double({ min: 0.1, max: 1000, noNaN: true }),
          burst: fc.integer({ min: 1, max: 1000 }),
          timeout: fc.integer({ min: 1, max: 3600 }).map((seconds) => `${seconds}s`),
          default_namespace: name,
        },
        { requiredKeys: ['id'] },
      ),
    )
    .map(([how, what]) => ({ ...how, ...what }));
  const configuration = fc.record(
    {
      clusters: fc.uniqueArray(cluster, { minLength: 1, maxLength: 6, selector: (each) => each.id }),
      default_namespace: name,
      kubeconfig_contexts: fc.boolean(),
      qps: fc.double({ min: 0.1, max: 1000, noNaN: true }),
      log_level: fc.constantFrom('debug', 'info', 'warn', 'error'),
      allow_namespaces: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
      enable_cache: fc.boolean(),
      worker_pool_size: fc.integer({ min: 1, max: 100 }),
      http: fc.record({ session_timeout: fc.constantFrom('1s', '1h30m') }),
    },
    { requiredKeys: [] },
  );

  it('means what it says, however it is written, and fits the JSON Schema', async () => {
    const fits = z.fromJSONSchema(JSON.parse(JSON.stringify(schema)) as Parameters<typeof z.fromJSONSchema>[0]);
    await fc.assert(
      fc.asyncProperty(configuration, fc.boolean(), async (config, asJson) => {
        // JSON is YAML too.
        folder.write(asJson ? JSON.stringify(config) : stringify(config));
        const { settings } = await folder.load();
        expect(fits.safeParse(config).error).toBeUndefined();
        expect(settings.fleet.namespace).toBe(config.default_namespace);
        expect(settings.fleet.transport).toEqual(config.qps === undefined ? {} : { qps: config.qps });
        expect(settings.policy.namespaces?.allow).toEqual(config.allow_namespaces);
        expect(settings.logLevel).toBe(config.log_level ?? 'warn');
        expect(settings.fleet.clusters?.map(written)).toEqual(
          config.clusters?.map((each) =>
            written({ ...specLike(each), namespace: each.default_namespace ?? config.default_namespace }),
          ),
        );
      }),
      { numRuns: 150 },
    );
  });
});

/** What a specification keeps of an entry, in one line for comparison. */
function written(spec: Pick<ClusterSpec, 'name' | 'title' | 'labels' | 'namespace' | 'transport'>): unknown {
  return JSON.parse(
    JSON.stringify([
      spec.name,
      spec.title,
      spec.labels?.['environment'],
      spec.labels?.['region'],
      spec.namespace,
      spec.transport,
    ]),
  );
}

function specLike(entry: {
  readonly id: string;
  readonly name?: string | undefined;
  readonly environment?: string | undefined;
  readonly region?: string | undefined;
  readonly qps?: number | undefined;
  readonly burst?: number | undefined;
  readonly timeout?: string | undefined;
}): Parameters<typeof written>[0] {
  const deadline = entry.timeout === undefined ? undefined : Number(entry.timeout.slice(0, -1)) * 1000;
  return {
    name: entry.id,
    title: entry.name,
    labels: JSON.parse(JSON.stringify({ environment: entry.environment, region: entry.region })) as Record<string, string>,
    transport: JSON.parse(JSON.stringify({ qps: entry.qps, burst: entry.burst, deadline })) as Record<string, number>,
  };
}
