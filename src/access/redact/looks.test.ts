import { describe, expect, test } from 'vitest';

import { redactText } from './text.ts';

/** What a token is made of behind its prefix, written apart so that nobody takes it for a real one. */
const ANY = 'aB3dE5gH7jK9';
const HEX = '0123456789abcdef';
const CAPITALS = 'A2B4C6D8';
const body = (length: number, unit = ANY): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** A maker, the shortest token of it, and whether what is longer is hidden too, is none, or is of no such length. */
type Token = readonly [maker: string, token: string, length?: 'none' | 'fixed'];
const TOKENS: readonly Token[] = [
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix): Token => ['GitHub', prefix + body(20)]),
  ['GitHub', `github_pat_${body(19)}_`],
  ...['pat', 'dt', 'rt', 'cbt', 'ptt', 'ft', 'imt', 'agent', 'soat', 'ffct', 'rtr'].map((sort): Token => [
    'GitLab',
    `gl${sort}-${body(13)}_.-`,
  ]),
  ['Slack', `xoxb-${body(8)}-1`],
  ['Slack', `xapp-${body(8)}-1`],
  ['Google', `AIza${body(33)}_-`, 'fixed'],
  ['Google', `ya29.${body(18)}_-`],
  ['Google', `GOCSPX-${body(18)}_-`],
  ...['sk_live_', 'rk_live_', 'pk_live_', 'sk_test_'].map((prefix): Token => ['Stripe', prefix + body(10)]),
  ['Stripe', `whsec_${body(13)}+/=`],
  ['OpenAI', `sk-${body(18)}_-`],
  ['OpenAI', `sk-${'a'.repeat(15)}-B2_c`],
  ['npm', `npm_${body(30)}`],
  ['PyPI', `pypi-${body(28)}_-`],
  ['Docker Hub', `dckr_pat_${body(18)}_-`],
  ...['hvs.', 'hvb.', 'hvr.'].map((prefix): Token => ['Vault', `${prefix}${body(18)}_-`]),
  ['HCP Terraform', `${body(14)}.atlasv1.${body(38)}_-`],
  ['DigitalOcean', `dop_v1_${body(40, HEX)}`],
  ['DigitalOcean', `doo_v1_${body(40, HEX)}`],
  ['SendGrid', `SG.${body(14)}_-.${body(14)}_-`],
  ['Hugging Face', `hf_${body(30)}`],
  ['Atlassian', `ATATT3${body(27)}-_=`],
  ['Linear', `lin_api_${body(19)}_`],
  ['Databricks', `dapi${body(32, HEX)}`, 'fixed'],
  ['age', `AGE-SECRET-KEY-1${body(40, CAPITALS)}`],
  ['Shopify', `shpat_${body(32, HEX)}`, 'fixed'],
  ['RubyGems', `rubygems_${body(40, HEX)}`],
  ['Grafana', `glsa_${body(31)}_`],
  ['Grafana', `glc_${body(28)}_+/=`],
  ['Postman', `PMAK-${body(24, HEX)}-${body(15, HEX)}`],
  ['OpenShift', `sha256~${body(41)}_-`, 'fixed'],
  ['Tailscale', `tskey-auth-${body(15)}-`],
  ['New Relic', `NRAK-${body(20, CAPITALS)}`],
  ['AWS', `AKIA${body(16, CAPITALS)}`, 'none'],
  ['AWS', `ASIA${body(16, CAPITALS)}`, 'none'],
];

describe('a token is told by its prefix and its length', () => {
  const tokens = TOKENS.map(([maker, token, length = 'least']) => [maker, token, length] as const);
  test.each(tokens)('%s: %s', (_, token, length) => {
    expect(redactText(`it is ${token} there`)).toBe('it is <redacted> there');
    expect(redactText(token)).toBe('<redacted>');
    if (length === 'fixed') return;
    const longer = `${token}${token.slice(-9, -3)}`;
    expect(redactText(`it is ${longer} there`)).toBe(length === 'none' ? `it is ${longer} there` : 'it is <redacted> there');
  });

  test.each(tokens)('and is none when it is shorter, or the end of a longer word: %s %s', (_, token) => {
    for (const text of [`it is ${token.slice(0, -1)} there`, `it is x${token} there`]) expect(redactText(text)).toBe(text);
  });
});

test('a secret beside its AWS access key goes with it, and what is longer than one stays', () => {
  const id = `AKIA${body(16, CAPITALS)}`;
  const secret = `${body(38)}/+`;
  for (const between of [',', ' ', '","', "': '"]) expect(redactText(`${id}${between}${secret}`)).toBe('<redacted>');
  expect(redactText(`${id},${secret}a`)).toBe(`<redacted>,${secret}a`);
  expect(redactText(`${id} and ${secret}`)).toBe(`<redacted> and ${secret}`);
});

test('a name with the prefix of a token needs capitals and digits both to be one', () => {
  for (const name of ['sk-my-long-deployment-name-2', 'sk-My-Long-Deployment-Name', 'task-A1my-long-deployment-name'])
    expect(redactText(`pod ${name} there`)).toBe(`pod ${name} there`);
});

const PEM = (kind: string, inner = 'MIIEowIBAAKCAQEA7'): string => `-----BEGIN ${kind}-----\n${inner}\n-----END ${kind}-----`;

describe('of what is known by its form only the secret is hidden', () => {
  test.each([
    // Keys.
    ...['PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'PGP PRIVATE KEY BLOCK'].map((kind) => [
      `a ${PEM(kind)} b`,
      'a <redacted> b',
    ]),
    [`a ${PEM('RSA PRIVATE KEY', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256--CBC\n\nMIIE')} b`, 'a <redacted> b'],
    [`${PEM('PRIVATE KEY')}\nbetween\n${PEM('PRIVATE KEY')}`, '<redacted>\nbetween\n<redacted>'],
    ['cut -----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEA7', 'cut <redacted>'],
    ['    client-key-data: aGVsbG8=, x', '    client-key-data: <redacted>, x'],
    ['{client-certificate-data: "aGVs/G8+bA==", x: 1}', '{client-certificate-data: "<redacted>", x: 1}'],
    // JSON web tokens, of two to five parts.
    ['got eyJhbGciOiJub25lIn0.eyJ0ZXN0IjoxfQ here', 'got <redacted> here'],
    ['got eyJhbGciOiJub25lIn0.eyJ0ZXN0IjoxfQ. here', 'got <redacted> here'],
    ['got eyJhbGciOiJSU0EifQ.a_b-c.ZGVm.Z2hp.amts here', 'got <redacted> here'],
    // Headers.
    ['sent bearer abcdefg1 there', 'sent bearer <redacted> there'],
    ['Bearer  abcdefg1', 'Bearer  <redacted>'],
    ['Basic  bWU6aHVudGVyMg==', 'Basic  <redacted>'],
    ['see {"Cookie":"a=hunter2"} x', 'see {"Cookie":"<redacted>"} x'],
    ['see Cookie:a=hunter2', 'see Cookie:<redacted>'],
    ['BEARER\tABCDEFGH there', 'BEARER\t<redacted> there'],
    ['Bearer a.b~c+d/e=f-g_h', 'Bearer <redacted>'],
    ['with basic bWU6aHVudGVyMg== there', 'with basic <redacted> there'],
    ['BASIC bcOkcjrDvMO2, x', 'BASIC <redacted>, x'],
    ['Authorization: Token abc def', 'Authorization: Token <redacted>'],
    ['authorization: ApiKey abcd\nAccept: x', 'authorization: ApiKey <redacted>\nAccept: x'],
    ['sent Authorization: Digest username=me, response=hunter2', 'sent Authorization: Digest <redacted>'],
    ['Proxy-Authorization: Negotiate YIIabc\r\nAccept: x', 'Proxy-Authorization: Negotiate <redacted>\r\nAccept: x'],
    ["-H 'Authorization: AWS4-HMAC-SHA256 Credential=a/b, Signature=c' x", "-H 'Authorization: <redacted> <redacted>' x"],
    ['Set-Cookie: id=hunter2; Path=/\nAccept: x', 'Set-Cookie: <redacted>\nAccept: x'],
    ["-H 'cookie: id=hunter2' x", "-H 'cookie: <redacted>' x"],
    ['COOKIE : "id=hunter2" x', 'COOKIE : "<redacted>" x'],
    // Digests that can be guessed back.
    ...['apr1', '2a', '2b', '2x', '2y', '5', '6', 'y', 'argon2id', 'argon2i', 'argon2d'].map((kind) => [
      `me:$${kind}$v=1,a+b/.$cdefgh12:0`,
      'me:<redacted>:0',
    ]),
    [`me:{SHA}${body(18)}+/= x`, 'me:<redacted> x'],
    [`me:{SSHA}${body(20)} x`, 'me:<redacted> x'],
    // Links that let in whoever has them.
    ['https://x/y?sig=hunter2&b=1', 'https://x/y?sig=<redacted>&b=1'],
    ['https://x/y?a=1&Signature=hunter2%2F there', 'https://x/y?a=1&Signature=<redacted> there'],
    ['<https://x/y?X-Amz-Signature=hunter2>', '<https://x/y?X-Amz-Signature=<redacted>>'],
    ['"https://x/y?x-goog-signature=hunter2"', '"https://x/y?x-goog-signature=<redacted>"'],
    ['?X-Amz-Security-Token=hunter2&X-Amz-Date=1', '?X-Amz-Security-Token=<redacted>&X-Amz-Date=1'],
    ['https://hooks.slack.com/workflows/T00/B00', 'https://hooks.slack.com/workflows/<redacted>'],
    ['https://hooks.slack.com/triggers/T00/B00', 'https://hooks.slack.com/triggers/<redacted>'],
    ['see https://discord.com/api/webhooks/12/a-b_c ok', 'see https://discord.com/api/webhooks/<redacted> ok'],
    ['https://discordapp.com/api/webhooks/12/abc', 'https://discordapp.com/api/webhooks/<redacted>'],
    ['https://my-org.webhook.office.com/webhookb2/a@b/c', 'https://my-org.webhook.office.com/<redacted>'],
    ['https://api.telegram.org/bot12:ab-c/sendMessage?x=1', 'https://api.telegram.org/bot<redacted>?x=1'],
    // Addresses.
    ['at amqp://me:hunt:er2@mq:5672/x, now', 'at amqp://me:<redacted>@mq:5672/x, now'],
    ['mongodb+srv://me:a/b@c@db.example.com/x', 'mongodb+srv://me:<redacted>@db.example.com/x'],
    ['HTTP://ME:HUNTER2@x', 'HTTP://ME:<redacted>@x'],
    ['(https://me:12345x@host)', '(https://me:<redacted>@host)'],
    [`https://${body(19)}-@sentry.io/1`, 'https://<redacted>@sentry.io/1'],
  ])('%j', (text, expected) => {
    expect(redactText(text)).toBe(expected);
    expect(redactText(expected)).toBe(expected);
    // Every one of several; what was cut goes on to the end.
    if (!text.startsWith('cut ')) expect(redactText(`${text}\n${text}`)).toBe(`${expected}\n${expected}`);
  });
});

describe('a login on a command line is hidden', () => {
  const option = (commands: readonly string[], before: string): string[][] =>
    commands.map((command) => [`ran ${command}${before}hunter2 | tee x`, `ran ${command}${before}<redacted> | tee x`]);
  test.each([
    ...option(['curl', '/usr/bin/curl -s', 'wget -q'], ' -u me:'),
    ...option(['curl', 'wget https://x'], ' --user=me:'),
    ...option(['curl'], ' -u "me:'),
    ...option(['curl', 'curl -s'], ' --user me:'),
    ...option(['sshpass'], ' -p '),
    ...option(['sshpass'], ' -p'),
    ...option(['docker', 'podman', 'helm registry', 'skopeo', 'crane auth', 'oras', 'buildah', 'nerdctl'], ' login -u me -p '),
    ...option(['docker --debug'], ' login -p='),
    ...option(['mysql', 'mysqldump -u me', 'mysqladmin -h db', 'mariadb'], ' -p'),
    ...option(['redis-cli -h cache'], ' -a '),
    ...option(['mongo db', 'mongosh db', 'mongodump -u me'], ' -p '),
    ["curl -u 'me:hunter2' https://x", "curl -u 'me:<redacted>' https://x"],
    ["CREATE USER me IDENTIFIED BY 'a''hunter2';", "CREATE USER me IDENTIFIED BY '<redacted>';"],
    ['create user me identified with caching_sha2 by "hunter2";', 'create user me identified with caching_sha2 by "<redacted>";'],
    ["SET PASSWORD = 'hunter2' x", "SET PASSWORD = '<redacted>' x"],
    // Found as an assignment, since its value goes over two lines, and met by the rule of SQL when it is redacted again.
    ['password ="hunter2\n"', 'password ="<redacted>"'],
    ["machine h login me password 'hunter2 x'", "machine h login me password '<redacted>'"],
    ['requirepass "x hunter2"', 'requirepass "<redacted>"'],
    ['machine h\n  login me\n  password hunter2\nmachine i', 'machine h\n  login me\n  password <redacted>\nmachine i'],
    ['machine h login  me  password  hunter2', 'machine h login  me  password  <redacted>'],
    ['requirepass  hunter2', 'requirepass  <redacted>'],
    ['masterauth hunter2\nport 1', 'masterauth <redacted>\nport 1'],
  ])('%j', (text, expected) => {
    expect(redactText(text)).toBe(expected);
    expect(redactText(expected)).toBe(expected);
  });
});

describe('what only resembles it stays', () => {
  test.each([
    PEM('PUBLIC KEY'),
    'eyJhbGci.eyJ0 is short',
    'keyJhbGciOiJub25lIn0.eyJ0ZXN0IjoxfQ is another word',
    'a bearer token-review is needed',
    'Bearer Authentication required',
    'Basic AGE6YmNk is binary',
    'Basic YTpiY2QA is binary',
    'Bearer short',
    'Basic YWJjZGVmZ2g= is no user and password',
    'basic knowledge',
    'Authorization: required by the server',
    'Cookie: none was sent',
    'a cookie jar=1',
    'price $5$ and $6$short',
    '{SHA}short',
    'https://x/y?design=1&signal=2',
    'https://hooks.slack.com/docs/x',
    'https://example.com:8443/a@b',
    'https://example.com:8443?a@b',
    'at example.com:443,x@y',
    'https://short@example.com/x',
    'https://some-long-user-name-of-words@example.com/x',
    'curl -o out https://x | grep -u a:b',
    'mysql -h db shop; x -plain',
    'redis-cli -h cache -n 1',
    'docker run -p 8080:80 web',
    'docker login registry | x -p 8080',
    'the password is unknown',
    'kind: mysql-pod',
  ])('%j', (text) => {
    expect(redactText(text)).toBe(text);
  });
});
