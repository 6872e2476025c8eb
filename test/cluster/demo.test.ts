import { readdir, readFile } from 'node:fs/promises';

import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connectHttp, ERAS } from '../support/http.ts';
import { startProgram, type StartedProgram } from '../support/program.ts';
import { startServer, textOf } from '../support/server.ts';

const CLUSTERS = ['shop-prod', 'shop-staging'] as const;

/** A question for each tool that reads, which the shop can answer. */
const QUESTIONS: Readonly<Record<string, { readonly input: object; readonly answer: RegExp }>> = {
  kube_clusters: { input: {}, answer: /^2 clusters\. Current: shop-prod/ },
  kube_kinds: { input: { search: 'deploy' }, answer: /deployments/ },
  kube_explain: { input: { kind: 'deployment', path: 'spec.strategy' }, answer: /rollingUpdate/ },
  kube_get: { input: { kind: 'deployments', namespace: 'shop' }, answer: /checkout/ },
  kube_describe: { input: { kind: 'service', namespace: 'shop', name: 'web' }, answer: /3 ready/ },
  kube_events: { input: { namespace: 'shop' }, answer: /ScalingReplicaSet|Scheduled|BackOff/ },
  kube_top: { input: { kind: 'pods', namespace: 'shop' }, answer: /recommend/ },
  kube_can_i: { input: { verb: 'list', kind: 'pods', namespace: 'shop' }, answer: /yes/i },
};

describe('fairlead demo', () => {
  let demo: StartedProgram;
  let url = '';
  beforeAll(async () => {
    demo = startProgram(['demo', '--listen', '127.0.0.1:0'], { KUBECONFIG: '/nonexistent/kubeconfig' });
    [url] = await demo.says(/http:\/\/127\.0\.0\.1:\d+\/mcp/);
  });
  afterAll(async () => {
    await demo?.end();
  });

  it('asks its questions, and prints the answers that an agent gets', async () => {
    await demo.says(/Other clients: /);
    const text = demo.stdout();
    expect(text).toMatch(/^2 clusters: 2 ok\. Current: shop-prod\./m);
    expect(text).toMatch(/^Deployment shop\/checkout \(cluster shop-prod, .*\): rollout stuck, /m);
    expect(text).toMatch(/^Deployment shop\/mailer \(cluster shop-staging, /m);
    expect(text).toContain(`claude mcp add --transport http fairlead-demo ${url}`);
    expect(demo.stderr()).toBe('');
  });

  describe.each(ERAS)('to a client of the %s era', (era) => {
    let client: Client;
    const ask = async (name: string, input: object): Promise<string> => {
      const result = await client.callTool({ name, arguments: { ...input } });
      expect(result.isError ?? false, textOf(result)).toBe(false);
      return textOf(result);
    };
    beforeAll(async () => {
      client = await connectHttp(url, era);
    });
    afterAll(() => client?.close());

    it('answers with every tool that reads, on both clusters', async () => {
      const { tools } = await client.listTools();
      const reading = tools.filter(({ annotations, name }) => annotations?.readOnlyHint === true && name !== 'kube_use');
      const asked = reading.filter(({ name }) => name in QUESTIONS);
      expect(asked.length).toBe(Object.keys(QUESTIONS).length);
      for (const { name } of asked) {
        const { input = {}, answer = /$^/ } = QUESTIONS[name] ?? {};
        if (name === 'kube_clusters') expect(await ask(name, input)).toMatch(answer);
        else for (const cluster of CLUSTERS) expect(await ask(name, { ...input, cluster })).toMatch(answer);
      }
    });

    it('shows the cause of each incident', async () => {
      const describe = (name: string, cluster: string): Promise<string> =>
        ask('kube_describe', { kind: 'deployment', namespace: 'shop', name, cluster });
      const checkout = await describe('checkout', 'shop-prod');
      expect(checkout).toMatch(/^Cause: pod checkout-\S+: container "checkout" ends at once/m);
      expect(checkout).toContain('environment variable PAYMENT_URL is not set');
      expect(checkout).toContain('checkout.env.PAYMENT_URL removed');
      for (const cluster of CLUSTERS) {
        expect(await describe('mailer', cluster)).toContain('ConfigMap shop-settings has no key "smtp.host"');
      }
      expect(await describe('recommend', 'shop-prod')).toMatch(/no node takes it ×2: .*Insufficient memory/);
      expect(await describe('checkout', 'shop-staging')).not.toMatch(/^Cause:/m);
    });
  });

  it('ends when it is told to', async () => {
    const other = startProgram(['demo', '--listen', '127.0.0.1:0']);
    await other.says(/Other clients: /);
    expect(await other.end()).toBe(0);
  });
});

describe('--practice', () => {
  it('costs nobody anything who does not ask for it', async () => {
    const dist = new URL('../../dist/', import.meta.url);
    const loaded = new Map<string, string>();
    const load = async (file: string): Promise<void> => {
      if (loaded.has(file)) return;
      const text = await readFile(new URL(file, dist), 'utf8');
      loaded.set(file, text);
      for (const [, next = ''] of text.matchAll(
        /(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w*{}$,\s]*from\s*)?["']\.\/([^"']+)["']/g,
      ))
        await load(next);
    };
    await load('cli.js');
    expect(loaded.size).toBeGreaterThan(1);
    for (const text of loaded.values()) expect(text).not.toContain('practice.fairlead.dev');
    const all = (await readdir(dist)).filter((file) => file.endsWith('.js'));
    const texts = await Promise.all(all.map((file) => readFile(new URL(file, dist), 'utf8')));
    expect(texts.some((text) => text.includes('practice.fairlead.dev'))).toBe(true);
  });

  it('puts practice clusters in the place of all others, over stdio', async () => {
    const server = await startServer({ args: ['--practice', 'shop,empty'], env: { KUBECONFIG: '/nonexistent/kubeconfig' } });
    try {
      const clusters = await server.client.callTool({ name: 'kube_clusters', arguments: { probe: true } });
      expect(textOf(clusters)).toMatch(/^2 clusters: 2 ok\. Current: shop\./);
      const nodes = await server.client.callTool({ name: 'kube_get', arguments: { kind: 'nodes', cluster: 'empty' } });
      expect(textOf(nodes)).toMatch(/^1 node of cluster empty: 1 Ready/);
      expect(server.stderr()).toBe('');
    } finally {
      await server.close();
    }
  });

  it.each([
    [
      ['call', 'kube_clusters', '--practice', 'shpo'],
      'There is no world "shpo". Worlds: shop, fleet, empty, or the path of a YAML file.',
    ],
    [['practice', 'shop', 'empty'], 'fairlead practice takes one world.'],
    [['practice', '--port', '99999'], '--port cannot be "99999".'],
    [['practice', '--kubeconfig', import.meta.filename], 'is there already, and would be written over.'],
  ])('says what is wrong with %j', async (argv, message) => {
    const program = startProgram(argv);
    await expect(program.says(/never/)).rejects.toThrow(message);
    expect(await program.end()).toBe(2);
  });
});
