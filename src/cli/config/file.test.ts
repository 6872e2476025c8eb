import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ClusterSpec } from '../../fleet/index.ts';
import { newFolder, type Folder } from './testing.fake.ts';

let folder: Folder;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => folder.remove());

/** As the file is given in the manual. */
const GIVEN = `clusters:
  - id: prod-us-east-1
    name: Production US East
    environment: prod
    region: us-east-1
    auth_method: kubeconfig        # kubeconfig | in_cluster | service_account | token | client_certificate | oidc
    kubeconfig_path: /path/to/kubeconfig
    kubeconfig_context: prod-context
    # service_account_token, api_server_url, tls_config: {insecure, ca_file, cert_file, key_file}
    qps: 50.0
    burst: 100
    timeout: 30s
default_namespace: default
enable_cache: true
cache_ttl: 5m
enable_relationships: true
resync_period: 10m
worker_pool_size: 10
enable_mutations: false            # false = read-only
`;

describe('the given keys', () => {
  it('mean what they say', async () => {
    folder.write(GIVEN);
    const { settings, notices } = await folder.load();
    expect(settings.fleet).toEqual({
      kubeconfig: undefined,
      context: undefined,
      namespace: 'default',
      transport: {},
      discover: false,
      clusters: [
        {
          name: 'prod-us-east-1',
          title: 'Production US East',
          labels: { environment: 'prod', region: 'us-east-1' },
          source: { kind: 'kubeconfig', paths: ['/path/to/kubeconfig'], context: 'prod-context' },
          namespace: 'default',
          transport: { qps: 50, burst: 100, deadline: 30_000 },
        },
      ],
    });
    expect(settings.policy.mode).toBe('read-only');
    expect(notices).toEqual([
      'enable_cache, cache_ttl, enable_relationships, resync_period, worker_pool_size belong to the inventory, which this version does not have yet: checked, and otherwise without effect.',
    ]);
  });

  it('that allow changes mean plans', async () => {
    folder.write('enable_mutations: true\n');
    const { settings, notices } = await folder.load();
    expect(settings.policy.mode).toBe('plan');
    expect(notices).toEqual([]);
  });

  it('about changes are checked, each rule in its place', async () => {
    folder.write('change_rules:\n  - {kinds: [secrets], require: humans}\n');
    await expect(folder.load()).rejects.toThrow(/fairlead\.yaml:2:\d+: change_rules\[0\]\.require .*"human"/s);
  });
});

describe('every other setting', () => {
  it('has its key', async () => {
    folder.write(`kubeconfig: a:sub/b:~/c:/d
kubeconfig_contexts: true
default_cluster: prod
timeout: 1m
qps: 2.5
burst: 9
changes: read-only
allow_operations: [get, list, secrets]
allow_namespaces: [team-*]
deny_namespaces: [team-x]
allow_kinds: [pods, deployments.apps]
deny_kinds: [pods/exec]
dry_run: true
protected_namespaces: [prod-*]
max_objects: 20
confirm_timeout: 5m
journal_key_file: journal.key
change_rules:
  - {namespaces: [prod-*], kinds: [secrets], verbs: [delete], require: deny}
allow_paths: [/srv/copies]
toolsets: [core, change]
default_max_tokens: 900
structured: true
audit: log/audit.jsonl
audit_commands: false
log_level: info
http:
  listen: '[::1]:99'
  allow_hosts: [a.example]
  allow_origins: ['https://a.example']
  session_timeout: 2m
  max_body_bytes: 2048
`);
    const { settings, notices } = await folder.load();
    expect(notices).toEqual([]);
    expect(settings).toEqual({
      fleet: {
        kubeconfig: ['a', 'sub/b', 'c'].map((name) => join(folder.path, name)).join(':') + ':/d',
        context: 'prod',
        namespace: undefined,
        transport: { deadline: 60_000, qps: 2.5, burst: 9 },
        clusters: undefined,
        discover: true,
      },
      policy: {
        mode: 'read-only',
        dryRun: true,
        allowedOperations: ['get', 'list', 'secrets'],
        namespaces: { allow: ['team-*'], deny: ['team-x'] },
        kinds: { allow: ['pods', 'deployments.apps'], deny: ['pods/exec'] },
        changes: {
          rules: [{ namespaces: ['prod-*'], kinds: ['secrets'], verbs: ['delete'], require: 'deny' }],
          protectedNamespaces: ['prod-*'],
          maxObjects: 20,
        },
        settingNames: {
          mode: 'changes',
          dryRun: 'dry_run',
          allowedOperations: 'allow_operations',
          'namespaces.allow': 'allow_namespaces',
          'namespaces.deny': 'deny_namespaces',
          'kinds.allow': 'allow_kinds',
          'kinds.deny': 'deny_kinds',
        },
      },
      audit: { target: { file: join(folder.path, 'log/audit.jsonl') }, commands: false },
      structured: true,
      journalKeyFile: join(folder.path, 'journal.key'),
      patience: 300_000,
      logLevel: 'info',
      allowPaths: ['/srv/copies'],
      toolsets: ['core', 'change'],
      budget: { defaultMaxTokens: 900 },
      http: {
        listen: { host: '::1', port: 99 },
        allowHosts: ['a.example'],
        allowOrigins: ['https://a.example'],
        sessionTimeout: 120_000,
        maxBodyBytes: 2048,
      },
    });
  });

  it.each([
    ['"-"', 'stderr'],
    ['stderr', 'stderr'],
    ['off', 'off'],
  ])('audit: %s', async (text, target) => {
    folder.write(`audit: ${text}\n`);
    expect((await folder.load()).settings.audit.target).toBe(target);
  });

  it('is called as where it was said', async () => {
    folder.write('deny_kinds: [secrets]\nallow_kinds: [pods]\n');
    const { settings } = await folder.load({ 'deny-namespaces': 'x' }, { FAIRLEAD_ALLOW_KINDS: 'pods' });
    expect(settings.policy.settingNames).toMatchObject({
      'kinds.deny': 'deny_kinds',
      'kinds.allow': 'FAIRLEAD_ALLOW_KINDS',
      'namespaces.deny': '--deny-namespaces',
      'namespaces.allow': 'allow_namespaces',
    });
  });

  it('may be missing altogether', async () => {
    folder.write('# nothing yet\n');
    const { settings } = await folder.load();
    expect(settings.fleet).toMatchObject({ clusters: undefined, discover: true });
  });
});

describe('precedence', () => {
  const WAYS = ['flag', 'environment', 'file', 'default'] as const;
  const CASES = WAYS.flatMap((strongest, index) =>
    // Every set of weaker sources beneath the strongest.
    Array.from({ length: 2 ** (3 - index) }, (_, bits) => ({
      strongest,
      said: new Set<string>([strongest, ...WAYS.slice(index + 1, 3).filter((_, bit) => (bits & (1 << bit)) !== 0)]),
    })),
  );

  it.each(CASES)('$strongest wins of $said', async ({ strongest, said }) => {
    folder.write(said.has('file') ? 'qps: 3\ndefault_namespace: file\nlog_level: error\ndeny_kinds: [file]\n' : '# none\n');
    const { settings, values } = await folder.load(
      said.has('flag') ? { qps: '1', namespace: 'flag', 'log-level': 'debug', 'deny-kinds': 'flag' } : {},
      said.has('environment')
        ? { FAIRLEAD_QPS: '2', NAMESPACE: 'environment', FAIRLEAD_LOG_LEVEL: 'info', FAIRLEAD_DENY_KINDS: 'environment' }
        : {},
    );
    const index = WAYS.indexOf(strongest);
    expect(settings.fleet.transport).toEqual(strongest === 'default' ? {} : { qps: index + 1 });
    expect(settings.fleet.namespace).toBe(strongest === 'default' ? undefined : strongest);
    expect(settings.logLevel).toBe(['debug', 'info', 'error', 'warn'][index]);
    expect(settings.policy.kinds?.deny).toEqual(strongest === 'default' ? undefined : [strongest]);
    expect(values.given('qps')?.source).toEqual(
      [
        { kind: 'flag', name: '--qps' },
        { kind: 'environment', name: 'FAIRLEAD_QPS' },
        { kind: 'file', name: 'qps', place: `${folder.file}:1:6` },
        undefined,
      ][index],
    );
  });

  it('holds for what clusters say of themselves', async () => {
    folder.write(`default_namespace: top
qps: 1
clusters:
  - {id: a, qps: 5, burst: 6, timeout: 7s, default_namespace: own}
  - {id: b}
`);
    const cluster = async (flags = {}, env = {}): Promise<readonly ClusterSpec[]> =>
      (await folder.load(flags, env)).settings.fleet.clusters ?? [];
    expect(await cluster()).toMatchObject([
      { namespace: 'own', transport: { qps: 5, burst: 6, deadline: 7_000 } },
      { namespace: 'top', transport: {} },
    ]);
    const [a] = await cluster({ qps: '9', timeout: '1s' }, { NAMESPACE: 'env' });
    expect(a).toMatchObject({ namespace: 'env', transport: { burst: 6 } });
    expect(a?.transport).toEqual({ burst: 6 });
  });

  it.each([
    ['clusters: [{id: a}]', {}, {}, false],
    ['clusters: [{id: a}]\nkubeconfig_contexts: true', {}, {}, true],
    ['clusters: [{id: a}]\nkubeconfig: /x', {}, {}, true],
    ['clusters: [{id: a}]', { kubeconfig: '/x' }, {}, true],
    ['clusters: [{id: a}]', {}, { FAIRLEAD_KUBECONFIG: '/x' }, true],
    // What a shell happens to have is not said to us.
    ['clusters: [{id: a}]', {}, { KUBECONFIG: '/x' }, false],
    ['clusters: [{id: a}]\nkubeconfig: /x\nkubeconfig_contexts: false', {}, {}, false],
    ['kubeconfig_contexts: false', {}, {}, false],
    ['qps: 1', {}, {}, true],
  ])('whether contexts are offered: %j %j %j', async (text, flags, env, offered) => {
    folder.write(`${text}\n`);
    expect((await folder.load(flags, env)).settings.fleet.discover).toBe(offered);
  });
});

it('a cluster without a kubeconfig of its own is in the one for all', async () => {
  folder.write('clusters: [{id: a, kubeconfig_context: x}, {id: b, kubeconfig_path: own}]\nkubeconfig: all:/other\n');
  const { settings } = await folder.load();
  expect(settings.fleet.clusters?.map(({ source }) => source)).toEqual([
    { kind: 'kubeconfig', paths: [join(folder.path, 'all'), '/other'], context: 'x' },
    { kind: 'kubeconfig', paths: [join(folder.path, 'own')], context: undefined },
  ]);
});

describe('variables', () => {
  it('fill in texts', async () => {
    folder.write('clusters:\n  - {id: a, auth_method: token, api_server_url: "https://${HOST}", token: "${TOKEN}"}\n');
    const { settings } = await folder.load({}, { HOST: 'h:6443', TOKEN: 'a: b\n- c\n' });
    expect(settings.fleet.clusters?.[0]?.source).toMatchObject({
      server: 'https://h:6443',
      login: { kind: 'token', token: 'a: b\n- c' },
    });
  });

  it('are missed by name, and nothing else is said of what they would have held', async () => {
    const text = 'default_namespace: ${NOPE}\nclusters:\n  - {id: "${ID}"}\n';
    expect(await folder.complaint(text)).toBe(
      'fairlead.yaml:1:20: the environment variable NOPE is not set\nfairlead.yaml:3:10: the environment variable ID is not set',
    );
  });

  it('are text and never numbers', async () => {
    expect(await folder.complaint('qps: ${QPS}', { QPS: '5' })).toBe('fairlead.yaml:1:6: qps must be a number, not text');
  });
});

describe('warnings', () => {
  const TOKEN = 'clusters:\n  - {id: a, auth_method: token, api_server_url: "https://h", token: secret}\n';

  it.each([
    ['an inline token', TOKEN, 0o644, 'holds secrets and can be read by others'],
    [
      'a proxy with a password',
      'clusters:\n  - {id: a, auth_method: token, api_server_url: "https://h", token: "${T}", proxy_url: "http://u:p@h"}',
      0o640,
      'holds secrets',
    ],
    ['everyone may write', 'qps: 1', 0o666, 'can be changed by everyone'],
  ])('%s', async (_, text, mode, line) => {
    folder.write(text);
    chmodSync(folder.file, mode);
    expect((await folder.load({}, { T: 't' })).notices).toEqual([expect.stringContaining(line)]);
    chmodSync(folder.file, 0o600);
    expect((await folder.load({}, { T: 't' })).notices).toEqual([]);
  });

  it('none for a file without secrets that others can read', async () => {
    folder.write(TOKEN.replace('token: secret', 'token: "${T}"').replace('}\n', ', proxy_url: "http://h:1"}\n'));
    chmodSync(folder.file, 0o644);
    expect((await folder.load({}, { T: 't' })).notices).toEqual([]);
  });

  it('for token and key files that others can read, or that are not there', async () => {
    folder.write(`clusters:
  - {id: a, auth_method: token, api_server_url: "https://h", token_file: token}
  - {id: b, auth_method: client_certificate, api_server_url: "https://h", tls_config: {cert_file: crt, key_file: key}}
  - {id: c, auth_method: token, api_server_url: "https://h", token_file: /var/run/secrets/x/token}
`);
    writeFileSync(join(folder.path, 'key'), 'x', { mode: 0o640 });
    chmodSync(join(folder.path, 'key'), 0o640);
    const lines = (await folder.load({}, { T: 't' })).notices.map((line) => line.replace(`${folder.path}/`, ''));
    expect(lines).toEqual([
      'fairlead.yaml:2:74: token_file names a file that is not there; the cluster cannot be used until it is.',
      'fairlead.yaml:3:114: tls_config.key_file names a secret that others on this machine can read: chmod 600 it.',
    ]);
  });
});
