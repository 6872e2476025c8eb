import type { ServerContext } from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';

import { UsageError } from '../../platform/index.ts';
import { fakeContexts } from '../../../test/support/http-contexts.ts';
import type { Exchange } from './offer.ts';
import type { ServerParts } from './parts.ts';
import { offerResources } from './resources.ts';
import { newSession } from './session.ts';

const OBJECTS = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'shop', managedFields: [{ manager: 'kubectl' }] },
    data: { motd: 'hello\u001b[31m red\u202e' },
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'large', namespace: 'shop' }, data: { all: 'x'.repeat(200_000) } },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } },
];

function setUp(more: Partial<ServerParts> = {}) {
  const { contextFor, origins } = fakeContexts({ objects: OBJECTS, others: ['arn:eks/prod'] });
  const defects: unknown[] = [];
  const onDefect = (error: unknown): unknown => defects.push(error);
  const parts: ServerParts = { version: '0', tools: [], contextFor, onDefect, ...more };
  return { resources: offerResources(parts, async ({ variable }) => [`a ${variable}`]), origins, defects };
}

const exchange = (modern = true): Exchange => ({
  request: { mcpReq: { signal: new AbortController().signal } } as unknown as ServerContext,
  session: newSession(),
  modern,
  canAsk: false,
  log: () => undefined,
});

describe('resources', () => {
  const { resources, origins } = setUp();
  const read = async (uri: string): Promise<unknown> => {
    const { contents } = (await resources.read(uri, exchange())) as { contents: { text: string }[] };
    return contents[0];
  };

  it('are the clusters, each by an address that can be read', async () => {
    expect(await resources.list(exchange())).toMatchObject([
      { uri: 'kube://test', name: 'test', description: 'How the cluster is; the current one.', mimeType: 'application/yaml' },
      { uri: 'kube://arn%3Aeks%2Fprod', name: 'arn:eks/prod' },
    ]);
  });

  it('are objects as YAML: slim, without what could steer a terminal, and without a fence', async () => {
    const uri = 'kube://test/shop/configmaps/settings';
    expect(await read(uri)).toEqual({
      uri,
      mimeType: 'application/yaml',
      text: expect.stringMatching(/^apiVersion: v1\nkind: ConfigMap\nmetadata:\n/),
    });
    const { text } = (await read(uri)) as { text: string };
    for (const word of ['managedFields', '\u001b', '\u202e', '[data ']) expect(text).not.toContain(word);
    expect(await read('kube://test/_/nodes/node-1')).toMatchObject({ text: expect.stringContaining('name: node-1') });
    expect(origins).toContain('resources/read');
  });

  it('never fill the whole context of a client', async () => {
    const { text } = (await read('kube://test/shop/configmaps/large')) as { text: string };
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toContain('shortened');
  });

  it('say how a cluster is', async () => {
    expect(await read('kube://test')).toMatchObject({
      text: expect.stringMatching(/^cluster: test\nserver: .*\nidentity: dev-amy\n/),
    });
  });

  it.each([
    ['kube://test/shop/configmaps/settigns', 'Nearest: settings'],
    ['kube://test/shop/widgets/a', 'widgets'],
    ['kube://prod/shop/pods/a', 'No cluster "prod"'],
    ['kube://test/shop', 'Addresses are'],
    ['kube://test/_/configmaps/settings', 'A ConfigMap has a namespace.\nName the namespace'],
    ['kube://test/shop/nodes/node-1', 'A Node has no namespace.\nWrite _ for the namespace'],
  ])('that are not there have the code of their revision: %s', async (uri, message) => {
    await expect(resources.read(uri, exchange())).rejects.toMatchObject({
      code: -32_602,
      message: expect.stringContaining(message),
      data: { uri },
    });
    await expect(resources.read(uri, exchange(false))).rejects.toMatchObject({ code: -32_002, data: { uri } });
  });

  it('complete their variables, and offer the word for no namespace', async () => {
    const [template] = resources.templates;
    const complete = (variable: string, value: string) =>
      resources.complete(template?.uriTemplate ?? '', { variable, value, known: {} }, exchange());
    expect(await complete('namespace', '')).toEqual(['a namespace', '_']);
    expect(await complete('namespace', 'sh')).toEqual(['a namespace']);
    expect(await complete('name', '')).toEqual(['a name']);
  });
});

describe('resources of a configuration that is wrong', () => {
  it('are an empty list, and an error for who reads', async () => {
    const { contextFor } = fakeContexts();
    const wrong = Promise.reject(new UsageError('The kubeconfig is no YAML.'));
    wrong.catch(() => undefined);
    const { resources } = setUp({
      contextFor: (...given) => ({ ...contextFor(...given), clusters: () => wrong, connect: () => wrong }),
    });
    expect(await resources.list(exchange())).toEqual([]);
    await expect(resources.read('kube://test', exchange())).rejects.toThrow('The kubeconfig is no YAML.');
  });

  it('own up to a defect', async () => {
    const { contextFor } = fakeContexts();
    const { resources, defects } = setUp({
      contextFor: (...given) => ({ ...contextFor(...given), connect: () => Promise.reject(new TypeError('x is undefined')) }),
    });
    await expect(resources.read('kube://test', exchange())).rejects.toMatchObject({
      code: -32_603,
      message: expect.stringContaining('a defect of ours'),
    });
    expect(defects).toHaveLength(1);
  });
});
