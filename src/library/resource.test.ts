import { describe, expect, it } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import { kindNamed } from '../../test/support/kinds.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';
import type { WireRequest } from '../kubernetes/transport.ts';
import { Resource } from './resource.ts';

const KINDS = {
  deployments: kindNamed('Deployment', { group: 'apps' }),
  nodes: kindNamed('Node', { namespaced: false }),
};

function resource(kind: keyof typeof KINDS, answer: (request: WireRequest) => SaidAnswer, namespace?: string) {
  const said = connectionTo(answer);
  const made = new Resource(async (signal) => ({
    connection: said.connection.during({ origin: 'library', signal }),
    kind: KINDS[kind],
    namespace,
  }));
  return { resource: made, ...said };
}

const body = (request: WireRequest | undefined): unknown => JSON.parse(request?.body ?? 'null');
const echo = (request: WireRequest): SaidAnswer => ({ body: body(request) ?? {} });

describe('where a call goes', () => {
  it('its own namespace, else the one of the client, else default; none for what has none', async () => {
    const { resource: own, lines } = resource('deployments', echo, 'shop');
    await own.get('web');
    await own.get('web', { namespace: 'other' });
    await own.get('web', { subresource: 'status' });
    const { resource: bare, lines: bareLines } = resource('deployments', echo);
    await bare.get('web');
    const { resource: nodes, lines: nodeLines } = resource('nodes', echo, 'shop');
    await nodes.get('n1', { namespace: 'x' });
    expect(lines()).toEqual([
      'GET /apis/apps/v1/namespaces/shop/deployments/web',
      'GET /apis/apps/v1/namespaces/other/deployments/web',
      'GET /apis/apps/v1/namespaces/shop/deployments/web/status',
    ]);
    expect(bareLines()).toEqual(['GET /apis/apps/v1/namespaces/default/deployments/web']);
    expect(nodeLines()).toEqual(['GET /api/v1/nodes/n1']);
  });

  it('several for a list, all for a star, and one for what needs one', async () => {
    const { resource: own, lines } = resource('deployments', () => ({ body: { items: [], metadata: {} } }), 'shop');
    for (const namespace of ['a,b', '*', undefined]) await Array.fromAsync(own.list({ namespace }));
    expect(lines().map((line) => line.split('?')[0])).toEqual([
      'GET /apis/apps/v1/namespaces/a/deployments',
      'GET /apis/apps/v1/namespaces/b/deployments',
      'GET /apis/apps/v1/deployments',
      'GET /apis/apps/v1/namespaces/shop/deployments',
    ]);
    await expect(own.get('web', { namespace: '*' })).rejects.toThrow('"*" is more than one namespace, and one is needed here.');
    await expect(own.deleteCollection({ namespace: '*' })).rejects.toThrow('one is needed here');
    await expect(own.watch({ namespace: 'a,b' }).next()).rejects.toThrow('one is needed here');
    await expect(own.get('web', { namespace: '../x' })).rejects.toThrow('is no name of a namespace');
  });
});

describe('what is sent', () => {
  it('has its kind and namespace filled in', async () => {
    const { resource: own, sent } = resource('deployments', echo, 'shop');
    await own.create({ metadata: { name: 'web' } });
    await own.apply({ kind: undefined, metadata: { name: 'web', namespace: 'other' } }, { force: true });
    expect(body(sent[0])).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } });
    expect(sent[0]?.path).toContain('/namespaces/shop/deployments?fieldManager=fairlead&fieldValidation=Strict');
    expect(body(sent[1])).toMatchObject({ kind: 'Deployment', metadata: { namespace: 'other' } });
    expect(sent[1]?.path).toMatch(/\/namespaces\/other\/deployments\/web\?.*force=true/);
  });

  it.each<[string, KubernetesObject, string]>([
    ['another kind', { kind: 'Pod', metadata: { name: 'x' } }, `The object's kind is "Pod", and the call is about "Deployment".`],
    ['another version', { apiVersion: 'apps/v2', metadata: { name: 'x' } }, `apiVersion is "apps/v2"`],
    ['another namespace', { metadata: { name: 'x', namespace: 'a' } }, `metadata.namespace is "a", and the call is about "b".`],
    ['no name', { metadata: {} }, 'An object needs metadata.name to be applied.'],
  ])('must not contradict the call: %s', async (_, object, message) => {
    const { resource: own, sent } = resource('deployments', echo, 'shop');
    await expect(own.apply(object, { namespace: 'b' })).rejects.toThrow(message);
    expect(sent).toEqual([]);
  });

  it('is a patch of the type that was asked for, of a subresource too', async () => {
    const { resource: own, sent } = resource('deployments', () => ({ body: { spec: { replicas: 3 }, status: { replicas: 1 } } }));
    await own.patch('web', { metadata: { labels: { a: 'b' } } }, { dryRun: true });
    expect(await own.scale('web', 3)).toEqual({ wanted: 3, current: 1 });
    expect(await own.scale('web')).toEqual({ wanted: 3, current: 1 });
    expect(
      sent.map(({ method, path, contentType }) => [method, path.split('?')[0]?.split('/').slice(-2).join('/'), contentType]),
    ).toEqual([
      ['PATCH', 'deployments/web', 'application/merge-patch+json'],
      ['PATCH', 'web/scale', 'application/json-patch+json'],
      ['GET', 'web/scale', undefined],
    ]);
    expect(sent[0]?.path).toContain('dryRun=All');
  });

  it('is nothing once the signal is aborted', async () => {
    const { resource: own, sent } = resource('deployments', echo);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(own.get('web', { signal })).rejects.toThrow('enough');
    await expect(Array.fromAsync(own.list({ signal }))).rejects.toThrow('enough');
    await expect(own.watch({ signal, resourceVersion: '1' }).next()).rejects.toThrow('enough');
    expect(sent).toEqual([]);
  });
});

it('a list is read page by page, each when it is wanted', async () => {
  const { resource: own, lines } = resource('deployments', ({ path }) => {
    const page = /continue=(\d)/.exec(path)?.[1] ?? '1';
    return {
      body: {
        items: [{ metadata: { uid: `u${page}`, name: `web-${page}` } }],
        metadata: { resourceVersion: '7', ...(page !== '3' && { continue: String(Number(page) + 1) }) },
      },
    };
  });
  const pages = own.pages({ limit: 1, labels: 'app=web' });
  expect((await pages.next()).value).toMatchObject({
    items: [{ kind: 'Deployment', apiVersion: 'apps/v1' }],
    resourceVersion: '7',
  });
  expect(lines()).toHaveLength(1);
  await pages.return();
  expect(await Array.fromAsync(own.list({ limit: 1 }), (each) => each.metadata?.name)).toEqual(['web-1', 'web-2', 'web-3']);
});
