import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { allOf, base64, failureOf, folderWith, jwt, makePair, printing } from '../../test/support/credentials.ts';
import { manualClock } from '../../test/support/manual-clock.ts';
import type { UsageError } from '../platform/index.ts';
import { kubeconfigFrom, kubeconfigPaths, readKubeconfig, targetOf, type Kubeconfig } from './kubeconfig.ts';

const SECRET = 'topsecret';
const PEM = makePair('ca').cert;

const CONFIG = `
apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: prod-cluster
  cluster: {server: "https://prod.example:6443/"}
users:
- name: admin
  user: {token: ${SECRET}}
contexts:
- name: prod
  context: {cluster: prod-cluster, user: admin, namespace: shop}
- name: open
  context: {cluster: prod-cluster}
`;

/** Reads one kubeconfig with this text. */
async function reading(text: string): Promise<Kubeconfig> {
  return readKubeconfig({ paths: [join(await folderWith({ config: text }), 'config')] });
}

async function readingError(text: string): Promise<UsageError> {
  const error = await failureOf(() => reading(text));
  expect(error).toMatchObject({ name: 'UsageError', code: 'kubeconfig' });
  expect(allOf(error)).not.toContain(SECRET);
  return error as UsageError;
}

/** A kubeconfig of one context `it` whose cluster and user have these fields. */
const single = (cluster: object, user: object = {}): string =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://c', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'it', context: { cluster: 'c', user: 'u' } }],
  });

describe('kubeconfigPaths', () => {
  const home = '/home/me';

  it.each([
    [{}, ['/home/me/.kube/config']],
    [{ KUBECONFIG: '' }, ['/home/me/.kube/config']],
    [{ KUBECONFIG: delimiter }, ['/home/me/.kube/config']],
    [{ KUBECONFIG: ['/a', '', '/b', '/a'].join(delimiter) }, ['/a', '/b']],
    [{ KUBECONFIG: '~/clusters/$HOME' }, ['/home/me/clusters/$HOME']],
    [{ KUBECONFIG: '/x/~/y' }, ['/x/~/y']],
    [{ KUBECONFIG: '~' }, ['/home/me']],
    [{ KUBECONFIG: '~other/config' }, [resolve('~other/config')]],
  ])('of %j', (env, paths) => {
    expect(kubeconfigPaths({ env, home })).toEqual(paths);
  });

  it('are those of whoever runs the program, unless told otherwise', () => {
    expect(kubeconfigPaths({ env: {} })).toEqual([join(homedir(), '.kube', 'config')]);
  });

  it('are those that were set, whatever the environment says', () => {
    expect(kubeconfigPaths({ paths: ['/mine'], env: { KUBECONFIG: '/theirs' }, home })).toEqual(['/mine']);
  });
});

describe('readKubeconfig', () => {
  it('tells the contexts, and nothing secret however it is printed', async () => {
    const kubeconfig = await reading(CONFIG);
    expect(kubeconfig.currentContext).toBe('prod');
    expect(kubeconfig.contexts).toEqual([
      { name: 'prod', cluster: 'prod-cluster', user: 'admin', namespace: 'shop' },
      { name: 'open', cluster: 'prod-cluster', user: undefined, namespace: undefined },
    ]);
    expect(inspect(kubeconfig, { depth: 20, showHidden: true }) + JSON.stringify(kubeconfig)).not.toContain(SECRET);
    const target = targetOf(kubeconfig, 'prod');
    expect(inspect(target, { depth: 20, showHidden: true }) + JSON.stringify(target)).not.toContain(SECRET);
  });

  it('merges the files of KUBECONFIG and skips those that are missing or empty', async () => {
    const folder = await folderWith({
      one: 'current-context: first\ncontexts: [{name: first, context: {cluster: c1}}]',
      two: 'current-context: second\ncontexts: [{name: second, context: {cluster: c2}}, {name: first, context: {cluster: c3}}]',
      empty: '# nothing yet\n---\n',
    });
    const files = ['one', 'empty', 'missing', 'two'].map((name) => join(folder, name));
    const kubeconfig = await readKubeconfig({ env: { KUBECONFIG: files.join(delimiter) } });
    expect(kubeconfig).toMatchObject({
      currentContext: 'first',
      contexts: [
        { name: 'first', cluster: 'c1' },
        { name: 'second', cluster: 'c2' },
      ],
      files: [files[0], files[1], files[3]],
      missing: [files[2]],
    });
    expect(() => targetOf(kubeconfig, 'third')).toThrow(`in kubeconfig ${[files[0], files[1], files[3]].join(', ')}.`);
  });

  it('is empty when no file is there, unless one was asked for', async () => {
    const home = await folderWith();
    const kubeconfig = await readKubeconfig({ env: {}, home });
    expect(kubeconfig).toEqual({ currentContext: undefined, contexts: [], files: [], missing: [join(home, '.kube', 'config')] });
    expect(() => targetOf(kubeconfig, 'prod')).toThrow(
      `There is no context "prod" in the kubeconfig (${join(home, '.kube', 'config')}: not there).`,
    );
    const typos = ['typo', 'typo-2'].map((name) => join(home, name));
    expect(await failureOf(async () => readKubeconfig({ paths: typos }))).toMatchObject({
      name: 'UsageError',
      code: 'kubeconfig',
      message: `Kubeconfig ${typos.join(', ')} does not exist.`,
    });
  });

  it.each(['', '\n', '# only this', '---\n', 'null', '\uFEFF'])('says that a file is empty: %j', async (text) => {
    const error = await readingError(text);
    expect(error.message).toMatch(/^Kubeconfig \/.*\/config is empty\.$/);
    expect(error.advice).toContain('try again');
  });

  it('names all files when all of them are empty', async () => {
    const folder = await folderWith({ one: '', two: '# nothing' });
    const files = ['one', 'two'].map((name) => join(folder, name));
    await expect(readKubeconfig({ paths: files })).rejects.toThrow(`Kubeconfig ${files.join(', ')} is empty.`);
  });

  it('reads JSON, anchors and merge keys', async () => {
    const contexts = '- &a {name: a, context: &c {cluster: c, namespace: n}}\n- {name: b, context: {<<: *c, namespace: m}}';
    expect((await reading(`contexts:\n${contexts}`)).contexts).toMatchObject([
      { name: 'a', namespace: 'n' },
      { name: 'b', cluster: 'c', namespace: 'm' },
    ]);
    expect((await reading(single({}))).contexts).toMatchObject([{ name: 'it', user: 'u' }]);
  });

  it.each([
    [`users:\n- name: admin\n  user:\n    token: "${SECRET}`, 'line 4'],
    [`users: [{name: a, user: {token: ${SECRET}`, 'line 1'],
    [`users:\n- name: a\n  user:\n    token: *${SECRET}\n`, 'line 4'],
    [`users:\n- name: a\n  user:\n    token: !${SECRET} x\n`, 'line 4'],
    [`token: ${SECRET}\n  nested: yes: no`, ' at line 2, column 9: bad indentation of a mapping entry.'],
    [`a: 1\n---\ntoken: ${SECRET}`, 'more'],
  ])('says where a half-written file ends, and quotes nothing of it: %j', async (text, place) => {
    const error = await readingError(text);
    expect(error.message).toMatch(/^Kubeconfig \/.*\/config is no valid YAML/);
    expect(error.message).toContain(place);
    expect(error.advice).toContain('try again');
    expect(error.cause).toBeUndefined();
  });

  it.each([
    [`just ${SECRET}`, 'the file should be a map with clusters, users and contexts, but is text'],
    [`[${SECRET}]`, 'the file should be a map with clusters, users and contexts, but is a list'],
    ['kind: Deployment', 'kind should be Config, but is text'],
    [`users: ${SECRET}`, 'users should be a list, but is text'],
    [`users: [${SECRET}]`, 'users[0] should be a map, but is text'],
    [`users: [{user: {token: ${SECRET}}}]`, 'users[0].name should be text, but is missing'],
    [`users: [{name: a}, {name: a, user: {token: ${SECRET}}}]`, 'users[1].name should be another name than those before it'],
    [`users: [{name: a, user: {token: [${SECRET}]}}]`, 'users[0].user.token should be text, but is a list'],
    ['users: [{name: a, user: {password: 1234}}]', 'users[0].user.password should be text (put it in quotes), but is a number'],
    [
      `users: [{name: a}, {name: b}, {name: c, user: {exec: {env: []}}}]`,
      'users[2].user.exec.command should be the name or path of a program, but is missing',
    ],
    [
      `users: [{name: a, user: {exec: {command: x, args: [{a: ${SECRET}}]}}}]`,
      'users[0].user.exec.args[0] should be text, but is a map',
    ],
    [
      `users: [{name: a, user: {exec: {command: x, env: [{value: ${SECRET}}]}}}]`,
      'users[0].user.exec.env[0].name should be text, but is missing',
    ],
    [`users: [{name: a, user: {as-user-extra: {k: ${SECRET}}}}]`, 'users[0].user.as-user-extra.k should be a list, but is text'],
    ['current-context: {a: b}', 'current-context should be text, but is a map'],
    [
      'contexts: [{name: a, context: {cluster: true}}]',
      'contexts[0].context.cluster should be text (put it in quotes), but is a boolean',
    ],
    ['users: [{name: a, user: {exec: []}}]', 'users[0].user.exec should be a map, but is a list'],
    [
      'users: [{name: a, user: {auth-provider: {config: {}}}}]',
      'users[0].user.auth-provider.name should be text, but is missing',
    ],
    [
      'users: [{name: a, user: {auth-provider: {name: oidc, config: [a]}}}]',
      'users[0].user.auth-provider.config should be a map, but is a list',
    ],
    ['users: [null]', 'users[0].name should be text, but is missing'],
    ['users: [{name: a, user: {as-groups: [null]}}]', 'users[0].user.as-groups[0] should be text, but is missing'],
    ['users: [{name: a, user: {as-groups: [1]}}]', 'users[0].user.as-groups[0] should be text, but is a number'],
    [
      'clusters: [{name: a, cluster: {insecure-skip-tls-verify: "no"}}]',
      'clusters[0].cluster.insecure-skip-tls-verify should be true or false, but is text',
    ],
  ])('names the field that is wrong, and not what is in it: %j', async (text, message) => {
    const error = await readingError(text);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^Kubeconfig \/.*\/config: /);
    expect(message.startsWith(`${error.field === '' ? 'the file' : error.field} should be `)).toBe(true);
  });

  it('says when a file cannot be read', async () => {
    const path = join(await folderWith(), 'folder');
    await mkdir(path);
    const error = await failureOf(async () => readKubeconfig({ env: { KUBECONFIG: path } }));
    expect(error).toMatchObject({ name: 'UsageError', code: 'kubeconfig', field: path });
    expect(String(error)).toMatch(/folder cannot be read \(EISDIR/);
  });

  it('takes a path below something that is no folder for one that is not there', async () => {
    const path = join(await folderWith({ config: CONFIG }), 'config', 'more');
    expect(await readKubeconfig({ env: { KUBECONFIG: path } })).toMatchObject({ contexts: [], files: [], missing: [path] });
  });

  it('reads a file that begins with a byte order mark, as some editors write it', async () => {
    expect(await reading(`\uFEFF${CONFIG.trim()}`)).toMatchObject({ currentContext: 'prod' });
  });
});

describe('targetOf', () => {
  it('is the cluster, the namespace and the user', async () => {
    const target = targetOf(await reading(CONFIG), 'prod');
    expect(target).toMatchObject({
      name: 'prod',
      server: 'https://prod.example:6443',
      namespace: 'shop',
      credentials: { identity: 'admin' },
    });
    expect(await target.credentials.current()).toMatchObject({ headers: { authorization: `Bearer ${SECRET}` } });
  });

  it.each([
    ['https://rancher.example/k8s/clusters/c-1/', 'https://rancher.example/k8s/clusters/c-1'],
    ['https://prod.example:6443//', 'https://prod.example:6443'],
    ['https://PROD.example:443', 'https://prod.example'],
    ['http://localhost:8001', 'http://localhost:8001'],
  ])('is served at %s', async (server, origin) => {
    expect(targetOf(await reading(single({ server })), 'it').server).toBe(origin);
  });

  it('is anonymous without a user', async () => {
    expect(await targetOf(await reading(CONFIG), 'open').credentials.current()).toMatchObject({ headers: {} });
  });

  it('knows names with slashes, colons and anything else', async () => {
    for (const name of ['arn:aws:eks:eu-central-1:123456789012:cluster/prod', 'a b/c@d', '__proto__', 'constructor']) {
      const text = single({}).replaceAll('"it"', JSON.stringify(name)).replaceAll('"c"', JSON.stringify(name));
      expect(targetOf(await reading(text), name)).toMatchObject({ name, server: 'https://c' });
    }
    expect(() => targetOf({ contexts: [], files: [], missing: [] }, 'constructor')).toThrow('There is no context "constructor"');
  });

  it('names the nearest context for one that is unknown', async () => {
    const kubeconfig = await reading(CONFIG);
    const error = await failureOf(() => targetOf(kubeconfig, 'prd'));
    expect(error).toMatchObject({ name: 'UsageError', code: 'unknown-context', advice: 'Contexts: prod, open.' });
    expect(String(error)).toContain(`There is no context "prd" in kubeconfig ${kubeconfig.files[0]}; did you mean "prod"?`);
  });

  it.each([
    [0, 'No contexts are defined: check KUBECONFIG.'],
    [20, /^Contexts: c1, .*, c20\.$/],
    [23, /^Contexts: c1, .*, c20 and 3 more\.$/],
  ])('of %i contexts names at most twenty, and counts the rest', async (count, advice) => {
    const contexts = Array.from({ length: count }, (_, index) => ({ name: `c${index + 1}`, context: { cluster: 'c' } }));
    const kubeconfig = await reading(JSON.stringify({ contexts }));
    expect(await failureOf(() => targetOf(kubeconfig, 'staging'))).toMatchObject({
      code: 'unknown-context',
      field: 'context',
      message: `There is no context "staging" in kubeconfig ${kubeconfig.files[0]}.`,
      advice: expect.stringMatching(advice),
    });
  });

  it('says when the cluster or the user of a context is missing', async () => {
    const broken = CONFIG.replace('- name: prod-cluster', '- name: prod-clusters').replace('- name: admin', '- name: root');
    const kubeconfig = await reading(broken);
    expect(() => targetOf(kubeconfig, 'prod')).toThrow(
      'names the cluster "prod-cluster", which is not defined; did you mean "prod-clusters"?',
    );
    const users = await reading(CONFIG.replace('- name: admin', '- name: root'));
    expect(() => targetOf(users, 'prod')).toThrow(
      expect.objectContaining({
        message: `Context "prod" in kubeconfig ${users.files[0]} names the user "admin", which is not defined.`,
        code: 'kubeconfig',
        field: 'user',
        advice: expect.stringContaining('Add the user'),
      }),
    );
    expect(() => targetOf(users, 'open')).not.toThrow();
    const bare = await reading('contexts: [{name: bare, context: {}}]');
    expect(() => targetOf(bare, 'bare')).toThrow('names no cluster.');
  });

  it('passes on how to speak TLS, and through which proxy', async () => {
    const text = single({
      'certificate-authority-data': base64(PEM),
      'tls-server-name': 'api.internal',
      'proxy-url': 'socks5://proxy:1080',
    });
    expect(targetOf(await reading(text), 'it')).toMatchObject({
      tls: { ca: PEM, serverName: 'api.internal', insecure: false },
      proxy: 'socks5://proxy:1080',
    });
    expect(targetOf(await reading(single({ 'insecure-skip-tls-verify': true })), 'it').tls).toMatchObject({
      insecure: true,
      ca: undefined,
    });
  });

  it('tells a plugin how the kubeconfig reaches the cluster, and nothing of the environment', async () => {
    const told = '{ token: Buffer.from(process.env.KUBERNETES_EXEC_INFO).toString("base64") }';
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', printing(told)],
      provideClusterInfo: true,
      interactiveMode: 'Never',
    };
    const cluster = {
      'certificate-authority-data': base64(PEM),
      'tls-server-name': 'api.internal',
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }],
    };
    const env = { HTTPS_PROXY: 'http://proxy:3128' };
    for (const proxy of [undefined, 'socks5://own:1080']) {
      const kubeconfig = await reading(single({ ...cluster, 'proxy-url': proxy }, { exec }));
      const { headers } = await targetOf(kubeconfig, 'it', { env }).credentials.current();
      const info = Buffer.from(String(headers['authorization']).replace('Bearer ', ''), 'base64').toString();
      expect(JSON.parse(info)).toMatchObject({
        spec: {
          cluster: {
            server: 'https://c',
            'tls-server-name': 'api.internal',
            'certificate-authority-data': base64(PEM),
            config: { audience: 'x' },
          },
        },
      });
      expect(/"proxy-url":"([^"]*)"/.exec(info)?.[1]).toBe(proxy);
    }
  });

  it('uses the id-token that kubectl put into the kubeconfig since it was read', async () => {
    const clock = manualClock();
    const endsIn = (seconds: number): string => jwt({ exp: clock.now() / 1000 + seconds });
    const withToken = (token: string): string =>
      single({}, { 'auth-provider': { name: 'oidc', config: { 'id-token': token, 'client-id': 'fairlead' } } });
    const kubeconfig = await reading(withToken(endsIn(-60)));
    const renewed = endsIn(3600);
    await writeFile(kubeconfig.files[0] ?? '', withToken(renewed));
    expect(await targetOf(kubeconfig, 'it', { clock }).credentials.current()).toMatchObject({
      headers: { authorization: `Bearer ${renewed}` },
    });
  });

  it('reads an authority again that lives in a file, and keeps one that was given in place', async () => {
    const clock = manualClock();
    const folder = await folderWith({ config: single({ 'certificate-authority': 'ca.crt' }), 'ca.crt': PEM });
    const { tls } = targetOf(await readKubeconfig({ paths: [join(folder, 'config')] }), 'it', { clock });
    const renewed = makePair('ca').cert;
    await writeFile(join(folder, 'ca.crt'), renewed);
    expect([tls.ca, await tls.currentCa?.()]).toEqual([PEM, PEM]);
    await clock.advance(10_000);
    expect(await tls.currentCa?.()).toBe(renewed);
    const inPlace = await reading(single({ 'certificate-authority-data': base64(PEM) }));
    expect(targetOf(inPlace, 'it').tls).toMatchObject({ ca: PEM, currentCa: undefined });
  });

  it('takes the proxy of the environment where the kubeconfig names none', async () => {
    const env = { HTTPS_PROXY: `http://me:${SECRET}@proxy:3128`, NO_PROXY: 'internal.example' };
    expect(targetOf(await reading(CONFIG), 'prod', { env }).proxy).toBe(env.HTTPS_PROXY);
    expect(targetOf(await reading(CONFIG.replace('prod.example', 'internal.example')), 'prod', { env }).proxy).toBeUndefined();
    const own = await reading(single({ 'proxy-url': 'socks5://own:1080' }));
    expect(targetOf(own, 'it', { env }).proxy).toBe('socks5://own:1080');
    const error = await failureOf(async () =>
      targetOf(await reading(CONFIG), 'prod', { env: { https_proxy: `ftp://${SECRET}` } }),
    );
    expect(error).toMatchObject({ name: 'UsageError', code: 'proxy', field: 'https_proxy' });
    expect(allOf(error)).not.toContain(SECRET);
  });

  it('warns of what is risky', async () => {
    const warnings = async (cluster: object, user: object = { token: SECRET }): Promise<readonly string[] | undefined> =>
      targetOf(await reading(single(cluster, user)), 'it', { env: {} }).warnings;
    expect(await warnings({})).toEqual([]);
    expect(await warnings({ 'insecure-skip-tls-verify': true })).toEqual([
      expect.stringMatching(
        /^Cluster "c" in kubeconfig .*: insecure-skip-tls-verify is set, so that anybody .* certificate-authority-data instead\.$/,
      ),
    ]);
    expect(await warnings({ server: 'http://c' })).toEqual([
      expect.stringMatching(/its server speaks plain http, .* and the login of user "u" is not sent\.$/),
    ]);
    const open = await reading(CONFIG.replace('https://', 'http://'));
    expect(targetOf(open, 'open', { env: {} }).warnings).toEqual([expect.stringMatching(/plain http, .* change answers\.$/)]);
  });

  it.each([
    [{ server: '' }, 'server', 'it has no server', /https:\/\//],
    [{ server: 'prod:6443' }, 'server', 'its server is no address that begins with https://', /https:\/\//],
    [{ server: 'prod' }, 'server', 'its server is no address that begins with https://', /https:\/\//],
    [{ server: `https://me:${SECRET}@prod` }, 'server', 'its server holds a user name or a password', /of the user/],
    [{ server: 'https://me@prod' }, 'server', 'its server holds a user name or a password', /of the user/],
    [{ server: `https://:${SECRET}@prod` }, 'server', 'its server holds a user name or a password', /of the user/],
    [{ 'proxy-url': `ftp://me:${SECRET}@proxy` }, 'proxy-url', 'its proxy-url is no address of a proxy', /socks5:\/\//],
    [{ 'certificate-authority-data': '%%%' }, 'certificate-authority-data', 'certificate-authority-data is no base64', /^$/],
    [
      { 'certificate-authority-data': base64(SECRET) },
      'certificate-authority-data',
      'certificate-authority-data holds no certificate in PEM',
      /^$/,
    ],
    [{ 'certificate-authority': 'no-such.crt' }, 'certificate-authority', 'no-such.crt cannot be read (ENOENT)', /beside/],
    [{ 'certificate-authority': 'config' }, 'certificate-authority', 'certificate-authority holds no certificate in PEM', /^$/],
    [
      { 'certificate-authority-data': base64(PEM), 'insecure-skip-tls-verify': true },
      'insecure-skip-tls-verify',
      'it is set together with a certificate authority',
      /Remove insecure-skip-tls-verify/,
    ],
  ])('refuses the cluster %j', async (cluster, field, message, advice) => {
    const kubeconfig = await reading(single(cluster));
    const error = await failureOf(() => targetOf(kubeconfig, 'it'));
    expect(error).toMatchObject({
      name: 'UsageError',
      code: 'kubeconfig',
      field,
      message: expect.stringMatching(/^Cluster "c" in kubeconfig \/.*\/config: /),
    });
    expect(String(error)).toContain(message);
    expect((error as UsageError).advice ?? '').toMatch(advice);
    expect(allOf(error)).not.toContain(SECRET);
  });

  it('lets one broken user be, as long as nobody asks for it', async () => {
    const text = CONFIG.replace('users:', 'users:\n- {name: old, user: {auth-provider: {name: gcp}}}').replace(
      'contexts:',
      'contexts:\n- {name: old, context: {cluster: prod-cluster, user: old}}',
    );
    const kubeconfig = await reading(text);
    expect(() => targetOf(kubeconfig, 'old')).toThrow('the auth-provider "gcp" is no longer supported');
    expect(targetOf(kubeconfig, 'prod').credentials.identity).toBe('admin');
  });
});

describe('relative paths', () => {
  it('are looked for beside the file that holds them', async () => {
    const pair = makePair('dev');
    const plugin = `#!${process.execPath}\n${printing("{ token: 'from-plugin' }")}\n`;
    const users = [
      { name: 'file', user: { tokenFile: 'token' } },
      { name: 'pair', user: { 'client-certificate': 'dev.crt', 'client-key': './dev.key' } },
      { name: 'exec', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' } } },
    ];
    const here = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://c', 'certificate-authority': 'ca.crt' } }],
      users,
      contexts: users.map(({ name }) => ({ name, context: { cluster: 'c', user: name } })),
    });
    const folder = await folderWith({
      config: here,
      token: 'from-here',
      'ca.crt': PEM,
      'dev.crt': pair.cert,
      'dev.key': pair.key,
      plugin,
    });
    await chmod(join(folder, 'plugin'), 0o700);
    // Another file with the same relative path, and another folder.
    const there = await folderWith({ config: here.replaceAll('"file"', '"other"'), token: 'from-there' });
    const kubeconfig = await readKubeconfig({
      env: { KUBECONFIG: [join(folder, 'config'), join(there, 'config')].join(delimiter) },
    });
    const current = async (context: string) => targetOf(kubeconfig, context).credentials.current();

    expect(targetOf(kubeconfig, 'file').tls.ca).toBe(PEM);
    expect(await current('file')).toMatchObject({ headers: { authorization: 'Bearer from-here' } });
    expect(await current('other')).toMatchObject({ headers: { authorization: 'Bearer from-there' } });
    expect(await current('pair')).toMatchObject({ certificate: pair });
    expect(await current('exec')).toMatchObject({ headers: { authorization: 'Bearer from-plugin' } });
  });
});

it('takes a kubeconfig that was made in memory, and calls it as it is told', async () => {
  const made = (document: unknown): Kubeconfig => kubeconfigFrom(document, 'of the settings');
  const kubeconfig = made(JSON.parse(single({}, { token: SECRET })));
  expect(kubeconfig).toMatchObject({ contexts: [{ name: 'it' }], files: [], missing: [] });
  expect(await targetOf(kubeconfig, 'it').credentials.current()).toMatchObject({
    headers: { authorization: `Bearer ${SECRET}` },
  });
  expect(() => targetOf(made(JSON.parse(single({ server: '' }))), 'it')).toThrow('Cluster "c" in kubeconfig of the settings: ');
  expect(() => made(null)).toThrow('Kubeconfig of the settings: the file should be a map');
});

it('keeps what it has when the file changes', async () => {
  const folder = await folderWith({ config: CONFIG });
  const kubeconfig = await readKubeconfig({ paths: [join(folder, 'config')] });
  await writeFile(join(folder, 'config'), '');
  expect(targetOf(kubeconfig, 'prod').credentials.identity).toBe('admin');
  expect(Object.isFrozen(kubeconfig)).toBe(true);
});
