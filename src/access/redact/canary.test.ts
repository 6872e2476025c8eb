import fc from 'fast-check';
import { expect, test } from 'vitest';

import { normalisePolicy } from '../policy.ts';
import { createResponseFilter } from '../response-filter.ts';
import { redactText } from './text.ts';

const filter = createResponseFilter({ policy: normalisePolicy() });
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Long enough never to be met by chance, and free of what the surrounding syntax would have to escape. */
const canary = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9]{12,40}$/), fc.constantFrom('', '-', '_x', '.y'))
  .map(([text, end]) => `Kz7${text}${end}9q`);
/** What a value may hold where JSON does the quoting. */
const wild = fc
  .tuple(canary, fc.constantFrom('', ' ', '!', '/', '+=', '"', "'", '\n', 'ü', '@', ';', '#'))
  .map(([text, extra]) => ({ text, value: `${text}${extra}${text}` }));

/** Places of an object that holds a secret: the object, and what is asked of the server. */
const PLACES: readonly ((value: string) => object)[] = [
  (value) => ({ kind: 'Secret', data: { x: base64(value) } }),
  (value) => ({ kind: 'Secret', stringData: { x: value } }),
  (value) => ({ kind: 'Secret', metadata: { annotations: { 'x.io/y': value } } }),
  (value) => ({ kind: 'SecretList', items: [{ data: { x: base64(value) } }] }),
  (value) => ({
    metadata: {
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { x: base64(value) } }) },
    },
  }),
  (value) => ({ metadata: { managedFields: [{ fieldsV1: { 'f:x': value } }] } }),
  (value) => ({ spec: { containers: [{ env: [{ name: 'A_TOKEN', value }] }] } }),
  (value) => ({ spec: { jobTemplate: { spec: { template: { spec: { containers: [{ args: ['--password', value] }] } } } } } }),
  (value) => ({ spec: { containers: [{ args: [`--api-key=${value}`] }] } }),
  (value) => ({ spec: { clientSecret: value } }),
  (value) => ({ data: { DB_PASSWORD: value } }),
  (value) => ({ data: { 'config.json': JSON.stringify({ db: { password: value, list: [{ name: 'TOKEN', value }] } }) } }),
  (value) => ({ data: { 'config.json': JSON.stringify({ db: { password: value } }, null, 2) } }),
  (value) => ({
    data: { '.dockerconfigjson': JSON.stringify({ auths: { r: { auth: base64(`me:${value}`), password: value } } }) },
  }),
  (value) => ({ metadata: { annotations: { 'x.io/y': base64(JSON.stringify({ password: value })) } } }),
  (value) => ({ status: { message: `failed: ${JSON.stringify({ user: 'me', password: value })}` } }),
];

/** The same for texts, where the value stands unquoted or in the syntax of the text. */
const TEXTS: readonly ((value: string) => string)[] = [
  (value) => `a\npassword: ${value}\nb`,
  (value) => `DB_PASSWORD=${value}`,
  (value) => `run --token ${value} --x`,
  (value) => `postgres://me:${encodeURIComponent(value)}@db/x`,
  (value) => `Authorization: Bearer ${value}`,
  (value) => `Authorization: Basic ${base64(`me:${value}`)}`,
  (value) => `-----BEGIN PRIVATE KEY-----\n${base64(value)}\n-----END PRIVATE KEY-----`,
  (value) => `users:\n- user:\n    token: ${value}\n    client-key-data: ${base64(value)}`,
  (value) => `kind: Secret\nmetadata:\n  name: x\ndata:\n  x: ${base64(value)}\n`,
  (value) => base64(`user: me\npassword: ${value}\n`),
  (value) => `- name: MY_SECRET\n  value: ${value}\n`,
  (value) => `eyJhbGciOiJIUzI1NiJ9.${base64(JSON.stringify({ value })).replaceAll(/[+/=]/g, '')}.${value.replaceAll('.', '')}`,
];

/** The texts in which a value may hold almost anything. */
const LOOSE_TEXTS: readonly ((value: string) => string)[] = [
  (value) => `a\npassword: ${value}\nb`,
  (value) => `a: 1\nDB_PASSWORD=${value}\nB=2`,
  (value) => `run --token ${value} --x`,
  (value) => `run --token=${value} --x`,
  (value) => `failed with password=${value} for me`,
  (value) => `failed with token: ${value} for me`,
  (value) => `{"password": "${value}", "user": "me"} and more`,
  (value) => `x = '${value}'\napi_key = '${value}'`.slice(value.length + 7),
  (value) => `<secret>${value}</secret>`,
  (value) => `kind: Secret\nstringData:\n  x: ${value}\n`,
  (value) => `- name: MY_SECRET\n  value: "${value}"\n`,
];

/** All the forms in which a text could be read back: as it is, in hexadecimal, in a URL, and in base64 at each alignment. */
function formsOf(text: string): string[] {
  const aligned = [0, 1, 2].map((shift) => {
    const encoded = base64('x'.repeat(shift) + text);
    // The first and last characters depend on the neighbours.
    return encoded.slice(shift === 0 ? 0 : 4, Math.floor(((text.length + shift) * 8) / 6) - 1);
  });
  return [text, JSON.stringify(text).slice(1, -1), Buffer.from(text).toString('hex'), encodeURIComponent(text), ...aligned];
}

const depth = fc.array(fc.constantFrom('spec', 'template', 'items', 'values', 'config'), { maxLength: 6 });

function buried(object: object, path: readonly string[]): object {
  return path.reduceRight<object>(
    (inner, key) => (key === 'items' ? { other: [1, inner] } : { [key]: inner, note: 'x' }),
    object,
  );
}

test('a secret in any place, at any depth, comes out in no form', () => {
  fc.assert(
    fc.property(wild, fc.constantFrom(...PLACES), depth, ({ text, value }, place, path) => {
      const request = { verb: 'get', group: 'x.io', version: 'v1', resource: 'things', name: 'x' } as const;
      const shown = JSON.stringify(filter.apply(request, buried(place(value), path)));
      for (const form of formsOf(text)) expect(shown).not.toContain(form);
    }),
    { numRuns: 3_000 },
  );
});

test('a secret in any text comes out in no form', () => {
  fc.assert(
    fc.property(canary, fc.constantFrom(...TEXTS), fc.constantFrom('message', 'x.yaml', 'args'), (value, write, key) => {
      const request = { verb: 'get', group: 'x.io', version: 'v1', resource: 'things', name: 'x' } as const;
      const shown = JSON.stringify(filter.apply(request, { data: { [key]: write(value) }, list: [write(value)] }));
      for (const form of formsOf(value)) expect(shown).not.toContain(form);
    }),
    { numRuns: 3_000 },
  );
});

test('a secret of odd characters comes out in no half', () => {
  const odd = fc.constantFrom(
    '!',
    '$',
    '%',
    '^',
    '*',
    '(',
    ')',
    '+',
    '=',
    '/',
    '?',
    '@',
    ':',
    '~',
    '#',
    '[',
    ']',
    '{',
    '}',
    '.',
    ',',
    ';',
    '&',
    '|',
    '\\\\',
    'ü',
    '>',
  );
  fc.assert(
    fc.property(canary, odd, fc.boolean(), fc.constantFrom(...LOOSE_TEXTS), (text, middle, first, write) => {
      const shown = redactText(write(first ? `${middle}${text}` : `${text}${middle}${text}`));
      expect(shown).not.toContain(text);
    }),
    { numRuns: 5_000 },
  );
});

test('redacting twice is the same as once, and never fails', () => {
  const snippet = fc.constantFrom(
    'password',
    ': ',
    '=',
    '"',
    "'",
    '\n',
    ' ',
    'token',
    'x',
    '{',
    '}',
    '<redacted>',
    '://a:b@c',
    '--',
    'Bearer ',
    '\\',
    ',',
    '|',
    '  ',
    'name: ',
    'value: ',
    'kind: Secret\n',
    'data:\n',
  );
  const text = fc.array(snippet, { maxLength: 14 }).map((parts) => parts.join(''));
  const value = fc.oneof(text, fc.integer(), fc.constant(null));
  const object = fc.dictionary(
    fc.constantFrom('password', 'data', 'kind', 'metadata', 'annotations', 'name', 'value', 'x', 'rows', 'items'),
    fc.oneof(value, fc.array(value), fc.dictionary(fc.constantFrom('token', 'y'), value)),
  );
  fc.assert(
    fc.property(object, (given) => {
      const request = { verb: 'get', group: '', version: 'v1', resource: 'secrets', name: 'x' } as const;
      const once = structuredClone(filter.apply(request, given));
      expect(filter.apply(request, structuredClone(once))).toEqual(once);
    }),
    { numRuns: 5_000 },
  );
});
