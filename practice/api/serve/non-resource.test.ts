import { afterAll, beforeAll, expect, test } from 'vitest';

import { startBareServer, type BareServer } from './testing.fake.ts';

let server: BareServer;

beforeAll(async () => {
  server = await startBareServer();
  server.api.store.create(
    'customresourcedefinitions.apiextensions.k8s.io',
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties: { size: { type: 'integer' } } } },
          },
        ],
      },
    },
    'test',
  );
});
afterAll(async () => {
  await server.stop();
});

const AGGREGATED = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json' };

test('discovery comes aggregated to clients that take it', async () => {
  const core = await server.ask('GET /api', { headers: AGGREGATED });
  expect(core.headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
  expect(core.body.items[0].versions[0].resources).toContainEqual(
    expect.objectContaining({
      resource: 'pods',
      responseKind: { group: '', version: 'v1', kind: 'Pod' },
      scope: 'Namespaced',
      shortNames: ['po'],
      subresources: expect.arrayContaining([expect.objectContaining({ subresource: 'log' })]),
    }),
  );
  const groups = await server.ask('GET /apis', { headers: AGGREGATED });
  const named = (groups.body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
  expect(named).toEqual(expect.arrayContaining(['apps', 'batch', 'example.com']));
});

test('discovery comes group by group to clients that do not', async () => {
  expect((await server.ask('GET /api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  expect((await server.ask('GET /apis')).body.groups).toContainEqual({
    name: 'apps',
    versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
    preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
  });
  expect((await server.ask('GET /apis/apps')).body).toMatchObject({ kind: 'APIGroup', name: 'apps' });
  const { body } = await server.ask('GET /apis/apps/v1');
  const names = (body.resources as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['deployments', 'deployments/scale', 'deployments/status']));
});

test('what is defined is discovered and described', async () => {
  expect((await server.ask('GET /apis/example.com/v1')).body.resources).toMatchObject([{ name: 'widgets', kind: 'Widget' }]);
  const index = await server.ask('GET /openapi/v3');
  const address = index.body.paths['apis/example.com/v1'].serverRelativeURL as string;
  const document = await server.ask(`GET ${address}`);
  expect(document.headers['cache-control']).toBe('public, immutable');
  expect((await server.ask(`GET ${address.split('?', 1)[0]}`)).headers['cache-control']).toBe('no-cache, private');
  expect(document.body.components.schemas['com.example.v1.Widget'].properties.size).toEqual({ type: 'integer' });
});

test.each(['/livez', '/readyz', '/healthz'])('%s says ok', async (path) => {
  expect(await server.ask(`GET ${path}`)).toMatchObject({ status: 200, body: 'ok' });
});

test('the version is that of the server that the kinds come from', async () => {
  expect((await server.ask('GET /version')).body).toMatchObject({
    major: '1',
    minor: '36',
    gitVersion: expect.stringMatching(/^v1\.36\./),
  });
});

test.each([
  ['/apis/nothing.io/v1/x', '404 page not found\n'],
  ['/nothing', '404 page not found\n'],
  ['/api/v1/nothings', expect.objectContaining({ message: 'the server could not find the requested resource', code: 404 })],
  ['/apis/apps/v2', expect.objectContaining({ code: 404 })],
  ['/api/v1/namespaces/default/pods/web/nothing', expect.objectContaining({ code: 404 })],
])('%s is not found, in the form that a real server gives it', async (path, body) => {
  expect(await server.ask(`GET ${path}`)).toMatchObject({ status: 404, body });
});

test('every answer bears the time of the cluster', async () => {
  const { headers } = await server.ask('GET /version');
  expect(Date.parse(String(headers['date']))).toBe(server.clock.now());
});

test('a path that begins with two slashes is one where nothing is', async () => {
  expect((await server.ask('GET //')).status).toBe(404);
  expect((await server.ask('GET //host/version')).status).toBe(404);
});
