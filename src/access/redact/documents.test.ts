import { describe, expect, test } from 'vitest';

import { redactText } from './text.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const hidden = (text: string): string => text.replaceAll(/¹[^¹]*¹/g, '<redacted>');
const plain = (text: string): string => text.replaceAll('¹', '');

/** What stands between two marks is hidden, and nothing else. */
describe('a value apart from its name', () => {
  test.each([
    '- name: A_TOKEN\n  value: ¹hunter2¹\n- name: B\n  value: x',
    '- key: A_TOKEN\n  value: ¹hunter2¹ # old',
    '- variable: A_TOKEN\n  default: ¹hunter2¹\n',
    '- name: "A_TOKEN"\n  value: "¹hunter2 x¹"\n',
    "- name: 'A_TOKEN'\n  value: '¹hunter2 x¹'\n",
    '- name: A_TOKEN\n  value: "¹never closed¹\n  x: y',
    'x {name: A_TOKEN, value: ¹hunter2¹}',
    'x {name: A_TOKEN, value: ¹hunter2¹, x: y}',
    'x {"name":"A_TOKEN","value":"¹hunter2¹"}',
    'x { "name" : "A_TOKEN" , "value" : "¹hunter2¹" }',
    'x {\\"name\\":\\"A_TOKEN\\",\\"value\\":\\"¹hunter2¹\\"}',
    'x name="A_TOKEN" value="¹hunter2¹"',
    '- name: A_TOKEN\n  value: ¹a,b}c¹\n',
    'name: A_TOKEN\nvalue: ¹hunter2¹',
    '- name: A_TOKEN\n  value: <redacted>\n',
    '- name: A_TOKEN\n  value: true\n',
    '- name: A_TOKEN\n  value: {a: b}\n',
    '- name: A_TOKEN\n  value: *anchor\n',
    '- name: USER\n  value: me\n- name: A_TOKEN\n  x: y\n',
    '- name: A_TOKEN\n  value: ¹hunter2¹\n- name: B_TOKEN\n  value: ¹hunter3¹\n',
    'password:\n  value: ¹hunter2¹\nx: y',
    '"password" : {\n  "value" : "¹hunter2¹"\n}',
    ...['value', 'plain', 'plaintext', 'literal', 'inline', 'raw', 'text'].map(
      (key) => `x:\n  password: \n    ${key}: ¹hunter2¹\n`,
    ),
    'password:\n  from: x\n',
    'username:\n  value: me\n',
    'password:\n  value: ${DB_PASSWORD}\n',
  ])('%j', (text) => {
    expect(redactText(plain(text))).toBe(hidden(text));
    expect(redactText(hidden(text))).toBe(hidden(text));
  });
});

describe('a Secret in YAML', () => {
  test.each([
    'kind: Secret\ndata:\n  a: ¹eA==¹\n  b: ¹eQ==¹\nmetadata:\n  name: x\n',
    'apiVersion: v1\nkind: "Secret"\nstringData:\n  a: ¹hunter2 x¹\n\n  b: ¹y¹\ntype: Opaque\n',
    '"kind" : "Secret" # x\n"data" : # y\n  "a" : ¹eA==¹\n"type": x',
    'kind:  Secret\r\ndata:\r\n  a: ¹eA==\r¹\ntype: x',
    '- kind: Secret\n  data:\n    a: ¹eA==¹\n  type: x\n',
    '  kind: Secret\n  data:\n    a: ¹eA==¹\n  metadata:\n    name: x\n',
    'kind: Secret\ndata:\n  a:\n  b: ¹eQ==¹\n',
    '- kind: Secret\n  data:\n    a: ¹eA==¹\n \n    b: ¹eQ==¹\n',
    'kind: ConfigMap\ndata:\n  a: x\n---\nkind: Secret\ndata:\n  a: ¹eA==¹\n---\nkind: Pod\ndata:\n  a: x\n',
    'kind: Secret\nmetadata:\n  data: x\n  name: y\n',
    'kind: Secretive\ndata:\n  a: x\n',
    'kind: Secret ive\ndata:\n  a: x\n',
    'a kind: Secret\ndata:\n  a: x\n',
    'ref: {kind: Secret, name: x}\ndata:\n  a: x\n',
  ])('has the values of its data hidden, and nothing else: %j', (text) => {
    expect(redactText(plain(text))).toBe(hidden(text));
    expect(redactText(hidden(text))).toBe(hidden(text));
  });

  test('keeps no line of a block', () => {
    const text = 'kind: Secret\nstringData:\n  a: |\n    hunter2\n    b: hunter3\n\n    hunter4\n  c: x\ntype: y\n';
    expect(redactText(text)).toBe('kind: Secret\nstringData:\n  a: <redacted>\n\n  c: <redacted>\ntype: y\n');
    const list = 'kind: Secret\ndata:\n  a:\n  - hunter2\n  b: x\n';
    expect(redactText(list)).not.toContain('hunter2');
  });
});

describe('base64', () => {
  const secret = base64('the password: hunter2 is in here');
  const harmless = base64('nothing of any interest is in here');

  test.each<readonly [text: string, expected: string | undefined]>([
    [`cert ${secret} x`, 'cert <redacted> x'],
    [`cert ${harmless} x`, `cert ${harmless} x`],
    // A path before it, at each alignment.
    ...['a', 'ab', 'abc', 'abcd'].map((path) => [`see /${path}/${secret} x`, 'see <redacted> x'] as const),
    // Broken into lines.
    [`cert ${secret.slice(0, 36)}\n${secret.slice(36)} x`, 'cert <redacted> x'],
    [`cert\n${secret.slice(0, 40)}\r\n  ${secret.slice(40)}\nx: y`, 'cert\n<redacted>\nx: y'],
    [`cert: ${secret.slice(0, 36)}\nname: x`, 'cert: <redacted>\nname: x'],
    [`cert ${base64(`the ${'long '.repeat(12)}password: hunter2`).replaceAll(/(.{40})/g, '$1\r\n  ')} x`, 'cert <redacted> x'],
    [`cert ${base64(`the ${'long '.repeat(12)}password: hunter2`).replaceAll(/(.{40})/g, '$1\\\n')} x`, 'cert <redacted> x'],
    // One more level.
    [`cert ${base64(`data: ${base64('kind: Secret, password: hunter2')} x`)} x`, 'cert <redacted> x'],
    // What decodes to no text.
    [`cert ${Buffer.from(`\u0001password: hunter2 is in here, too`).toString('base64')} x`, undefined],
    [`cert ${Buffer.from(`\u001fpassword: hunter2 is in here, too`).toString('base64')} x`, undefined],
    [`cert ${Buffer.from(`\u007fpassword: hunter2 is in here, too`).toString('base64')} x`, undefined],
    // Tabs and line ends are text.
    [`cert ${base64('\tpassword: hunter2\r\nis in here, too')} x`, 'cert <redacted> x'],
    // Digests and uids.
    [`sum ${'0123456789abcdef'.repeat(4)} x`, undefined],
    [`sum ${'0123456789ABCDEF'.repeat(4)} x`, undefined],
  ])('%j', (text, expected) => {
    expect(redactText(text)).toBe(expected ?? text);
  });

  test('of which there are more than anybody writes is hidden where it is long, unread', () => {
    const long = base64('nothing of any interest. '.repeat(40));
    const short = harmless;
    const many = Array.from({ length: 64 }, () => harmless).join(' ');
    expect(redactText(`${many} ${short} ${long} x`)).toBe(`${many} ${short} <redacted> x`);
    expect(redactText(`${short} ${long} x`)).toBe(`${short} ${long} x`);
  });

  test('that is very long is read in its beginning', () => {
    const long = base64(`password: hunter2 ${'nothing of any interest. '.repeat(2_000)}`);
    expect(redactText(`cert ${long} x`)).toBe('cert <redacted> x');
  });
});
