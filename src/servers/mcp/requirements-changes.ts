import type { RbacKind } from './requirements-kinds.ts';
import type { Need, ToolNeeds } from './requirements-needs.ts';

const namespaced = (group: string, resource: string): RbacKind => ({ group, resource, namespaced: true });

const NODES: RbacKind = { group: '', resource: 'nodes', namespaced: false };
const WORKLOADS = ['deployments', 'statefulsets', 'daemonsets'].map((resource) => namespaced('apps', resource));
const SCALABLE = ['deployments', 'statefulsets'].map((resource) => namespaced('apps', resource));
const SCALES = SCALABLE.map(({ resource }) => namespaced('apps', `${resource}/scale`));
const SECRETS = [namespaced('', 'secrets')];

/** A change is planned against what is there, and tried before it is done. */
const PLANNED = 'what is there, and what becomes of it';

/** What surrounds the objects of a plan: what it says of their impact. A plan is of use without it, and says so. */
const SURROUNDINGS: Need = {
  of: [
    namespaced('', 'pods'),
    namespaced('', 'services'),
    namespaced('apps', 'replicasets'),
    namespaced('autoscaling', 'horizontalpodautoscalers'),
    namespaced('policy', 'poddisruptionbudgets'),
    namespaced('networking.k8s.io', 'ingresses'),
  ],
  verbs: ['list'],
  why: 'what else a change touches',
  optional: true,
};

/** What the tools that change something need. */
export const CHANGE_NEEDS: readonly ToolNeeds[] = [
  { tool: 'kube_apply', needs: [{ of: 'changed', verbs: ['get', 'create', 'patch'], why: PLANNED }, SURROUNDINGS] },
  { tool: 'kube_patch', needs: [{ of: 'changed', verbs: ['get', 'list', 'patch'], why: PLANNED }, SURROUNDINGS] },
  { tool: 'kube_delete', needs: [{ of: 'changed', verbs: ['get', 'list', 'delete'], why: PLANNED }, SURROUNDINGS] },
  {
    tool: 'kube_scale',
    needs: [
      { of: SCALABLE, verbs: ['get', 'list'], why: PLANNED },
      { of: SCALES, verbs: ['get', 'patch'], why: 'replicas' },
      SURROUNDINGS,
    ],
  },
  {
    tool: 'kube_rollout',
    needs: [
      { of: WORKLOADS, verbs: ['get'], why: 'status, and what is changed' },
      { of: WORKLOADS, verbs: ['patch'], why: 'new revisions' },
      { of: [namespaced('apps', 'replicasets')], verbs: ['get', 'list'], why: 'revisions of deployments' },
      {
        of: [namespaced('apps', 'controllerrevisions')],
        verbs: ['get', 'list'],
        why: 'revisions of statefulsets and daemonsets',
        optional: true,
      },
    ],
  },
  {
    tool: 'kube_node',
    needs: [
      { of: [NODES], verbs: ['get', 'list', 'patch'], why: 'cordon, taint, label' },
      { of: [namespaced('', 'pods')], verbs: ['get', 'list'], why: 'what a drain evicts' },
      { of: [namespaced('', 'pods/eviction')], verbs: ['create'], why: 'drain' },
      { of: [namespaced('policy', 'poddisruptionbudgets')], verbs: ['list'], why: 'what blocks a drain' },
    ],
  },
  {
    tool: 'kube_run',
    needs: [
      { of: [namespaced('batch', 'jobs')], verbs: ['get', 'create'], why: 'the run' },
      { of: [namespaced('', 'pods')], verbs: ['list'], why: 'how it has ended' },
      { of: [namespaced('', 'pods/log')], verbs: ['get'], why: 'its output', optional: true },
    ],
  },
  {
    tool: 'kube_debug',
    needs: [
      { of: [namespaced('', 'pods')], verbs: ['get'], why: 'the pod, and how the command has ended' },
      {
        of: [namespaced('', 'pods/ephemeralcontainers')],
        verbs: ['patch'],
        why: 'containers in running pods',
        permission: 'exec',
      },
      {
        of: [namespaced('', 'pods')],
        verbs: ['create', 'delete'],
        why: 'copies of pods and pods on nodes, which are removed afterwards',
        permission: 'exec',
      },
      { of: [NODES], verbs: ['get'], why: 'whether a node exists', permission: 'exec' },
      { of: [namespaced('', 'pods/log')], verbs: ['get'], why: 'the output', optional: true },
      SURROUNDINGS,
    ],
  },
  {
    tool: 'kube_expose',
    needs: [
      { of: [...WORKLOADS, namespaced('', 'pods')], verbs: ['get'], why: 'what is exposed' },
      { of: [namespaced('', 'services')], verbs: ['get', 'create'], why: 'the service' },
    ],
  },
  { tool: 'kube_label', needs: [{ of: 'changed', verbs: ['get', 'list', 'patch'], why: PLANNED }] },
  { tool: 'kube_secret', needs: [{ of: SECRETS, verbs: ['get', 'create', 'patch'], why: 'secrets that it makes and rotates' }] },
  { tool: 'kube_configmap', needs: [{ of: [namespaced('', 'configmaps')], verbs: ['get', 'create', 'patch'], why: PLANNED }] },
  { tool: 'kube_copy', needs: [{ of: 'changed', verbs: ['get', 'create'], why: 'the original and the copy' }] },
  { tool: 'kube_batch', needs: [], given: 'what the tools of its calls need' },
  { tool: 'kube_confirm', needs: [], given: 'what the tool needs that made the plan' },
  { tool: 'kube_changes', needs: [], given: 'nothing: the journal is kept here' },
  { tool: 'kube_undo', needs: [{ of: 'changed', verbs: ['get', 'create', 'patch', 'delete'], why: 'what was there before' }] },
];
