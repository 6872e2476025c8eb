import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { normalisePolicy } from '../../src/access/index.ts';
import { requirementsOf, toolsFor, type Requirement } from '../../src/servers/mcp/index.ts';
import { questionsFor } from '../support/sweep.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, at, ensureCluster, metricsReady, type AdminClient, type TestCluster } from './index.ts';
import { leastAccount, type LeastAccount } from './least.ts';
import { deployment, ensureAll, ensureNamespace, podTemplate, service } from './populate/new-objects.ts';

const cluster = await ensureCluster();

const NAME = 'fairlead-least';
/** Other suites leave custom resources in the category `all`, which the sweep asks for. */
const CUSTOM = '*.shop.fairlead.test';
/** A namespace with a bit of everything that questions lead to. */
const HOME = 'fairlead-least';
const CRASHING = 'crashing';

type Question = Readonly<Record<string, unknown>>;

/** What is offered where nothing may be changed; `rbac-changes.test.ts` has the rest. */
const TOOLS = toolsFor(normalisePolicy());

/** Each permission to read once, whatever tools make use of it. */
const PERMISSIONS: readonly Requirement[] = [
  ...new Map(
    requirementsOf(TOOLS)
      .filter(({ verb }) => verb === 'get' || verb === 'list')
      .map((each) => [`${each.verb} ${each.resource}.${each.group}`, each]),
  ).values(),
];

const nameOf = ({ group, resource }: Requirement): string => (group === '' ? resource : `${resource}.${group}`);

describe.skipIf(cluster === undefined || !cluster.hasNode || !cluster.hasMetrics)('fairlead rbac', () => {
  let admin: AdminClient;
  let account: LeastAccount;
  let least: Toolkit;
  let all: Toolkit;
  let questions: Readonly<Record<string, readonly Question[]>> = {};

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    const pod = await populate(cluster, admin);
    await metricsReady(admin);
    const flags = ['--kinds', CUSTOM];
    account = await leastAccount(cluster, admin, { name: NAME, flags, rights: PERMISSIONS });
    least = toolkit('--kubeconfig', account.kubeconfig);
    all = toolkit('--kubeconfig', cluster.kubeconfig, '--context', cluster.context);
    questions = questionsFor({ namespace: HOME, pod, deployment: CRASHING, secret: 'none-here', configMap: 'settings' });
  });
  afterAll(async () => {
    await Promise.all([least?.close(), all?.close()]);
    await account?.remove();
    await admin?.close();
  });

  it.each(TOOLS.map((tool) => tool.name))('prints enough for %s', async (tool) => {
    for (const question of questions[tool] ?? []) {
      // Secrets are left out on purpose; a question that nobody gets an answer to proves nothing.
      if (/secret/.test(JSON.stringify(question)) || (await all.call(tool, question)).isError) continue;
      const { isError, text } = await least.call(tool, question);
      expect({ question, isError, text }).toMatchObject({ isError: false });
      if (tool !== 'kube_can_i') expect(text).not.toMatch(/forbidden|not allowed|may not/i);
    }
  });

  it('leaves out what nobody asked for', async () => {
    const refused = await least.call('kube_get', { kind: 'secrets', namespace: '*' });
    expect(refused).toMatchObject({ isError: true });
    expect(refused.text).toContain('may not list secrets');
    expect(refused.text).toContain('apiGroups [""] resources ["secrets"] verbs ["list"]');
  });

  it.each(PERMISSIONS.map((each) => [`${each.verb} ${nameOf(each)}`, each] as const))(
    'says so when %s is missing',
    async (_, permission) => {
      await account.without(permission, async () => {
        const [tool, question, named] = probeFor(permission);
        const { isError, text } = await least.call(tool, question);
        expect(text).toMatch(named);
        expect(isError).toBe(tool === 'kube_get');
      });
    },
  );

  /** What a tool cannot see any more stands in its answer, and takes nothing else away. */
  it.each<readonly [string, string, string, Question, RegExp]>([
    ['list', 'services', 'kube_describe', { kind: 'deployment', name: CRASHING }, /^services: unknown \(forbidden\)$/m],
    ['list', 'pods', 'kube_describe', { kind: 'deployment', name: CRASHING }, /^pods: unknown \(forbidden\)$/m],
    ['list', 'events', 'kube_describe', { kind: 'deployment', name: CRASHING }, /^events: unknown \(forbidden\)$/m],
    ['list', 'replicasets', 'kube_describe', { kind: 'deployment', name: CRASHING }, /^replicasets: unknown/m],
    ['list', 'resourcequotas', 'kube_describe', { kind: 'namespace', name: HOME }, /^resourcequotas: unknown/m],
    ['list', 'pods', 'kube_top', { kind: 'nodes' }, /Requests are unknown, since pods may not be listed/],
    ['list', 'nodes', 'kube_clusters', { probe: true }, /nodes: not allowed to ask/],
    ['get', 'namespaces', 'kube_use', { namespace: HOME }, /Whether the namespace exists could not be checked/],
    ['list', 'events', 'kube_events', {}, /may not list events/],
  ])('without %s %s, %s says what it could not see', async (verb, resource, tool, question, said) => {
    const permission = PERMISSIONS.find((each) => each.verb === verb && each.resource === resource);
    if (permission === undefined) throw new Error(`no tool needs ${verb} ${resource}`);
    await account.without(permission, async () => {
      const namespace = ['kube_clusters', 'kube_use'].includes(tool) ? {} : { namespace: HOME };
      expect((await least.call(tool, { ...namespace, ...question })).text).toMatch(said);
    });
  });
});

/** Makes a workload that crashes, and what surrounds it. @returns the name of its pod, once it has crashed */
async function populate({ image }: TestCluster, admin: AdminClient): Promise<string> {
  await ensureNamespace(admin, HOME);
  await ensureAll(admin, [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: HOME }, data: { colour: 'blue' } },
    deployment(HOME, CRASHING, podTemplate(CRASHING, image, 'echo "panic: no colour"; exit 1')),
    service(HOME, CRASHING, CRASHING, 8080),
  ]);
  const [pod] = await admin.waitFor(
    `/api/v1/namespaces/${HOME}/pods?labelSelector=app%3D${CRASHING}`,
    (pods) => pods.some((each) => Number(at(each, 'status', 'containerStatuses', 0, 'restartCount')) > 0),
    { timeoutMs: 120_000, what: 'the crash' },
  );
  return pod?.metadata.name ?? '';
}

/** A tool and a question that need the permission, and how the answer must name it when it is gone. */
function probeFor(gone: Requirement): readonly [string, Question, RegExp] {
  const kind = nameOf(gone);
  if (kind === 'pods/log') {
    const question = { kind: 'deployment', namespace: HOME, name: CRASHING };
    return ['kube_describe', question, /^log of \S+: unknown \(forbidden\)$/m];
  }
  const refusal = new RegExp(`may not ${gone.verb} ${kind.replaceAll('.', '\\.')}`);
  if (gone.group === 'metrics.k8s.io') return ['kube_top', { kind: gone.resource, namespace: HOME }, refusal];
  const where = gone.namespaced ? { namespace: HOME } : {};
  const named = gone.verb === 'get' ? { name: 'nothing-of-that-name' } : {};
  return ['kube_get', { kind, ...where, ...named }, refusal];
}
