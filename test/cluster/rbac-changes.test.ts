import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { normalisePolicy } from '../../src/access/index.ts';
import { requirementsOf, toolsFor, type Requirement } from '../../src/servers/mcp/index.ts';
import { toolkit, type Toolkit } from '../support/toolkit.ts';
import { adminClient, ensureCluster, populateFleet, type AdminClient } from './index.ts';
import { leastAccount, type LeastAccount } from './least.ts';
import { deployment, ensureAll, freshNamespace, podTemplate } from './populate/new-objects.ts';

const cluster = await ensureCluster();

const NAME = 'fairlead-changing';
const HOME = 'fairlead-changing';
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

/** One object of each kind that may be changed, to try it on: its `spec`, or all but its name. */
const SAMPLES: Readonly<Record<string, object>> = (() => {
  const labels = { app: 'probe' };
  const selector = { matchLabels: labels };
  const containers = [{ name: 'app', image: 'none.example.com/app:1' }];
  const template = { metadata: { labels }, spec: { containers } };
  const job = { suspend: true, template: { spec: { containers, restartPolicy: 'Never' } } };
  return {
    configmaps: { data: { a: '1' } },
    services: { spec: { selector: labels, ports: [{ port: 80 }] } },
    persistentvolumeclaims: {
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: { requests: { storage: '1Mi' } } },
    },
    pods: { spec: { containers, schedulingGates: [{ name: 'fairlead.test/never' }] } },
    deployments: { spec: { replicas: 0, selector, template } },
    statefulsets: { spec: { replicas: 0, serviceName: 'probe', selector, template } },
    daemonsets: {
      spec: { selector, template: { ...template, spec: { containers, nodeSelector: { 'fairlead.test/never': 'x' } } } },
    },
    jobs: { spec: job },
    cronjobs: { spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: job } } },
    horizontalpodautoscalers: {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'probe' }, maxReplicas: 1 },
    },
    poddisruptionbudgets: { spec: { selector, maxUnavailable: 1 } },
    ingresses: { spec: { defaultBackend: { service: { name: 'probe', port: { number: 80 } } } } },
    networkpolicies: { spec: { podSelector: selector } },
  };
})();

type Call = readonly [tool: string, given: Readonly<Record<string, unknown>>];

/** Calls that need a right which no sample shows. */
const OTHERS: Readonly<Record<string, Call>> = {
  'get deployments/scale': ['kube_scale', { ...web, replicas: 1 }],
  'patch deployments/scale': ['kube_scale', { ...web, replicas: 1 }],
  'get statefulsets/scale': ['kube_scale', { kind: 'statefulset', name: 'probe', namespace: HOME, replicas: 1 }],
  'patch statefulsets/scale': ['kube_scale', { kind: 'statefulset', name: 'probe', namespace: HOME, replicas: 1 }],
  'get secrets': ['kube_secret', { action: 'rotate', name: 'made', namespace: HOME, generate: 'password' }],
  'create secrets': ['kube_secret', { action: 'create', name: 'less', namespace: HOME, generate: 'password' }],
  'patch secrets': ['kube_secret', { action: 'rotate', name: 'made', namespace: HOME, generate: 'password' }],
  'get nodes': ['kube_node', { action: 'label', name: 'fake-1', set: 'less=1' }],
  'list nodes': ['kube_node', { action: 'label', labels: 'less', set: 'less=1' }],
  'patch nodes': ['kube_node', { action: 'label', name: 'fake-1', set: 'less=1' }],
  'create pods/eviction': ['kube_node', { action: 'drain', name: 'fake-1', force: true }],
  'list replicasets': ['kube_rollout', { ...web, action: 'history' }],
  'get replicasets': ['kube_rollout', { ...web, action: 'undo' }],
};

/** A call that needs a right, and cannot be answered without. */
function callFor({ verb, resource }: Requirement): Call | undefined {
  const other = OTHERS[`${verb} ${resource}`];
  if (other !== undefined || SAMPLES[resource] === undefined) return other;
  const probe = { kind: resource, name: 'probe', namespace: HOME };
  switch (verb) {
    case 'create':
      return ['kube_copy', { ...probe, to_name: 'copied' }];
    case 'patch':
    case 'get':
      return ['kube_label', { ...probe, set: 'less=1' }];
    case 'list':
      return ['kube_label', { kind: resource, labels: 'app=probe', namespace: HOME, set: 'less=1' }];
    case 'delete':
      return ['kube_delete', probe];
    default:
      return undefined;
  }
}

/** Every right that a tool needs to change something, once, whatever tools need it. */
const RIGHTS: readonly Requirement[] = [
  ...new Map(
    requirementsOf(toolsFor(normalisePolicy({ mode: 'direct' })).filter(({ toolset }) => toolset === 'change'))
      .filter(({ optional }) => !optional)
      .map((each) => [`${each.verb} ${each.resource}.${each.group}`, each]),
  ).values(),
];

describe.skipIf(cluster === undefined || !cluster.hasNode || !cluster.hasFakeNodes)('fairlead rbac --changes plan', () => {
  let admin: AdminClient;
  let account: LeastAccount;
  let tools: Toolkit;

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    // Node fake-1, with pods to evict.
    await populateFleet(cluster, admin, { namespaces: 1, pods: 20, nodes: 2 });
    await freshNamespace(admin, HOME);
    await ensureAll(admin, [
      deployment(HOME, 'web', podTemplate('web', cluster.image, 'sleep 3600')),
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: settings, data: { a: '1' } },
    ]);
    const metadata = { name: 'probe', namespace: HOME, labels: { app: 'probe' } };
    for (const { group, resource } of new Map(RIGHTS.map((right) => [right.resource, right])).values()) {
      const sample = SAMPLES[resource];
      const root = group === '' ? '/api/v1' : `/apis/${group}/v1`;
      if (sample !== undefined) await admin.ensure(`${root}/namespaces/${HOME}/${resource}`, { metadata, ...sample });
    }
    account = await leastAccount(cluster, admin, { name: NAME, flags: ['--changes', 'plan'], rights: RIGHTS });
    tools = toolkit('--kubeconfig', account.kubeconfig, '--changes', 'direct');
  });
  afterAll(async () => {
    await tools?.close();
    await account?.remove();
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

  it.each(RIGHTS.map((right) => [`${right.verb} ${right.resource}`, right] as const))(
    'without %s something fails, and says what is missing',
    async (name, right) => {
      const call = callFor(right);
      if (call === undefined) throw new Error(`There is no call that shows ${name}.`);
      await account.without(right, async () => {
        const { text, isError } = await tools.call(...call);
        expect({ isError, text }).toMatchObject({ isError: true, text: expect.stringContaining(`may not ${name}`) });
      });
    },
  );
});
