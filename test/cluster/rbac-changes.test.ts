import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runCli } from '../support/command.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, at, ensureCluster, type AdminClient, type KubeObject } from './index.ts';
import { deployment, ensureAll, freshNamespace, podTemplate } from './populate/new-objects.ts';
import { until } from './wait.ts';

const cluster = await ensureCluster();

const NAME = 'fairlead-changing';
const HOME = 'fairlead-changing';
const USER = `system:serviceaccount:default:${NAME}`;
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const web = { kind: 'deployment', name: 'web', namespace: HOME };
const settings = { name: 'settings', namespace: HOME };

/** Calls that can be made one after the other, each of which needs what its tool needs. */
const CALLS: readonly (readonly [tool: string, given: Readonly<Record<string, unknown>>])[] = [
  [
    'kube_apply',
    { manifests: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied', namespace: HOME }, data: { a: '1' } } },
  ],
  ['kube_patch', { ...web, patch: { spec: { minReadySeconds: 1 } } }],
  ['kube_scale', { ...web, replicas: 2 }],
  ['kube_rollout', { ...web, action: 'restart' }],
  ['kube_rollout', { ...web, action: 'undo' }],
  ['kube_node', { action: 'label', name: 'fake-1', set: 'fairlead-changing=yes' }],
  ['kube_expose', { ...web, port: 80 }],
  ['kube_label', { ...web, set: 'a=b' }],
  ['kube_secret', { action: 'create', name: 'made', namespace: HOME, generate: 'password' }],
  ['kube_secret', { action: 'rotate', name: 'made', namespace: HOME, generate: 'password' }],
  ['kube_configmap', { ...settings, set: { a: '2' } }],
  ['kube_copy', { kind: 'configmap', ...settings, to_name: 'copied' }],
  ['kube_delete', { kind: 'configmap', name: 'copied', namespace: HOME }],
  ['kube_run', { image: 'none', namespace: HOME, timeout: 1 }],
  ['kube_batch', { calls: [{ tool: 'kube_label', arguments: { ...web, set: 'b=c' } }] }],
];

/** What is taken away, and the call that then fails and says so. */
const LESS: readonly (readonly [
  verb: string,
  resource: string,
  group: string,
  tool: string,
  given: Readonly<Record<string, unknown>>,
])[] = [
  ['patch', 'deployments', 'apps', 'kube_label', { ...web, set: 'less=1' }],
  ['patch', 'deployments/scale', 'apps', 'kube_scale', { ...web, replicas: 1 }],
  ['create', 'services', '', 'kube_expose', { ...web, port: 80, service: 'less' }],
  ['create', 'jobs', 'batch', 'kube_run', { image: 'none', namespace: HOME, timeout: 1 }],
  ['create', 'secrets', '', 'kube_secret', { action: 'create', name: 'less', namespace: HOME, generate: 'password' }],
  ['patch', 'secrets', '', 'kube_secret', { action: 'rotate', name: 'made', namespace: HOME, generate: 'password' }],
  ['patch', 'configmaps', '', 'kube_configmap', { ...settings, set: { a: '3' } }],
  ['delete', 'configmaps', '', 'kube_delete', { kind: 'configmap', ...settings }],
  ['patch', 'nodes', '', 'kube_node', { action: 'label', name: 'fake-1', set: 'less=1' }],
  ['list', 'replicasets', 'apps', 'kube_rollout', { ...web, action: 'history' }],
];

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

describe.skipIf(cluster === undefined || !cluster.hasNode || !cluster.hasFakeNodes)('fairlead rbac --changes plan', () => {
  let admin: AdminClient;
  let folder: string;
  let tools: Toolkit;
  let rules: readonly Rule[] = [];

  const may = async (verb: string, resource: string, group: string): Promise<boolean> => {
    const [plural, subresource] = resource.split('/');
    const review = await admin.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: USER,
        resourceAttributes: { verb, group, resource: plural, ...(subresource !== undefined && { subresource }) },
      },
    });
    return at(review, 'status', 'allowed') === true;
  };
  const setRules = (changed: readonly Rule[]): Promise<unknown> =>
    admin.patch(`${RBAC}/clusterroles/${NAME}`, { rules: changed });

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await freshNamespace(admin, HOME);
    await ensureAll(admin, [
      deployment(HOME, 'web', podTemplate('web', cluster.image, 'sleep 3600')),
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: settings, data: { a: '1' } },
    ]);
    const printed = JSON.parse((await runCli(['rbac', '--changes', 'plan', '--name', NAME, '--json'])).stdout) as {
      items: readonly (KubeObject & { readonly rules?: readonly Rule[] })[];
    };
    const collections: Readonly<Record<string, string>> = {
      ServiceAccount: '/api/v1/namespaces/default/serviceaccounts',
      ClusterRole: `${RBAC}/clusterroles`,
      ClusterRoleBinding: `${RBAC}/clusterrolebindings`,
    };
    for (const item of printed.items) await admin.ensure(collections[String(item['kind'])] ?? '', item);
    rules = printed.items.find((item) => item.rules !== undefined)?.rules ?? [];
    await setRules(rules);
    await until('the rights are given', () => may('patch', 'nodes', ''), 20_000);
    const issued = await admin.post(`/api/v1/namespaces/default/serviceaccounts/${NAME}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    });
    folder = await mkdtemp(join(tmpdir(), 'fairlead-rbac-changes-'));
    const kubeconfig = join(folder, 'config');
    await writeFile(
      kubeconfig,
      JSON.stringify({
        'current-context': 'least',
        clusters: [{ name: 'least', cluster: { server: cluster.server, 'certificate-authority': cluster.caFile } }],
        contexts: [{ name: 'least', context: { cluster: 'least', user: 'least' } }],
        users: [{ name: 'least', user: { token: at(issued, 'status', 'token') } }],
      }),
      { mode: 0o600 },
    );
    tools = toolkit('--kubeconfig', kubeconfig, '--changes', 'direct');
  });
  afterAll(async () => {
    await tools?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
    for (const path of [`${RBAC}/clusterroles`, `${RBAC}/clusterrolebindings`, '/api/v1/namespaces/default/serviceaccounts'])
      await admin?.delete(`${path}/${NAME}`);
    await admin?.delete(`/api/v1/namespaces/${HOME}`);
    await admin?.close();
  });

  it.each(CALLS)('prints enough for %s %j', async (tool, given) => {
    const { text, isError } = await tools.call(tool, given);
    expect({ isError, text }).toMatchObject({ isError: false, text: expect.stringMatching(/^Done on cluster least/) });
    expect(text).not.toMatch(/forbidden|may not/i);
    const undone = await tools.call('kube_undo', { change: /change-[a-z0-9]{8}/.exec(text)?.[0] });
    // A secret that was rotated cannot come back without a key for the journal, and says so.
    if (tool !== 'kube_secret') expect(undone).toMatchObject({ isError: false });
    if (tool === 'kube_secret' || tool === 'kube_copy') await tools.call(tool, given);
  });

  it.each(LESS)('without %s on %s of "%s", %s says what is missing', async (verb, resource, group, tool, given) => {
    const less = rules.flatMap((rule): Rule[] => {
      if (!rule.apiGroups.includes(group) || !rule.resources.includes(resource)) return [rule];
      return [
        { ...rule, resources: rule.resources.filter((each) => each !== resource) },
        { ...rule, resources: [resource], verbs: rule.verbs.filter((each) => each !== verb) },
      ].filter(({ resources, verbs }) => resources.length > 0 && verbs.length > 0);
    });
    await setRules(less);
    try {
      await until('it is taken away', async () => !(await may(verb, resource, group)), 20_000);
      const { text, isError } = await tools.call(tool, given);
      expect({ isError, text }).toMatchObject({ isError: true, text: expect.stringContaining(`may not ${verb} ${resource}`) });
    } finally {
      await setRules(rules);
      await until('it is given back', () => may(verb, resource, group), 20_000);
    }
  });
});
