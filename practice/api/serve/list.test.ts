import { afterAll, beforeAll, expect, test } from 'vitest';

import { startBareServer, type BareServer } from './testing.fake.ts';

let cluster: BareServer;

const LIST = 'GET /api/v1/namespaces/default/configmaps';
const names = (body: { readonly items: readonly { readonly metadata: { readonly name: string } }[] }): readonly string[] =>
  body.items.map(({ metadata }) => metadata.name);

beforeAll(async () => {
  cluster = await startBareServer({ history: 50 });
  const { store } = cluster.api;
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const labels = { even: String('bd'.includes(name)) };
    store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', labels } }, 'test');
  }
});
afterAll(async () => {
  await cluster.stop();
});

test('a list says of what kind it is, and its items do not', async () => {
  const { body } = await cluster.ask(`${LIST}?labelSelector=even`);
  expect(body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: expect.any(String) } });
  expect(body.items[0]).not.toHaveProperty('kind');
});

test('a limit below zero is none, and one that is no number is refused', async () => {
  expect(names((await cluster.ask(`${LIST}?limit=-1`)).body)).toHaveLength(5);
  expect((await cluster.ask(`${LIST}?limit=x`)).body).toMatchObject({
    code: 400,
    message: 'strconv.ParseInt: parsing "x": invalid syntax',
  });
});

test('a list comes in pages that show one moment, whatever happens between them', async () => {
  const { store } = cluster.api;
  const first = await cluster.ask(`${LIST}?labelSelector=even&limit=2`);
  expect(names(first.body)).toEqual(['a', 'b']);
  store.create(
    'configmaps',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bb', namespace: 'default', labels: { even: 'false' } } },
    'test',
  );
  store.delete('configmaps', 'default', 'c');
  const second = await cluster.ask(`${LIST}?labelSelector=even&limit=2&continue=${first.body.metadata.continue}`);
  expect(names(second.body)).toEqual(['c', 'd']);
  expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
  const last = await cluster.ask(`${LIST}?labelSelector=even&limit=2&continue=${second.body.metadata.continue}`);
  expect(names(last.body)).toEqual(['e']);
  expect(last.body.metadata.continue).toBeUndefined();
});

test('how many remain is said when nothing selects', async () => {
  const all = await cluster.ask(LIST);
  const page = await cluster.ask(`${LIST}?limit=1`);
  expect(page.body.metadata.remainingItemCount).toBe(all.body.items.length - 1);
  const selected = await cluster.ask(`${LIST}?limit=1&labelSelector=even`);
  expect(selected.body.metadata).not.toHaveProperty('remainingItemCount');
});

test('a continuation of what is forgotten is gone, with another that goes on from now', async () => {
  const first = await cluster.ask(`${LIST}?labelSelector=even&limit=2`);
  cluster.api.compact();
  cluster.api.store.create(
    'configmaps',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'z', namespace: 'default', labels: { even: 'false' } } },
    'test',
  );
  cluster.api.compact();
  const refused = await cluster.ask(`${LIST}?labelSelector=even&limit=2&continue=${first.body.metadata.continue}`);
  expect(refused.body).toMatchObject({ code: 410, reason: 'Expired', metadata: { continue: expect.any(String) } });
  const rest = await cluster.ask(`${LIST}?labelSelector=even&continue=${refused.body.metadata.continue}`);
  expect(names(rest.body).at(-1)).toBe('z');
});

test.each([
  ['limit=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ['continue=abc', 400, expect.stringMatching(/^invalid continue token/)],
  ['fieldSelector=foo=bar', 400, '"foo" is not a known field selector: only "metadata.name", "metadata.namespace"'],
  ['resourceVersion=999999', 504, expect.stringMatching(/^Timeout: Too large resource version: 999999, current: \d+$/)],
  [
    'resourceVersionMatch=Exact',
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
  ],
  [
    'resourceVersionMatch=Foo&resourceVersion=1',
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""',
  ],
  ['resourceVersion=1&resourceVersionMatch=Exact', 410, 'The resourceVersion for the provided list is too old.'],
])('?%s is refused as a real server does', async (query, code, message) => {
  const { status, body } = await cluster.ask(`${LIST}?${query}`);
  expect(status).toBe(code);
  expect(body).toMatchObject({ kind: 'Status', status: 'Failure', code, message });
});

test('a Table has the cells and as much of each object as is asked for', async () => {
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
  const withMetadata = await cluster.ask(LIST, { headers });
  expect(withMetadata.body).toMatchObject({
    kind: 'Table',
    columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }],
  });
  expect(withMetadata.body.rows[0]).toMatchObject({
    cells: ['a', 0, expect.any(String)],
    object: { kind: 'PartialObjectMetadata' },
  });
  const bare = await cluster.ask(`${LIST}?includeObject=None`, { headers });
  expect(bare.body.rows[0]).not.toHaveProperty('object');
  const full = await cluster.ask(`${LIST}?includeObject=Object`, { headers });
  expect(full.body.rows[0].object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
});

test('metadata comes alone where nothing else is asked for', async () => {
  const headers = { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json' };
  const { body } = await cluster.ask(LIST, { headers });
  expect(body.kind).toBe('PartialObjectMetadataList');
  expect(Object.keys(body.items[0])).toEqual(['kind', 'apiVersion', 'metadata']);
});

test('a form that nobody speaks is not acceptable', async () => {
  expect((await cluster.ask(LIST, { headers: { accept: 'text/html' } })).status).toBe(406);
});

test('pages of all namespaces leave nothing out, also where one is called as another begins', async () => {
  const { store } = cluster.api;
  for (const namespace of ['shop', 'shop-eu', 'shop.eu']) {
    store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'test');
    store.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'web', namespace } }, 'test');
  }
  const found: string[] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const { body } = await cluster.ask(`GET /api/v1/secrets?limit=1&continue=${next}`);
    found.push(...body.items.map(({ metadata }: { metadata: { namespace: string } }) => metadata.namespace));
    next = body.metadata.continue;
  }
  expect(found).toEqual(['shop-eu', 'shop.eu', 'shop']);
});
