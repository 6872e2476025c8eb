import { describe, expect, test } from 'vitest';

import { connectionTo } from '../../test/support/connection.ts';
import type { Connection, KubernetesObject } from '../kubernetes/index.ts';
import { hearing } from './hearing.ts';
import type { Step } from './step.ts';
import { connections, readLive, sayObject, targetsOf, type Target } from './target.ts';

const resource = (plural: string, kind: string, scope = 'Namespaced') => ({
  resource: plural,
  responseKind: { kind },
  scope,
  verbs: [],
});
const GROUPS = [
  {
    metadata: { name: '' },
    versions: [
      {
        version: 'v1',
        resources: [
          resource('configmaps', 'ConfigMap'),
          resource('secrets', 'Secret'),
          resource('namespaces', 'Namespace', 'Cluster'),
        ],
      },
    ],
  },
];

/** A cluster with a few kinds; what is asked of its objects is answered in this way. */
function clusterSaying(
  answer: () => { readonly status?: number; readonly body?: unknown; readonly warnings?: readonly string[] },
) {
  return connectionTo(({ path }) => {
    if (path === '/api') return { body: { kind: 'APIGroupDiscoveryList', items: GROUPS } };
    return path === '/apis' ? { body: { kind: 'APIGroupDiscoveryList', items: [] } } : answer();
  });
}
const { connection } = clusterSaying(() => ({ status: 404, body: { kind: 'Status' } }));
const reach = async (): Promise<Connection> => connection;

const configMap = (metadata: object): KubernetesObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
const apply = (object: KubernetesObject, cluster = 'prod'): Step => ({ action: 'apply', cluster, object });
const targets = async (...steps: readonly Step[]): Promise<Target[]> => targetsOf(steps, reach);
const error = async (...steps: readonly Step[]): Promise<unknown> =>
  targets(...steps).then(
    () => 'none',
    (thrown: unknown) => thrown,
  );

describe('a step is about', () => {
  test('the object that stands in it, or that it names', async () => {
    const subject = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'b' };
    const found = await targets(apply(configMap({ name: 'a', namespace: 'shop' })), {
      action: 'delete',
      cluster: 'prod',
      subject,
    });
    expect(found.map((target) => target.subject)).toEqual([
      { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' },
      { cluster: 'prod', ...subject },
    ]);
    expect(found.map(({ kind, pending }) => [kind.resource, pending])).toEqual([
      ['configmaps', false],
      ['secrets', false],
    ]);
  });

  test('no namespace where its kind is in none, whatever it says', async () => {
    const [target] = await targets(apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', namespace: 'shop' } }));
    expect(target?.subject).toEqual({ cluster: 'prod', apiVersion: 'v1', kind: 'Namespace', name: 'a' });
  });

  test('what the server will name, as often as somebody likes', async () => {
    const generated = apply(configMap({ generateName: 'job-', namespace: 'shop' }));
    const found = await targets(generated, generated);
    expect(found.map(({ subject }) => subject.name)).toEqual(['job-…', 'job-…']);
  });

  test('one object for each: the second about the same is refused, and both are named', async () => {
    const a = { name: 'a', namespace: 'shop' };
    expect(await error(apply(configMap({ ...a, name: 'b' })), apply(configMap(a)), apply(configMap(a)))).toMatchObject({
      code: 'same-object',
      message: 'Steps 2 and 3 are both about ConfigMap a in namespace shop.',
      advice: expect.stringMatching(/./),
    });
    const others = [
      { ...a, namespace: 'other' },
      { ...a, name: 'c' },
    ].map((metadata) => apply(configMap(metadata)));
    expect(await error(apply(configMap(a)), ...others)).toBe('none');
    expect(await error(apply(configMap(a)), apply(configMap(a), 'test'))).toBe('none');
    expect(await error(apply(configMap(a)), apply({ ...configMap(a), kind: 'Secret' }))).toBe('none');
  });

  test.each<[string, KubernetesObject, string]>([
    ['has no name', configMap({ namespace: 'shop' }), 'metadata.name'],
    ['has no metadata', { apiVersion: 'v1', kind: 'ConfigMap' }, 'metadata.name'],
    ['has no kind', { apiVersion: 'v1', metadata: { name: 'a', namespace: 'shop' } }, 'kind'],
    ['has no apiVersion', { kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } }, 'apiVersion'],
  ])('nothing where the object %s, and it says which object that is', async (_, object, field) => {
    expect(await error(apply(configMap({ name: 'x', namespace: 'shop' })), apply(object))).toMatchObject({
      code: 'invalid-object',
      field,
      message: `Object 2 has no ${field}.`,
    });
  });

  test('nothing where it names no namespace, and one is needed', async () => {
    for (const metadata of [{ name: 'a' }, { name: 'a', namespace: '' }])
      expect(await error(apply(configMap(metadata)))).toMatchObject({
        code: 'invalid-object',
        field: 'metadata.namespace',
        message: expect.stringContaining('Object 1, ConfigMap "a", names no namespace'),
      });
  });
});

describe('a kind that another step defines', () => {
  const definition = (more: object = {}): KubernetesObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.shop.test' },
    spec: {
      group: 'shop.test',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'gizmo' },
      versions: [{ name: 'v1', subresources: { status: {}, scale: {} } }],
      ...more,
    },
  });
  const widget: KubernetesObject = { apiVersion: 'shop.test/v1', kind: 'Widget', metadata: { name: 'a', namespace: 'shop' } };
  // Definitions are served everywhere, only not by the cluster of these tests.
  const GROUP = [
    {
      metadata: { name: 'apiextensions.k8s.io' },
      versions: [{ version: 'v1', resources: [resource('customresourcedefinitions', 'CustomResourceDefinition', 'Cluster')] }],
    },
  ];
  const defining = connectionTo(({ path }) => ({
    body: { kind: 'APIGroupDiscoveryList', items: path === '/api' ? GROUPS : path === '/apis' ? GROUP : [] },
  })).connection;
  const second = async (object: KubernetesObject, ...steps: readonly Step[]): Promise<Target | undefined> =>
    (await targetsOf([...steps, apply(object)], async () => defining)).at(-1);

  test('is known before it is served, as the definition says', async () => {
    expect(await second(widget, apply(definition()))).toMatchObject({
      pending: true,
      kind: {
        group: 'shop.test',
        version: 'v1',
        kind: 'Widget',
        resource: 'widgets',
        singular: 'gizmo',
        namespaced: true,
        subresources: ['status', 'scale'],
      },
    });
    const names = { kind: 'Widget', plural: 'widgets' };
    const plain = definition({ names, scope: 'Cluster', versions: [{ name: 'v1' }] });
    expect(await second(widget, apply(plain))).toMatchObject({
      kind: { singular: 'widget', namespaced: false, subresources: [] },
      subject: { name: 'a' },
    });
  });

  test.each<[string, KubernetesObject, Step]>([
    ['another kind', { ...widget, kind: 'Gadget' }, apply(definition())],
    ['another version', { ...widget, apiVersion: 'shop.test/v2' }, apply(definition())],
    ['another group', { ...widget, apiVersion: 'other.test/v1' }, apply(definition())],
    ['another cluster', widget, apply(definition(), 'test')],
    ['what is no definition', widget, apply({ ...definition(), apiVersion: 'v1', kind: 'Namespace' })],
  ])('is not known by the definition of %s', async (_, object, step) => {
    await expect(second(object, step)).rejects.toMatchObject({
      code: expect.stringMatching(/kind/),
      message: expect.stringContaining(`${object.apiVersion}/${object.kind}`),
    });
  });
});

describe('an object as it is', () => {
  const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
  const live = async (status: number): Promise<unknown> => {
    const reached = clusterSaying(() => ({ status, body: { kind: 'Status', metadata: { name: 'a' } } })).connection;
    const { kind } = await reached.resolve('configmaps');
    return readLive({ subject, kind, connection: reached, pending: false });
  };

  test('is null where there is none, and an error where it cannot be known', async () => {
    expect(await live(200)).toMatchObject({ metadata: { name: 'a' } });
    expect(await live(404)).toBeNull();
    await expect(live(403)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('is called by its kind, its name and where it is', () => {
    expect(sayObject(subject)).toBe('ConfigMap a in namespace shop');
    expect(sayObject({ kind: 'Node', name: 'n1' })).toBe('Node n1');
  });
});

describe('the way to a cluster', () => {
  const caller = new AbortController();
  const called = connection.during({ origin: 'kube_apply', signal: caller.signal });
  const signalOf = async (signal: AbortSignal | 'none' | undefined): Promise<AbortSignal | undefined> =>
    (await connections(async () => called, signal)('prod')).call.signal;

  test('is found once for all steps', async () => {
    let asked = 0;
    const to = connections(async () => (asked++, connection), undefined);
    const [one, same] = await Promise.all([to('prod'), to('prod'), to('test')]);
    expect([asked, one === same]).toEqual([2, true]);
    expect(one.call.origin).toBe(connection.call.origin);
  });

  test('ends when the caller goes, and never where nothing may be cut off half-way', async () => {
    expect(await signalOf(undefined)).toBe(caller.signal);
    expect(await signalOf('none')).toBeUndefined();
    const other = new AbortController().signal;
    expect(await signalOf(other)).toBe(other);
  });
});

describe('what the server warns of', () => {
  const heard = async (...warnings: readonly string[]): Promise<readonly string[]> => {
    const reached = clusterSaying(() => ({ body: {}, warnings })).connection;
    const { kind } = await reached.resolve('configmaps');
    const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
    const ear = hearing({ subject, kind, connection: reached, pending: false });
    await readLive(ear.target);
    return ear.heard();
  };

  test('is heard once each, redacted, and no more than can be read', async () => {
    expect(await heard('old', 'old', 'older')).toEqual(['old', 'older']);
    expect((await heard('sets ghp_0123456789abcdefghijklmnopqrstuvwxyz')).join()).not.toContain('ghp_0123');
    const many = Array.from({ length: 30 }, (_, index) => `w${index}`);
    expect(await heard(...many)).toEqual(many.slice(0, 10));
    expect((await heard('x '.repeat(500)))[0]).toHaveLength(400);
  });
});
