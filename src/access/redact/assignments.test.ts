import { describe, expect, test } from 'vitest';

import { redactText } from './text.ts';

const hidden = (text: string): string => text.replaceAll(/¹.*?¹/gs, '<redacted>');
const plain = (text: string): string => text.replaceAll('¹', '');

/** What stands between two marks is hidden, and nothing else. */
const ASSIGNMENTS: readonly (readonly [string, readonly string[]])[] = [
  [
    'signs and blanks',
    [
      'see token=¹hunter2¹ now',
      'see token = ¹hunter2¹ now',
      'see token: ¹hunter22¹ now',
      'see token:¹hunter22¹ now',
      'see token := ¹hunter2¹ now',
      'see token => ¹hunter2¹ now',
      'see token == ¹hunter2¹ now',
      'see token\t=\t¹hunter2¹\tnow',
      'see [token]=¹hunter2¹ now',
      'see ["token"] = "¹hunter2¹" now',
      "see ['token']: '¹hunter2¹' now",
      'see --token=¹hunter2¹ now',
      'see -Dtoken=¹hunter2¹ now',
      'see -Ddb.password=¹hunter2¹ now',
      'see .token=¹hunter2¹ now',
      'see token.=¹hunter2¹ now',
      'see token--=¹hunter2¹ now',
    ],
  ],
  [
    'names',
    [
      'x Az09_-.password.Zz90_-=¹hunter2¹ y',
      'x zPassword=¹hunter2¹ y',
      'x 0_password=¹hunter2¹ y',
      'x PASSWORD_9=¹hunter2¹ y',
      'x MY_TOKEN_AZ=¹hunter2¹ y',
      '(password=¹hunter2¹)',
      'ä_password=¹hunter2¹ y',
    ],
  ],
  [
    'options',
    [
      'x --token ¹hunter2¹ y',
      'x --token   ¹hunter2¹ y',
      'x --token\t¹hunter2¹ y',
      'x --token "¹hunter2 z¹" y',
      "x --token '¹hunter2 z¹' y",
      'x --token ¹hunter2¹',
      'x --token',
      'x --token --other y',
      'x --token\nhunter2',
      'x --token <redacted> y',
      'x -token hunter2 y',
    ],
  ],
  [
    'commands that set a variable',
    [
      'ENV DB_PASSWORD ¹hunter2¹',
      'FROM x\nENV DB_PASSWORD ¹hunter2¹ y',
      '  ENV  DB_PASSWORD ¹hunter2¹',
      'setenv DB_PASSWORD ¹hunter2¹',
      'set -gx DB_PASSWORD ¹hunter2¹',
      'an ENV DB_PASSWORD hunter2',
      'ENV x DB_PASSWORD hunter2',
    ],
  ],
  [
    'lines of YAML, to their end',
    [
      'a: 1\npassword: ¹correct horse¹\nb: 2',
      'a: 1\n  - password: ¹correct horse¹ # old',
      'a: 1\n  "password": ¹correct horse¹\nb: 2',
      "{'password': '¹it''s¹'}",
      'password: ¹a#b c¹\t# old',
      '> password: ¹correct horse¹',
      '* password: ¹correct horse¹',
    ],
  ],
  [
    'lines of shells and of files with variables, to their end',
    [
      'DB_PASSWORD=¹correct horse¹',
      '  DB_PASSWORD=¹correct horse¹  \nX=1',
      'export  DB_PASSWORD=¹correct horse¹',
      'set  DB_PASSWORD=¹correct horse¹',
      'ENV  DB_PASSWORD=¹correct horse¹',
      '-e  DB_PASSWORD=¹correct horse¹',
      ...['const', 'let', 'var', 'local'].map((word) => `${word}  DB_PASSWORD=¹correct horse¹`),
      'DB_PASSWORD=¹correct¹ user=me',
      'DB_PASSWORD=¹correct¹ user:me',
      'DB_PASSWORD=¹correct¹; echo done',
      'DB_PASSWORD=¹correct¹ && psql',
      'DB_PASSWORD=¹correct¹ | tee',
      'run DB_PASSWORD=¹correct¹ horse',
      'DB_PASSWORD="¹correct horse¹" x',
      'DB_PASSWORD=`¹correct horse¹` x',
    ],
  ],
  [
    'quotes',
    [
      'x {"password": "¹a \\"b¹", "user": "me"}',
      'x {"password": "¹a\\\\¹", "user": "me"}',
      'x {\\"password\\": \\"¹a b¹\\", \\"user\\": \\"me\\"}',
      'x {\\\\\\"password\\\\\\":\\\\\\"¹a b¹\\\\\\",\\\\\\"user\\\\\\":1}',
      "x {'password': '¹it''s b¹', 'user': 1}",
      'x {"password": "¹it\'\'s b¹", "user": 1}',
      'x {"password": "¹never closed¹\nnext',
      'x {"password": ¹12345678¹, "user": 1}',
      'x {"password": "", "user": "me"}',
      'x {"password": "  ", "user": "me"}',
      'x {"password": "true", "user": "me"}',
      'x password="¹never closed¹',
    ],
  ],
  [
    'elements',
    [
      '<token>¹hunter2 z¹</token> x',
      '<token>¹hunter2¹',
      '<token></token> x',
      '<token>true</token> x',
      '<token x="1">hunter2</token>',
      'x token>hunter2</token>',
    ],
  ],
  [
    'where a word ends',
    [
      'f(password=¹hunter2¹) x',
      'f(password=¹hunter2¹), x',
      '[password=¹hunter2¹] x',
      '{password=¹hunter2¹}} x',
      '{password=¹hunter2¹}. x',
      'password=¹hun)ter2¹ user=x',
      'x password=¹hunter2¹. Then y=1',
      'x password=¹hunter2¹, then y=1',
      'x password=¹hunter2¹,user=me',
      'x password=¹hunter2¹;user=me',
      'x password=¹hunter2¹|user=me',
      'x password=¹hunter2¹&user=me',
      'x password=¹hunter2¹&&user=me',
      'x password=¹hunt,er2¹ y=1',
      'x password=¹hunt;er2¹ y=1',
      'x password=¹hunt|er2¹ y=1',
      'x password=¹hunt&er2¹ y=1',
      'x password=¹hunter2¹,"user":"me"',
      'x "password=¹hunter2¹" y=1',
      "x 'password=¹hunter2¹' y=1",
      'x `password=¹hunter2¹` y=1',
      'x \\"password=¹hunter2¹\\" y=1',
      'x password=¹hunt"er2¹ y=1',
      "x password=¹hunt'er2¹ y=1",
      'x password=¹hunt`er2¹ y=1',
      'x password=¹hunt\\er2¹ y=1',
      'x password=¹hunter2¹\ty=1',
      'x password=¹hunter2¹\r\ny=1',
      '<x>password=¹hunter2¹</x>',
      'x password=¹hunt<er2¹ y=1',
      'x password=¹hunt/er2¹ y=1',
      'x password=¹hunter2¹..., y',
    ],
  ],
  [
    'several in one text',
    [
      'token=¹hunter2¹ token=¹hunter3¹ password=¹hunter4¹',
      'token=<redacted> token=¹hunter2¹',
      'token=<redacted 7 bytes> token=¹hunter2¹',
      'a token and another token=¹hunter2¹ x',
    ],
  ],
  [
    'blocks of lines',
    [
      'password: |¹\n  hunter2\n\n  more¹\nuser: me',
      'a:\n  password: >-  # x¹\n    hunter2\n     more¹\n  user: me',
      'a:\n  password: |¹\n    hunter2\n \n    more¹\n  user: me',
      '- password: |2+¹\n    hunter2¹\n- user: me',
      'password: |+1¹\n  hunter2¹',
      'password: |\n  <redacted>\nuser: me',
      'password: |\nuser: me',
      'password: |\n\n',
    ],
  ],
];

/** A block shows its marker on a line of its own, indented as its first line was. */
const shownBlock = (text: string): string =>
  text.replaceAll(/¹(\n+ *).*?¹/gs, (_, lead: string) => `${lead}<redacted>`).replaceAll(/¹.*?¹/gs, '<redacted>');

describe.each(ASSIGNMENTS)('a value is hidden, and nothing but it: %s', (_, texts) => {
  test.each(texts)('%j', (text) => {
    const expected = text.includes('¹\n') ? shownBlock(text) : hidden(text);
    expect(redactText(plain(text))).toBe(expected);
    expect(redactText(expected)).toBe(expected);
  });
});

describe('what is no assignment stays', () => {
  test.each([
    // Prose.
    ...['a', 'is', 'was', 'not', 'must', 'has', 'Expired', 'invalid', "doesn't", "can't", 'required', 'unknown', 'you'].map(
      (word) => `failed with token: ${word} found`,
    ),
    'password: must be given',
    'the password: is wrong',
    // What opens a document of its own.
    'x token: { a b',
    'x token: {',
    'x token: [ a',
    'x token: ( a',
    'x token: & a',
    'x token: {} a',
    'x token: [] a',
    'x token: [ ] a',
    'x token: {name: a',
    'x token: { "name" : a',
    'x token: ["a"',
    'x token: [ {a',
    'x token = { a',
    'x token = (',
    'x token = {} a',
    'x token = [] a',
    // Ports and tags.
    'dial auth:8080 x',
    'dial auth:8080/x',
    'image token:v1.2 x',
    'image token:1.2.3.4.5, x',
    'image (token:12)',
    // Paths and hosts.
    'image registry/token:abcdef1 x',
    'mail me@token:abcdef1 x',
    // What ends a quotation.
    'Get "https://x/token": refused it',
    'volume "token" : secret "x" missing',
    'see "token" : abc',
    // Ways to log in.
    'see auth=basic x',
    'see auth: basic x',
    'see auth=words x',
    'see auth=a1 x',
    // What says where it comes from.
    'see password=$(DB_PASSWORD) x',
    'see password=${DB_PASSWORD} x',
    'see token=/var/run/token x',
    'x token x=1',
  ])('%j', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

test.each(['see auth=me:hunter2 x', 'see auth=abcde1 x', 'see auth=Abcdef x', 'see auth: abc=def x'])(
  'what auth is set to, and not only said: %s',
  (text) => {
    expect(redactText(text)).toMatch(/^see auth[=:] ?<redacted> x$/);
  },
);

test.each([
  'failed with password: a1b2c3',
  'failed with password: is',
  'x token: {abc1',
  'x token: [abc1',
  'x token = {abc1',
  'dial auth:8080x99',
  'x token:v1x2 y',
  'x token:123456 y',
  'x token: 8080 y',
  'x password:8080 y',
])('a secret that only begins like something else is hidden: %s', (text) => {
  expect(redactText(text)).toContain('<redacted>');
});
