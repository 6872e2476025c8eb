import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TOOLS } from '../../src/servers/mcp/index.ts';
import { kubeconfigFor } from '../support/kubeconfig.ts';
import { recordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { questionsFor } from '../support/sweep.ts';
import { toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, populateBroken, TROUBLE, type AdminClient } from './index.ts';

const cluster = await ensureCluster();

/** Ways into pods. */
const CONNECTS = /\/(exec|attach|portforward|proxy)\b/;

const REVIEWS = /^\/apis\/(authorization|authentication)\.k8s\.io\//;

const RUNNING = ['--allow-operations', 'exec,port-forward'];

describe.skipIf(cluster === undefined)('a dry run', () => {
  let admin: AdminClient;
  let proxy: RecordingProxy;
  let questions: ReturnType<typeof questionsFor> = {};

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    const { namespace } = await populateBroken(cluster, admin);
    const pods = await admin.list(`/api/v1/namespaces/${namespace}/pods`);
    proxy = await recordingProxy(cluster.access);
    questions = questionsFor({
      namespace,
      pod: pods.items[0]?.metadata?.name ?? '',
      deployment: TROUBLE.stuckRollout,
      secret: 'none-here',
      configMap: 'settings',
    });
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await admin?.close();
  });

  /** Writes that would store something, and ways into pods, which are opened by GET. */
  const stored = (from: number): readonly string[] =>
    proxy.requests
      .slice(from)
      .filter(({ method, path }) =>
        method === 'GET' ? CONNECTS.test(path) : !REVIEWS.test(path) && !/[?&]dryRun=All(&|$)/.test(path),
      )
      .map(({ method, path }) => `${method} ${path}`);

  it.each(['direct', 'plan'])('stores nothing in mode %s, over every tool, question and confirmation', async (mode) => {
    const from = proxy.requests.length;
    const tools = toolkit('--kubeconfig', await kubeconfigFor(proxy.server), '--changes', mode, '--dry-run', ...RUNNING);
    const plans = new Set<string>();
    for (const tool of TOOLS) {
      for (const question of questions[tool.name] ?? []) {
        const { text } = await tools.call(tool.name, question);
        expect({ tool: tool.name, question, stored: stored(from) }).toEqual({ tool: tool.name, question, stored: [] });
        for (const [plan] of text.matchAll(/plan-[a-z0-9]{8}/g)) plans.add(plan);
      }
    }
    for (const plan of plans) await tools.call('kube_confirm', { plan });
    expect(plans.size).toBeGreaterThan(20);
    expect(stored(from)).toEqual([]);
    // It did try: a suite that sends nothing would prove nothing.
    const tried = proxy.requests.slice(from).filter(({ path }) => /[?&]dryRun=All/.test(path));
    expect(new Set(tried.map(({ method }) => method))).toEqual(new Set(['PATCH', 'POST', 'DELETE']));
    await tools.close();
  });

  it('of an agent that only plans stores nothing either', async () => {
    const from = proxy.requests.length;
    const tools = toolkit('--kubeconfig', await kubeconfigFor(proxy.server), '--changes', 'plan');
    for (const tool of TOOLS) {
      if (tool.name === 'kube_confirm') continue;
      for (const question of questions[tool.name] ?? []) await tools.call(tool.name, question);
    }
    expect(stored(from)).toEqual([]);
    await tools.close();
  });
});
