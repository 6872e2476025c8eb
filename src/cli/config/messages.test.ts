import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isFairlead } from '../../platform/index.ts';
import { newFolder, type Folder } from './testing.fake.ts';

let folder: Folder;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => folder.remove());

const cluster = (fields: string): string => `clusters:\n  - id: a\n    ${fields.replaceAll('\n', '\n    ')}\n`;

describe('what is wrong is told with its place', () => {
  it.each([
    [
      '\n\n\nclusters:\n  - id: a\n    auth_method: kubeconfig\n    kubconfig_path: /x',
      '7:5: unknown key "kubconfig_path"; did you mean "kubeconfig_path"?',
    ],
    ['read_onli: true', '1:1: unknown key "read_onli" at the top'],
    ['cluster: []', '1:1: unknown key "cluster"; did you mean "clusters"?'],
    ['kubeconfig_path: /x', '1:1: unknown key "kubeconfig_path" at the top; it belongs into clusters[]'],
    ['listen: x', '1:1: unknown key "listen" at the top; it belongs into http'],
    ['log_level: warning', '1:12: log_level cannot be "warning"; did you mean "warn"? Possible: debug, info, warn, error'],
    ['changes: yes', '1:10: changes cannot be that; possible: read-only, plan, direct'],
    ['allow_operations:\n  - get\n  - lst', '3:5: allow_operations[1] cannot be "lst"; did you mean "list"'],
    ['toolsets: [helm]', '1:12: toolsets[0] cannot be that; possible: core'],
    ['deny_kinds: [pods, "a b"]', '1:20: deny_kinds[1]'],
    ['allow_namespaces: [Team]', '1:20: allow_namespaces[0] cannot hold "Team": it is no name of a namespace'],
    ['deny_namespaces: []', '1:18: deny_namespaces is empty; leave it out to set nothing'],
    ['qps: 0', '1:6: qps must be more than 0'],
    ['burst: 1.5', '1:8: burst must be a whole number'],
    ['timeout: 30', '1:10: timeout must be text; put it in quotes'],
    ['timeout: soon', '1:10: timeout must be a duration such as 30s or 1m, at most 24d'],
    ['cache_ttl: 0s', '1:12: cache_ttl must be a duration'],
    ['resync_period: 25d', '1:16: resync_period must be a duration'],
    ['worker_pool_size: 0', '1:19: worker_pool_size must be at least 1'],
    ['enable_cache: "true"', '1:15: enable_cache must be true or false, not text'],
    ['default_max_tokens: 20001', '1:21: default_max_tokens must be at most 20000'],
    ['default_namespace: A_b', '1:20: default_namespace must be the name of a namespace'],
    ['default_namespace:', '1:19: default_namespace has no value; leave it out to set nothing'],
    ['http: {listen: "8080"}', '1:16: http.listen must be host:port'],
    ['- a\n- b', '1:1: the file must be a mapping, not a list'],
    ['clusters: {}', '1:11: clusters must be a list, not a mapping'],
    ['clusters: [{name: x}]', '1:12: clusters[0] needs the key "id"'],
    ['clusters: [{id: 007}]', '1:17: clusters[0].id must be text; put it in quotes'],
    ['clusters: [{id: "a,b"}]', '1:17: clusters[0].id must be a name: letters, digits and'],
    [
      'clusters:\n  - {id: a}\n  - {id: b}\n  - {id: a}',
      '4:10: clusters[2].id is the same as in line 2; each cluster has an id of its own',
    ],
    ['clusters: [{id: a}]\ndefault_cluster: b', '2:18: default_cluster names no cluster of the file'],
    ['changes: plan\nenable_mutations: false', 'changes is plan, and enable_mutations is false'],
    [cluster('auth_method: tokn'), '3:18: clusters[0].auth_method cannot be "tokn"; did you mean "token"?'],
    [cluster('labels: {" x": y}'), '3:14: clusters[0].labels. x: this is no name of a label'],
    [cluster('tls_config: {insecure: 1}'), '3:28: clusters[0].tls_config.insecure must be true or false'],
    [cluster('tls_config: {cafile: x}'), '3:18: unknown key "cafile"; did you mean "ca_file"?'],
    [cluster('environment: x\nlabels: {environment: y}'), '4:14: clusters[0] has both environment and labels.environment'],
  ])('%j', async (text, message) => {
    expect(await folder.complaint(text)).toContain(text.startsWith('changes: plan') ? message : `fairlead.yaml:${message}`);
  });

  it('all at once, up to ten', async () => {
    const lines = (await folder.complaint(`${Array.from({ length: 12 }, (_, n) => `zz${n}: 1`).join('\n')}\n`)).split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('fairlead.yaml:1:1: unknown key "zz0" at the top');
    expect(lines[10]).toBe('fairlead.yaml: and 2 more');
  });

  it('without echoes: a wrong entry is not judged as a whole', async () => {
    expect(await folder.complaint('clusters: [{id: a, auth_method: token, api_server_url: "https://h", tken: x}]')).toBe(
      'fairlead.yaml:1:69: unknown key "tken"; did you mean "token"?',
    );
  });

  it('when it cannot be read', async () => {
    await expect(folder.load()).rejects.toThrow(`${folder.file} cannot be read: there is no such file.`);
    mkdirSync(folder.file);
    await expect(folder.load()).rejects.toThrow('it is a folder');
  });
});

describe('what goes with an auth_method', () => {
  const URL = 'api_server_url: https://h';
  it.each([
    ['in_cluster', '', 'none'],
    ['kubeconfig', '', 'none'],
    ['kubeconfig', 'kubeconfig_path: x\nkubeconfig_context: y', 'none'],
    [
      'kubeconfig',
      URL,
      '4:5: clusters[0].api_server_url does not go with auth_method kubeconfig: the kubeconfig has the address',
    ],
    ['in_cluster', 'token: x', '4:5: clusters[0].token does not go with auth_method in_cluster: the pod'],
    ['service_account', `${URL}\nservice_account_token: x`, 'none'],
    ['service_account', `${URL}\nservice_account_token_file: x`, 'none'],
    [
      'service_account',
      URL,
      '2:5: clusters[0] needs service_account_token or service_account_token_file, since its auth_method is service_account',
    ],
    ['service_account', 'service_account_token: x', '2:5: clusters[0] needs api_server_url'],
    [
      'service_account',
      `${URL}\ntoken: x`,
      '5:5: clusters[0].token does not go with auth_method service_account: it logs in with the token of a service account; it goes with token',
    ],
    ['token', `${URL}\ntoken: x`, 'none'],
    ['token', `${URL}\ntoken_file: x`, 'none'],
    ['token', `${URL}\nservice_account_token: x`, 'none'],
    ['token', `${URL}\ntoken: x\ntoken_file: y`, '6:5: clusters[0] has both token and token_file; leave one of them'],
    [
      'token',
      `${URL}\ntoken: x\ntls_config: {cert_file: y}`,
      '6:18: clusters[0].tls_config.cert_file does not go with auth_method token',
    ],
    [
      'token',
      `${URL}\ntoken: x\ntls_config: {insecure: true, ca_file: y}`,
      '6:34: clusters[0] has both tls_config.insecure and tls_config.ca_file',
    ],
    ['token', `${URL}\ntoken: x\ntls_config: {insecure: false, ca_file: y, server_name: z}`, 'none'],
    ['token', `${URL}\ntoken: x\nproxy_url: ftp://x`, '6:16: clusters[0].proxy_url must be the address of a proxy'],
    ['token', 'api_server_url: http://h\ntoken: x', '4:21: clusters[0].api_server_url must be the https:// address'],
    ['token', 'api_server_url: https://u:p@h\ntoken: x', '4:21: clusters[0].api_server_url must be'],
    ['client_certificate', `${URL}\ntls_config: {cert_file: x, key_file: y}`, 'none'],
    ['client_certificate', `${URL}\ntls_config: {cert_pem: x, key_pem: y}`, 'none'],
    [
      'client_certificate',
      `${URL}\ntls_config: {cert_file: x}`,
      '2:5: clusters[0] needs tls_config.key_file or tls_config.key_pem',
    ],
    ['client_certificate', `${URL}\ntls_config: {cert_file: x, key_file: y, key_pem: z}`, '5:45: clusters[0] has both'],
    ['oidc', `${URL}\noidc: {issuer_url: "https://i", client_id: c, refresh_token: r}`, 'none'],
    ['oidc', `${URL}\noidc: {issuer_url: "https://i", client_id: c}`, '5:5: clusters[0].oidc needs id_token or refresh_token'],
    ['oidc', `${URL}\noidc: {client_id: c, id_token: i}`, '5:11: clusters[0].oidc needs the key "issuer_url"'],
    ['oidc', URL, '2:5: clusters[0] needs oidc'],
    [
      'oidc',
      `${URL}\noidc: {issuer_url: "https://i", client_id: c, id_token: i, client_secret_file: nope}`,
      '5:84: clusters[0].oidc.client_secret_file: there is no such file',
    ],
  ])('%s with %j', async (method, fields, message) => {
    expect(await folder.complaint(cluster(`auth_method: ${method}\n${fields}`))).toContain(message);
  });

  it('is kubeconfig when nothing is said', async () => {
    expect(await folder.complaint(cluster(URL))).toContain('does not go with auth_method kubeconfig, the default');
  });
});

describe('canary', () => {
  const CANARY = 'canary-7e21';

  /** Every way to write a file with secrets, with a mistake in each place. */
  const TEXTS = [
    cluster(`auth_method: token\napi_server_url: https://h\ntoken: ${CANARY}\nqsp: 1`),
    cluster(`auth_method: token\napi_server_url: ${CANARY}\ntoken: ${CANARY}`),
    cluster(`auth_method: ${CANARY}\ntoken: [${CANARY}]`),
    cluster(`auth_method: in_cluster\ntoken: ${CANARY}\nservice_account_token: ${CANARY}\nproxy_url: http://u:${CANARY}@h`),
    cluster(`auth_method: token\napi_server_url: https://u:${CANARY}@h?x=${CANARY}\ntoken: x`),
    cluster(`token:${CANARY}`),
    cluster(`token: *${CANARY}`),
    cluster(`token: {${CANARY}: 1}`),
    cluster(`token:\n  ${CANARY}:\n`),
    cluster(`qps: ${CANARY}\nburst: ${CANARY}\ntimeout: ${CANARY}\nproxy_url: ${CANARY}`),
    cluster(`auth_method: oidc\napi_server_url: https://h\noidc: {issuer_url: ${CANARY}, client_id: x, id_token: ${CANARY}}`),
    cluster(
      `auth_method: oidc\napi_server_url: https://h\noidc: {issuer_url: "https://i", client_id: x, id_token_file: "\${SECRET}"}`,
    ),
    `{clusters: [{id: a, token:${CANARY}-and-more-and-more}]}`,
    `log_level: \${SECRET}\nchanges: \${SECRET}\ndeny_kinds: ["\${SECRET} x"]\nallow_namespaces: ["\${SECRET}_"]\ndefault_cluster: \${SECRET}\n`,
    `clusters: [{id: a}]\ndefault_cluster: \${SECRET}\n`,
    `timeout: \${SECRET}\nhttp: {listen: "\${SECRET}"}\ndefault_namespace: "\${SECRET}_"\n`,
  ];

  it.each(TEXTS)('nothing secret is in what is said of %j', async (text) => {
    const said = await folder.complaint(text, { SECRET: CANARY });
    expect(said).not.toBe('none');
    expect(said).not.toContain(CANARY);
  });

  it('nor in errors about files, which hold secrets too', async () => {
    writeFileSync(join(folder.path, 'secret'), `${CANARY}\n`.repeat(10_000));
    const said = await folder.complaint(
      cluster(
        'auth_method: oidc\napi_server_url: https://h\noidc: {issuer_url: "https://i", client_id: x, id_token_file: secret}',
      ),
    );
    expect(said).toContain('id_token_file: it is longer than 64 KiB');
    expect(said).not.toContain(CANARY);
  });

  it('nor in anything that is said of a file with slips in it', async () => {
    const right = `clusters:\n  - id: a\n    auth_method: token\n    api_server_url: https://h\n    token: "0${CANARY}9"\n    tls_config: {ca_file: &f x}\n    <<: {qps: 5}\n  - id: b\n    auth_method: service_account\n    api_server_url: https://h\n    service_account_token: 0${CANARY}9\nqps: 5\n`;
    const slip = fc.record({
      at: fc.nat(right.length),
      cut: fc.nat(3),
      put: fc.constantFrom(
        '',
        ' ',
        '\n',
        '\t',
        ':',
        ': ',
        '- ',
        '#',
        '"',
        "'",
        '{',
        '}',
        '[',
        ']',
        '*',
        '&',
        '!',
        '|',
        '>',
        '%',
        '@',
        '`',
        '?',
        ',',
        '${',
        '<<',
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(slip, { minLength: 1, maxLength: 4 }), async (slips) => {
        const text = slips.reduce((all, { at, cut, put }) => all.slice(0, at) + put + all.slice(at + cut), right);
        folder.write(text);
        try {
          await folder.load();
        } catch (error) {
          // What is no error of ours would be shown with its stack.
          expect(isFairlead(error)).toBe(true);
          expect((error as Error).message).not.toContain(CANARY);
        }
      }),
      { numRuns: 300 },
    );
  });
});
