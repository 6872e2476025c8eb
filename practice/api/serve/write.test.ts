import { afterAll, beforeAll, expect, test } from 'vitest';

import { startBareServer, type BareServer } from './testing.fake.ts';

let cluster: BareServer;

const MAPS = '/api/v1/namespaces/default/configmaps';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const map = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
});

beforeAll(async () => {
  cluster = await startBareServer();
  await cluster.ask(`POST ${MAPS}`, { body: map('x', { data: { a: 'b' } }) });
});
afterAll(async () => {
  await cluster.stop();
});

test('what is created is answered with 201, as it is stored', async () => {
  const { status, body } = await cluster.ask(`POST ${MAPS}?fieldManager=me`, { body: map('created') });
  expect(status).toBe(201);
  expect(body).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'created', namespace: 'default' } });
  expect((await cluster.ask(`GET ${MAPS}/created`)).body).toEqual(body);
});

test('a body of a built-in kind need not say what it is', async () => {
  const { status, body } = await cluster.ask(`POST ${MAPS}`, { body: { metadata: { name: 'bare' } } });
  expect(status).toBe(201);
  expect(body.kind).toBe('ConfigMap');
});

test.each([
  ['POST', '', map('x'), 409, 'configmaps "x" already exists'],
  [
    'POST',
    '',
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } },
    400,
    'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
  ],
  [
    'POST',
    '',
    { apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'a' } },
    400,
    'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
  ],
  [
    'POST',
    '',
    map('', { metadata: { name: 'a', namespace: 'other' } }),
    400,
    'the namespace of the provided object does not match the namespace sent on the request',
  ],
  [
    'POST',
    '',
    map('', { metadata: {} }),
    422,
    'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
  ],
  [
    'POST',
    '?dryRun=Foo',
    map('a'),
    422,
    'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Foo"]: supported values: "All"',
  ],
  ['PUT', '/x', map('y'), 400, 'the name of the object (y) does not match the name on the URL (x)'],
  ['PUT', '/nothing', map('nothing'), 404, 'configmaps "nothing" not found'],
  [
    'PUT',
    '/x',
    map('x', { metadata: { name: 'x', resourceVersion: '1' } }),
    409,
    expect.stringMatching(/the object has been modified/),
  ],
  ['PUT', '/x', map('x', { metadata: { name: 'x', uid: 'abc' } }), 409, expect.stringMatching(/UID in precondition: abc/)],
  ['DELETE', '/nothing', undefined, 404, 'configmaps "nothing" not found'],
  [
    'DELETE',
    '/x',
    { preconditions: { uid: 'abc' } },
    409,
    expect.stringMatching(/^Operation cannot be fulfilled on ConfigMap "x"/),
  ],
  [
    'DELETE',
    '/x?propagationPolicy=Foo',
    undefined,
    422,
    'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Foo": supported values: "Foreground", "Background", "Orphan", "nil"',
  ],
  ['POST', '/x', map('x'), 405, 'the server does not allow this method on the requested resource'],
])('%s %s is refused as a real server does (%#)', async (method, path, body, code, message) => {
  const answer = await cluster.ask(`${method} ${MAPS}${path}`, { body });
  expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code, message });
  expect(answer.status).toBe(code);
});

test('a body that is no JSON is refused', async () => {
  const { body } = await cluster.ask(`POST ${MAPS}`, { body: '{x' });
  expect(body).toMatchObject({ code: 400, reason: 'BadRequest' });
  expect((await cluster.ask(`POST ${MAPS}`, { body: '{' })).body.message).toMatch(
    /json parse error: unexpected end of JSON input$/,
  );
  expect((await cluster.ask(`PATCH ${MAPS}/x`, { headers: MERGE, body: '{"data":{' })).body.message).toBe(
    'error decoding patch: unexpected end of JSON input',
  );
});

test('a dry run answers and stores nothing', async () => {
  const { status, body } = await cluster.ask(`POST ${MAPS}?dryRun=All`, { body: map('dry') });
  expect(status).toBe(201);
  expect(body.metadata).not.toHaveProperty('resourceVersion');
  expect((await cluster.ask(`GET ${MAPS}/dry`)).status).toBe(404);
});

test.each([
  ['merge', MERGE, { data: { c: 'd' } }],
  ['strategic', { 'content-type': 'application/strategic-merge-patch+json' }, { data: { c: 'd' } }],
  ['json', { 'content-type': 'application/json-patch+json' }, [{ op: 'add', path: '/data/c', value: 'd' }]],
])('a patch of type %s changes what it names', async (_, headers, patch) => {
  await cluster.ask(`PUT ${MAPS}/x`, { body: map('x', { data: { a: 'b' } }) });
  const { status, body } = await cluster.ask(`PATCH ${MAPS}/x`, { headers, body: patch });
  expect(status).toBe(200);
  expect(body.data).toEqual({ a: 'b', c: 'd' });
});

test('apply creates what is not there, and two managers share an object', async () => {
  const first = await cluster.ask(`PATCH ${MAPS}/applied?fieldManager=one`, {
    headers: APPLY,
    body: map('applied', { data: { a: '1' } }),
  });
  expect(first.status).toBe(201);
  const second = await cluster.ask(`PATCH ${MAPS}/applied?fieldManager=two`, {
    headers: APPLY,
    body: map('applied', { data: { b: '2' } }),
  });
  expect(second).toMatchObject({ status: 200, body: { data: { a: '1', b: '2' } } });
  const disputed = await cluster.ask(`PATCH ${MAPS}/applied?fieldManager=two`, {
    headers: APPLY,
    body: map('applied', { data: { a: '9', b: '2' } }),
  });
  expect(disputed.body).toMatchObject({ code: 409, reason: 'Conflict', details: { causes: [{ field: '.data.a' }] } });
  const forced = await cluster.ask(`PATCH ${MAPS}/applied?fieldManager=two&force=true`, {
    headers: APPLY,
    body: map('applied', { data: { a: '9', b: '2' } }),
  });
  expect(forced.body.data).toEqual({ a: '9', b: '2' });
});

test('apply takes YAML', async () => {
  const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: b\n';
  expect((await cluster.ask(`PATCH ${MAPS}/yaml?fieldManager=me`, { headers: APPLY, body })).body.data).toEqual({ a: 'b' });
});

test('apply needs a manager', async () => {
  const { body } = await cluster.ask(`PATCH ${MAPS}/x`, { headers: APPLY, body: map('x') });
  expect(body.message).toBe('PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch');
});

test('unknown fields are warned of, or refused when that is asked for', async () => {
  const body = map('strange', { colour: 'red' });
  const warned = await cluster.ask(`POST ${MAPS}?dryRun=All&fieldValidation=Warn`, { body });
  expect(warned.headers['warning']).toBe('299 - "unknown field \\"colour\\""');
  const refused = await cluster.ask(`POST ${MAPS}?dryRun=All&fieldValidation=Strict`, { body });
  expect(refused.body.message).toMatch(/strict decoding error: unknown field "colour"/);
});

test('a delete says what is gone, and a collection goes by its selector', async () => {
  for (const name of ['one', 'two'])
    await cluster.ask(`POST ${MAPS}`, { body: map(name, { metadata: { name, labels: { go: 'yes' } } }) });
  const { body } = await cluster.ask(`DELETE ${MAPS}/one`);
  expect(body).toMatchObject({ kind: 'Status', status: 'Success', details: { name: 'one', kind: 'configmaps' } });
  const rest = await cluster.ask(`DELETE ${MAPS}?labelSelector=go=yes`);
  expect(rest.body).toMatchObject({ kind: 'ConfigMapList', items: [{ metadata: { name: 'two' } }] });
  expect((await cluster.ask(`GET ${MAPS}?labelSelector=go`)).body.items).toEqual([]);
});

test('an invalid object is refused with its causes', async () => {
  const { body } = await cluster.ask('POST /api/v1/namespaces/default/pods', {
    body: { metadata: { name: 'web' }, spec: { containers: [] } },
  });
  expect(body).toMatchObject({ code: 422, reason: 'Invalid', details: { kind: 'Pod', causes: [{ field: 'spec.containers' }] } });
});

test('what is stored though it may not be meant is warned of, when it changes', async () => {
  const env = [{ name: 'A' }, { name: 'A' }];
  const template = { spec: { containers: [{ name: 'a', image: 'i', env }] } };
  const templates = '/api/v1/namespaces/default/podtemplates';
  const warning =
    '299 - "template.spec.containers[0].env[1]: hides previous definition of \\"A\\", which may be dropped when using apply"';
  const body = { metadata: { name: 'double' }, template };
  expect((await cluster.ask(`POST ${templates}`, { body: { ...body, colour: 'red' } })).headers['warning']).toBe(
    `299 - "unknown field \\"colour\\"", ${warning}`,
  );
  const labelled = { metadata: { labels: { a: 'b' } } };
  expect((await cluster.ask(`PATCH ${templates}/double`, { headers: MERGE, body: labelled })).headers).not.toHaveProperty(
    'warning',
  );
  const other = { template: { metadata: { labels: { a: 'b' } } } };
  expect((await cluster.ask(`PATCH ${templates}/double`, { headers: MERGE, body: other })).headers['warning']).toBe(warning);
  expect((await cluster.ask(`POST ${templates}`, { body })).headers['warning']).toBe(warning);
});

test('what cannot be created because it is still going is told so', async () => {
  await cluster.ask(`POST ${MAPS}`, { body: map('held', { metadata: { name: 'held', finalizers: ['a.b/c'] } }) });
  await cluster.ask(`DELETE ${MAPS}/held`);
  expect((await cluster.ask(`POST ${MAPS}`, { body: map('held') })).body).toMatchObject({
    code: 409,
    reason: 'AlreadyExists',
    message: 'object is being deleted: configmaps "held" already exists',
  });
});

test('an apply must say what it is', async () => {
  const ask = (body: object) => cluster.ask(`PATCH ${MAPS}/typed?fieldManager=me`, { headers: APPLY, body });
  const metadata = { name: 'typed' };
  expect((await ask({ metadata })).body).toMatchObject({ code: 400, message: 'invalid object type: /, Kind=' });
  expect((await ask({ apiVersion: 'v1', kind: 'Secret', metadata })).body.message).toBe('invalid object type: /v1, Kind=Secret');
});

test('an apply that only agrees is an owner at no time', async () => {
  const ask = (manager: string) =>
    cluster.ask(`PATCH ${MAPS}/agreed?fieldManager=${manager}`, { headers: APPLY, body: map('agreed', { data: { a: '1' } }) });
  await ask('first');
  expect((await ask('second')).body.metadata.managedFields).toMatchObject([{ manager: 'second' }, { manager: 'first' }]);
  expect((await ask('second')).body.metadata.managedFields[0]).not.toHaveProperty('time');
});

test('who replaces a Service gives up the address that is left out, and it keeps it', async () => {
  const path = '/api/v1/namespaces/default/services';
  const body = { metadata: { name: 'headless' }, spec: { clusterIP: 'None', selector: { app: 'a' } } };
  await cluster.ask(`POST ${path}`, { body });
  const { selector } = body.spec;
  const replaced = await cluster.ask(`PUT ${path}/headless`, { body: { ...body, spec: { selector } } });
  expect(replaced.body.spec.clusterIP).toBe('None');
  expect(JSON.stringify(replaced.body.metadata.managedFields)).not.toContain('f:clusterIP');
});

test('a custom object is read and replaced in the words of a real server', async () => {
  const group = 'example.com';
  const subresources = { scale: { specReplicasPath: '.spec.count', statusReplicasPath: '.status.count' } };
  const spec = {
    group,
    scope: 'Namespaced',
    names: { plural: 'boats', kind: 'Boat' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } }, subresources }],
  };
  const definition = { metadata: { name: `boats.${group}` }, spec };
  expect((await cluster.ask('POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: definition })).status).toBe(
    201,
  );
  const boats = `/apis/${group}/v1/namespaces/default/boats`;
  const body = { apiVersion: `${group}/v1`, kind: 'Boat', metadata: { name: 'one' } };
  const strict = await cluster.ask(`POST ${boats}?fieldValidation=Strict`, { body: { ...body, b: 1, a: 2 } });
  expect(strict.body.message).toBe(
    'Boat in version "v1" cannot be handled as a Boat: strict decoding error: unknown field "a", unknown field "b"',
  );
  await cluster.ask(`POST ${boats}`, { body });
  const scaled = await cluster.ask(`PATCH ${boats}/one/scale`, { headers: MERGE, body: { spec: { replicas: -1 } } });
  expect(scaled.body.message).toBe(
    `Boat.${group} "one" is invalid: .spec.count: Invalid value: -1: should be a non-negative integer`,
  );
  expect((await cluster.ask(`PUT ${boats}/one`, { body })).body).toMatchObject({
    message: `boats.${group} "one" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update`,
    details: { kind: 'boats', group },
  });
});

test('a warning comes in UTF-8, and once', async () => {
  const body = { metadata: { name: 'utf-8' }, größe: 1 };
  const { status, headers } = await cluster.ask(`POST ${MAPS}`, { body });
  expect(status).toBe(201);
  expect(Buffer.from(String(headers['warning']), 'latin1').toString()).toBe('299 - "unknown field \\"größe\\""');
});

test('of too many warnings as many come as a client can take', async () => {
  const unknown = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`field-${index}`, index]));
  const { status, headers } = await cluster.ask(`POST ${MAPS}`, { body: { metadata: { name: 'many' }, ...unknown } });
  expect(status).toBe(201);
  expect(String(headers['warning']).split('299 - ')).toHaveLength(17);
});

test('a body that is too long is refused with an answer', async () => {
  const body = { metadata: { name: 'a' }, data: { text: 'x'.repeat(4 * 1024 * 1024) } };
  expect(await cluster.ask(`POST ${MAPS}`, { body })).toMatchObject({
    status: 413,
    body: { reason: 'RequestEntityTooLarge' },
  });
});
