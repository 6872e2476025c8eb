import { describe, expect, it } from 'vitest';

import { normalisePolicy } from '../../src/access/index.ts';
import { TOOLS, toolsFor } from '../../src/servers/mcp/index.ts';
import { kubeconfigFor } from '../support/kubeconfig.ts';
import { recordingProxy } from '../support/recording-proxy.ts';
import { questionsFor } from '../support/sweep.ts';
import { toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, populateBroken, TROUBLE } from './index.ts';

const cluster = await ensureCluster();

/** The only POSTs of a read-only server: questions about rights, which store nothing. */
const REVIEWS = /^\/apis\/(authorization|authentication)\.k8s\.io\/v1\/(selfsubject(access|rules)?reviews|subjectaccessreviews)$/;

/** Ways into pods. */
const CONNECTS = /\/(exec|attach|portforward|proxy)\b/;

/** Tools that may answer without a request: from the configuration, the journal, or what was discovered for an earlier one. */
const FROM_MEMORY = new Set(['kube_use', 'kube_kinds', 'kube_changes', 'kube_confirm', 'kube_undo']);

/**
 * Actions of tools that are not offered which get no further than reading, or than this machine: a port may be opened
 * here, and the gate lets nothing through it.
 */
const HARMLESS = new Set<unknown>(['status', 'history', 'keys', 'reveal', 'start', 'list', 'stop']);

const OFFERED = new Set<string>(toolsFor(normalisePolicy()).map(({ name }) => name));

describe.skipIf(cluster === undefined)('read-only', () => {
  it('sends nothing but GETs and reviews, over every tool and question', async () => {
    if (cluster === undefined) return;
    const admin = adminClient(cluster);
    const { namespace } = await populateBroken(cluster, admin);
    await using proxy = await recordingProxy(cluster.access);
    const kubeconfig = await kubeconfigFor(proxy.server);
    const pods = await admin.list(`/api/v1/namespaces/${namespace}/pods`);
    const questions = questionsFor({
      namespace,
      pod: pods.items[0]?.metadata?.name ?? '',
      deployment: TROUBLE.stuckRollout,
      secret: 'none-here',
      configMap: 'settings',
    });
    const tools = toolkit('--kubeconfig', kubeconfig);
    for (const tool of TOOLS) {
      const asked = questions[tool.name] ?? [];
      expect({ tool: tool.name, questions: asked.length }).not.toEqual({ tool: tool.name, questions: 0 });
      const before = proxy.requests.length;
      // What is not offered is called all the same: the gate must hold without the list of tools.
      for (const question of asked) {
        const { isError, text } = await tools.force(tool, question);
        if (!OFFERED.has(tool.name))
          expect({ tool: tool.name, text, isError }).toEqual({
            tool: tool.name,
            text,
            isError: HARMLESS.has(question['action']) ? isError : true,
          });
      }
      const sent = proxy.requests.slice(before);
      // A way into a pod is opened by GET as well.
      expect(sent.filter(({ path }) => CONNECTS.test(path))).toEqual([]);
      if (OFFERED.has(tool.name) && !FROM_MEMORY.has(tool.name))
        expect({ tool: tool.name, asked: sent.length > 0 }).toEqual({ tool: tool.name, asked: true });
      for (const { method, path } of sent) {
        const harmless = method === 'GET' || (method === 'POST' && REVIEWS.test(path.split('?')[0] ?? ''));
        expect({ tool: tool.name, method, path, harmless }).toEqual({ tool: tool.name, method, path, harmless: true });
      }
    }
    expect(new Set(proxy.requests.map((each) => each.userAgent))).toEqual(new Set(['fairlead']));
    await tools.close();
    await admin.close();
  });
});
