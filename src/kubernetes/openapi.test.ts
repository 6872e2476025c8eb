import { describe, expect, it } from 'vitest';

import { allOf } from '../../test/support/credentials.ts';
import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import { failure } from '../../test/support/wire.ts';
import { NODES } from './builtin.ts';
import type { ResourceKind } from './discovery.ts';
import { schemaOf } from './openapi.ts';
import type { WireRequest } from './transport.ts';

const DEPLOYMENTS: ResourceKind = { ...NODES, group: 'apps', resource: 'deployments', kind: 'Deployment', namespaced: true };
const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const gvk = (group: string, version: string, kind: string): object => ({
  'x-kubernetes-group-version-kind': [{ group, version, kind }],
});

const APPS = {
  components: {
    schemas: {
      Deployment: {
        description: 'A deployment.',
        type: 'object',
        properties: { spec: { allOf: [ref('Spec')], description: 'The wish.', default: {} }, metadata: ref('Meta') },
        ...gvk('apps', 'v1', 'Deployment'),
      },
      Spec: { description: 'A spec.', type: 'object', properties: { props: ref('Props') } },
      Meta: { type: 'object', description: 'Metadata.' },
      Props: { type: 'object', properties: { not: ref('Props'), loop: ref('Loop') } },
      Loop: { allOf: [ref('Loop')] },
      // A list bears the kinds of all its items: only the exact one is it.
      Other: { type: 'string', ...gvk('apps', 'v1beta1', 'Deployment') },
    },
  },
};

function server(hashes: { current: string }): ReturnType<typeof connectionTo> {
  return connectionTo(({ path }: WireRequest): SaidAnswer => {
    if (path === '/openapi/v3') {
      return {
        body: {
          paths: {
            'apis/apps/v1': { serverRelativeURL: `/openapi/v3/apis/apps/v1?hash=${hashes.current}` },
            'api/v1': { serverRelativeURL: '/openapi/v3/api/v1?hash=c' },
          },
        },
      };
    }
    return path.startsWith('/openapi/v3/apis/apps/v1?') ? { body: APPS } : { body: { components: {} } };
  });
}

describe('a document', () => {
  it('is fetched once for each hash', async () => {
    const hashes = { current: 'A' };
    const { connection, lines } = server(hashes);
    await Promise.all(Array.from({ length: 10 }, () => schemaOf(connection, DEPLOYMENTS)));
    const documents = (): string[] => lines().filter((line) => line.includes('hash='));
    expect(documents()).toEqual(['GET /openapi/v3/apis/apps/v1?hash=A']);
    hashes.current = 'B';
    await schemaOf(connection, DEPLOYMENTS);
    await schemaOf(connection, DEPLOYMENTS);
    expect(documents()).toEqual(['GET /openapi/v3/apis/apps/v1?hash=A', 'GET /openapi/v3/apis/apps/v1?hash=B']);
    expect([...connection.openapiCache.values()].map(({ address }) => address)).toEqual(['/openapi/v3/apis/apps/v1?hash=B']);
  });

  it('that could not be had is asked for again', async () => {
    let down = true;
    const { connection } = connectionTo(({ path }) => {
      if (path === '/openapi/v3')
        return { body: { paths: { 'apis/apps/v1': { serverRelativeURL: '/openapi/v3/apis/apps/v1?hash=A' } } } };
      return down ? { status: 503 } : { body: APPS };
    });
    await expect(schemaOf(connection, DEPLOYMENTS)).rejects.toMatchObject({ code: 'server' });
    down = false;
    expect((await schemaOf(connection, DEPLOYMENTS)).root.description).toBe('A deployment.');
  });

  it('stays with the others when the one who asked first leaves', async () => {
    const { promise: held, resolve: answer } = Promise.withResolvers<void>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { connection } = connectionTo(async ({ path }) => {
      if (path === '/openapi/v3')
        return { body: { paths: { 'apis/apps/v1': { serverRelativeURL: '/openapi/v3/apis/apps/v1?hash=A' } } } };
      ask();
      await held;
      return { body: APPS };
    });
    const leaving = new AbortController();
    const left = schemaOf(connection.during({ origin: 'first', signal: leaving.signal }), DEPLOYMENTS);
    await asked;
    const stays = schemaOf(connection.during({ origin: 'second' }), DEPLOYMENTS);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    answer();
    expect((await stays).root.description).toBe('A deployment.');
  });
});

it('keeps no more than one document of each group version, whatever addresses the server gives', async () => {
  let asked = 0;
  const { connection } = connectionTo(({ path }: WireRequest): SaidAnswer => {
    if (path !== '/openapi/v3') return { body: APPS };
    return { body: { paths: { 'apis/apps/v1': { serverRelativeURL: `/elsewhere/${asked++}` } } } };
  });
  for (let round = 0; round < 3; round++) await schemaOf(connection, DEPLOYMENTS);
  expect([asked, connection.openapiCache.size]).toEqual([3, 1]);
});

it('says so when what answers is no index, without what it holds', async () => {
  const { connection } = connectionTo(() => ({ body: '<title>Log in as hunter2</title>' }));
  const error = await failure(schemaOf(connection, DEPLOYMENTS));
  expect(error).toMatchObject({
    code: 'bad-answer',
    message: 'The API server of cluster prod answered with no index of its schemas.',
  });
  expect(allOf(error)).not.toContain('hunter2');
});

describe('a schema', () => {
  it('is followed through references, and the nearer words win', async () => {
    const schema = await schemaOf(server({ current: 'A' }).connection, DEPLOYMENTS);
    const { root } = schema;
    expect(root.description).toBe('A deployment.');
    const { spec = {}, metadata = {} } = root.properties ?? {};
    expect(schema.follow(spec)).toMatchObject({ description: 'The wish.', type: 'object', default: {} });
    expect(schema.follow(metadata)).toEqual({ type: 'object', description: 'Metadata.' });
    expect(schema.follow({ type: 'string' })).toEqual({ type: 'string' });
    expect(schema.follow({ $ref: '#/components/schemas/Missing' })).toEqual({ $ref: '#/components/schemas/Missing' });
  });

  it('that holds itself comes to an end', async () => {
    const schema = await schemaOf(server({ current: 'A' }).connection, DEPLOYMENTS);
    const props = schema.follow({ $ref: '#/components/schemas/Props' });
    expect(schema.follow(props.properties?.['not'] ?? {})).toEqual(props);
    expect(schema.follow({ $ref: '#/components/schemas/Loop' })).toBeDefined();
  });

  it.each([
    { says: 'of a group that publishes none', kind: { ...DEPLOYMENTS, group: 'other.example' } },
    {
      says: 'of a kind that its group does not describe',
      kind: { ...DEPLOYMENTS, kind: 'Undescribed', resource: 'undescribed' },
    },
    { says: 'of an empty document', kind: NODES },
  ])('$says is told as missing', async ({ kind }) => {
    await expect(schemaOf(server({ current: 'A' }).connection, kind)).rejects.toMatchObject({
      code: 'not-found',
      message: `The API server of cluster prod publishes no schema of ${kind.kind} (${kind.resource}).`,
    });
  });
});
