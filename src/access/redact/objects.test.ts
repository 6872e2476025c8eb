import { describe, expect, test } from 'vitest';

import { normalisePolicy } from '../policy.ts';
import { createResponseFilter } from '../response-filter.ts';
import { redactObject } from './text.ts';

const filter = createResponseFilter({ policy: normalisePolicy() });
const secretsRequest = { verb: 'get', group: '', version: 'v1', resource: 'secrets', namespace: 'shop', name: 'db' } as const;
const podRequest = { verb: 'get', group: '', version: 'v1', resource: 'pods', namespace: 'shop', name: 'web' } as const;
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('a Secret tells its keys and sizes, and nothing else', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    immutable: true,
    metadata: {
      name: 'db',
      labels: { app: 'db', token: 'of-label' },
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"aHVudGVyMg=="}}',
        'kubernetes.io/service-account.name': 'builder',
        'meta.helm.sh/release-name': 'shop',
        'cert-manager.io/common-name': 'shop.example.com',
        note: 'it is hunter2',
        'kubernetes.io/service-account.token': 'hunter2',
      },
      managedFields: [{ manager: 'kubectl' }],
    },
    data: { password: base64('hunter2'), 'tls.crt': base64('certificate'), empty: '', 'odd key': null },
    stringData: { user: 'me' },
  };
  expect(filter.apply(secretsRequest, secret)).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    immutable: true,
    metadata: {
      name: 'db',
      labels: { app: 'db', token: 'of-label' },
      annotations: {
        'kubernetes.io/service-account.name': 'builder',
        'meta.helm.sh/release-name': 'shop',
        'cert-manager.io/common-name': 'shop.example.com',
        note: '<redacted 13 bytes>',
        'kubernetes.io/service-account.token': '<redacted 7 bytes>',
      },
    },
    data: { password: '<redacted 7 bytes>', 'tls.crt': '<redacted 11 bytes>', empty: '<redacted 0 bytes>', 'odd key': null },
    stringData: { user: '<redacted 2 bytes>' },
  });
});

describe('a Secret is found wherever it is', () => {
  const bare = () => ({ metadata: { name: 'db', annotations: { note: 'hunter2' } }, data: { a: base64('hunter2') } });
  const typed = () => ({ apiVersion: 'v1', kind: 'Secret', ...bare() });
  test.each([
    [
      'as an item that does not bear its kind',
      { ...secretsRequest, verb: 'list', name: undefined },
      { kind: 'SecretList', items: [bare()] },
    ],
    ['in a list of all sorts', { ...podRequest, verb: 'list', name: undefined }, { kind: 'List', items: [typed()] }],
    ['in an event of a watch', { ...secretsRequest, verb: 'watch', name: undefined }, { type: 'ADDED', object: typed() }],
    [
      'in the answer to deletecollection',
      { ...secretsRequest, verb: 'deletecollection', name: undefined },
      { kind: 'SecretList', items: [bare()] },
    ],
    [
      'as metadata only',
      { ...secretsRequest },
      { kind: 'PartialObjectMetadata', metadata: { annotations: { note: 'hunter2' } } },
    ],
    ['inside another object', podRequest, { kind: 'Template', objects: [typed()], spec: { deep: [[{ template: typed() }]] } }],
    [
      'in an annotation as JSON',
      podRequest,
      { metadata: { annotations: { copy: JSON.stringify({ inner: JSON.stringify(typed()) }) } } },
    ],
    ['in a ConfigMap as YAML', podRequest, { data: { 'x.yaml': `kind: Secret\ndata:\n  a: ${base64('hunter2')}\n` } }],
    ['with values of the wrong type', secretsRequest, { kind: 'Secret', data: ['hunter2'], stringData: 'hunter2' }],
    [
      'as the row object of a Table',
      { ...secretsRequest, verb: 'list', name: undefined },
      {
        kind: 'Table',
        apiVersion: 'meta.k8s.io/v1',
        columnDefinitions: [{ name: 'Name' }],
        rows: [{ cells: ['db'], object: bare() }],
      },
    ],
  ] as const)('%s', (_, request, body) => {
    const shown = JSON.stringify(filter.apply(request, structuredClone(body)));
    expect(shown).not.toContain('hunter2');
    expect(shown).not.toContain(base64('hunter2').slice(0, 6));
  });
});

test('a Secret is shown only with the permission, and only what was asked for', () => {
  expect(() => createResponseFilter({ policy: normalisePolicy(), revealSecrets: true })).toThrow(/permission "secrets"/);
  const open = createResponseFilter({ policy: normalisePolicy({ allowedOperations: ['secrets'] }), revealSecrets: true });
  const secret = () => ({
    kind: 'Secret',
    metadata: { annotations: { note: 'x', 'a/last-applied-b': 'x' }, managedFields: [] },
    data: { password: base64('hunter2') },
  });
  expect(open.apply(secretsRequest, secret())).toEqual({
    kind: 'Secret',
    metadata: { annotations: { note: '<redacted 1 bytes>' } },
    data: { password: base64('hunter2') },
  });
  expect(JSON.stringify(open.apply(podRequest, { template: secret() }))).not.toContain(base64('hunter2'));
});

describe('what is hidden in an object', () => {
  const pod = (container: object) => ({ spec: { template: { spec: { initContainers: [container] } } } });
  test.each([
    [
      'a variable',
      pod({ env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] }),
      pod({ env: [{ name: 'DB_PASSWORD', value: '<redacted 7 bytes>' }] }),
    ],
    [
      'of an address only the password',
      pod({
        env: [
          { name: 'DATABASE_URL', value: 'postgres://app:hunter2@db/x' },
          { name: 'DSN', value: 'postgres://app:hunter2@db/x' },
        ],
      }),
      pod({
        env: [
          { name: 'DATABASE_URL', value: 'postgres://app:<redacted>@db/x' },
          { name: 'DSN', value: 'postgres://app:<redacted>@db/x' },
        ],
      }),
    ],
    [
      'arguments',
      pod({ args: ['--password=my hunter2', '--token', 'hunter2', '--user', 'me', 'API_KEY=hunter2 x'] }),
      pod({ args: ['--password=<redacted>', '--token', '<redacted>', '--user', 'me', 'API_KEY=<redacted>'] }),
    ],
    [
      'a shell command',
      pod({ command: ['sh', '-c', 'PGPASSWORD=hunter2 psql -h db\necho done'] }),
      pod({ command: ['sh', '-c', 'PGPASSWORD=<redacted>\necho done'] }),
    ],
    [
      'a header',
      pod({
        httpHeaders: [
          { name: 'Authorization', value: 'Custom hunter2' },
          { name: 'Cookie', value: 'a=hunter2' },
        ],
      }),
      pod({
        httpHeaders: [
          { name: 'Authorization', value: '<redacted 14 bytes>' },
          { name: 'Cookie', value: '<redacted 9 bytes>' },
        ],
      }),
    ],
    [
      'a parameter of Helm',
      {
        parameters: [
          { name: 'db.password', value: 'hunter2' },
          { name: 'x', default: 'y' },
        ],
      },
      {
        parameters: [
          { name: 'db.password', value: '<redacted 7 bytes>' },
          { name: 'x', default: 'y' },
        ],
      },
    ],
    [
      'fields of a resource',
      { spec: { clientSecret: 'hunter2', password: 'hunter2', user: 'me', auth: { password: 12345678 } } },
      {
        spec: {
          clientSecret: '<redacted 7 bytes>',
          password: '<redacted 7 bytes>',
          user: 'me',
          auth: { password: '<redacted 8 bytes>' },
        },
      },
    ],
    [
      'keys of storage',
      { minio: { accessKey: 'hunter2', secretKey: 'hunter2' } },
      { minio: { accessKey: '<redacted 7 bytes>', secretKey: '<redacted 7 bytes>' } },
    ],
    [
      'a value one step below its name',
      { password: { value: 'hunter2', from: 'x' }, passwords: { me: 'hunter2' }, tokens: ['hunter2'] },
      {
        password: { value: '<redacted 7 bytes>', from: 'x' },
        passwords: { me: '<redacted 7 bytes>' },
        tokens: ['<redacted 7 bytes>'],
      },
    ],
    [
      'data of a ConfigMap',
      { kind: 'ConfigMap', data: { 'db.password': 'hunter2', 'app.properties': 'user=me\npassword=hunter2\n' } },
      { kind: 'ConfigMap', data: { 'db.password': '<redacted 7 bytes>', 'app.properties': 'user=me\npassword=<redacted>\n' } },
    ],
    [
      'a release of Helm',
      { kind: 'ConfigMap', metadata: { labels: { owner: 'helm' } }, data: { release: 'SDRzSUFBQUE=' } },
      { kind: 'ConfigMap', metadata: { labels: { owner: 'helm' } }, data: { release: '<redacted 12 bytes>' } },
    ],
    [
      'copies of the whole',
      {
        metadata: {
          annotations: {
            'x.io/last-applied-by': 'hunter2',
            'objectset.rio.cattle.io/applied': 'H4sI',
            'kapp.k14s.io/original': '{}',
          },
        },
      },
      { metadata: { annotations: {} } },
    ],
    [
      'an annotation',
      { metadata: { annotations: { 'x.io/admin-password': 'hunter2', 'x.io/config': '{"token":"hunter2"}' } } },
      {
        metadata: {
          annotations: { 'x.io/admin-password': '<redacted 7 bytes>', 'x.io/config': '{"token":"<redacted 7 bytes>"}' },
        },
      },
    ],
    [
      'the token of a TokenRequest',
      { kind: 'TokenRequest', spec: { audiences: ['vault'] }, status: { token: 'hunter2', expirationTimestamp: 'x' } },
      { kind: 'TokenRequest', spec: { audiences: ['vault'] }, status: { token: '<redacted 7 bytes>', expirationTimestamp: 'x' } },
    ],
    [
      'a kubeconfig',
      {
        kind: 'Config',
        users: [{ name: 'me', user: { 'client-key-data': 'aHVudGVyMg==', 'id-token': 'hunter2', username: 'me' } }],
      },
      {
        kind: 'Config',
        users: [
          { name: 'me', user: { 'client-key-data': '<redacted 12 bytes>', 'id-token': '<redacted 7 bytes>', username: 'me' } },
        ],
      },
    ],
    [
      'JSON in a text, with its indentation',
      { x: '{\n  "user": "me",\n  "token": "hunter2"\n}' },
      { x: '{\n  "user": "me",\n  "token": "<redacted 7 bytes>"\n}' },
    ],
    [
      'a message',
      { kind: 'Event', message: 'login failed: password=hunter2 host=db' },
      { kind: 'Event', message: 'login failed: password=<redacted> host=db' },
    ],
  ])('%s', (_, given, expected) => {
    expect(filter.apply(podRequest, structuredClone(given))).toEqual(expected);
    expect(filter.apply(podRequest, structuredClone(expected))).toEqual(expected);
  });
});

test('what is nested too deep to be looked at is not shown', () => {
  let deep: unknown = { password: 'hunter2' };
  for (let level = 0; level < 200; level++) deep = level % 2 === 0 ? { x: deep } : [deep];
  expect(JSON.stringify(redactObject({ deep }))).not.toContain('hunter2');
});

describe('Tables', () => {
  const table = (columns: readonly string[], ...rows: unknown[][]) => ({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: columns.map((name) => ({ name })),
    rows: rows.map((cells) => ({ cells })),
  });
  test.each([
    [
      'of Secrets',
      secretsRequest,
      ['Name', 'Type', 'Data', 'Age', 'Note'],
      ['db', 'Opaque', 2, '3d', 'hunter2'],
      ['db', 'Opaque', 2, '3d', '<redacted>'],
    ],
    [
      'with telling columns',
      podRequest,
      ['Name', 'Password', 'Api Token', 'Ready'],
      ['x', 'hunter2', 'hunter2', 'True'],
      ['x', '<redacted 7 bytes>', '<redacted 7 bytes>', 'True'],
    ],
    [
      'that name Secrets',
      podRequest,
      ['Name', 'Ready', 'Secret', 'Age'],
      ['web', 'True', 'web-tls', '3d'],
      ['web', 'True', 'web-tls', '3d'],
    ],
    ['with texts', podRequest, ['Name', 'Message'], ['web', 'bad token=hunter2 x'], ['web', 'bad token=<redacted> x']],
  ] as const)('%s', (_, request, columns, cells, expected) => {
    const body = filter.apply({ ...request, verb: 'list', name: undefined }, table(columns, [...cells]));
    expect(body).toEqual(table(columns, [...expected]));
  });

  test('of a watch keep the columns of the first event', () => {
    const request = { ...podRequest, verb: 'watch', name: undefined } as const;
    filter.apply(request, { type: 'ADDED', object: table(['Name', 'Password'], ['x', 'hunter2']) });
    const later = { type: 'MODIFIED', object: table([], ['x', 'hunter2']) };
    expect(filter.apply(request, later)).toEqual({ type: 'MODIFIED', object: table([], ['x', '<redacted 7 bytes>']) });
    const secrets = { type: 'ADDED', object: table([], ['db', 'Opaque', 1, '1d', 'hunter2']) };
    expect(JSON.stringify(filter.apply({ ...secretsRequest, verb: 'watch' }, secrets))).not.toContain('hunter2');
  });

  test('a resource that only calls itself so is an object like others', () => {
    const body = { kind: 'Table', apiVersion: 'dynamodb.services.k8s.aws/v1alpha1', rows: [], spec: { password: 'hunter2' } };
    expect(JSON.stringify(filter.apply(podRequest, body))).not.toContain('hunter2');
  });
});
