import type { Permission } from '../../access/index.ts';
import { CHANGE_NEEDS } from './requirements-changes.ts';
import { CHANGED_BY_DEFAULT, READ_BY_DEFAULT, type RbacKind } from './requirements-kinds.ts';
import type { Need, RbacVerb, ToolNeeds } from './requirements-needs.ts';

/** One permission that a tool makes use of. */
export interface Requirement extends RbacKind {
  readonly tool: string;
  readonly verb: RbacVerb;
  /** What the tool does with it. */
  readonly why: string;
  /** True when the tool is of use without it, and says what it could not see. */
  readonly optional: boolean;
  /** What the operator must have granted besides. */
  readonly permission?: Permission | undefined;
}

const PODS: RbacKind = { group: '', resource: 'pods', namespaced: true };
const LOGS: RbacKind = { group: '', resource: 'pods/log', namespaced: true };
const EXEC: RbacKind = { group: '', resource: 'pods/exec', namespaced: true };
const FORWARD: RbacKind = { group: '', resource: 'pods/portforward', namespaced: true };
const SLICES: RbacKind = { group: 'discovery.k8s.io', resource: 'endpointslices', namespaced: true };
const NODES: RbacKind = { group: '', resource: 'nodes', namespaced: false };
const NAMESPACES: RbacKind = { group: '', resource: 'namespaces', namespaced: false };
/** events.k8s.io serves the same objects; kube_events turns to it only where a role has nothing else. */
const EVENTS: RbacKind = { group: '', resource: 'events', namespaced: true };
/** What has pods, and is asked for by its own name. */
const WITH_PODS: readonly RbacKind[] = [
  { group: '', resource: 'services', namespaced: true },
  { group: '', resource: 'replicationcontrollers', namespaced: true },
  { group: 'apps', resource: 'deployments', namespaced: true },
  { group: 'apps', resource: 'replicasets', namespaced: true },
  { group: 'apps', resource: 'statefulsets', namespaced: true },
  { group: 'apps', resource: 'daemonsets', namespaced: true },
  { group: 'batch', resource: 'jobs', namespaced: true },
  { group: 'batch', resource: 'cronjobs', namespaced: true },
];
const POD_METRICS: RbacKind = { group: 'metrics.k8s.io', resource: 'pods', namespaced: true };
const NODE_METRICS: RbacKind = { group: 'metrics.k8s.io', resource: 'nodes', namespaced: false };

/** A connection to a port is opened by GET, and since 1.35 that takes the right to create as well. */
const FORWARDING: readonly Need[] = [
  { of: [FORWARD], verbs: ['get', 'create'], why: 'connections to ports of pods', permission: 'port-forward' },
  { of: [PODS], verbs: ['get', 'list'], why: 'which pods are ready' },
  { of: WITH_PODS, verbs: ['get'], why: 'which pods a Service or a workload has', optional: true },
  { of: [SLICES], verbs: ['list'], why: 'which pods of a Service are ready', optional: true },
];

/** It is opened by GET, and since 1.35 that takes the right to create as well. */
function running(why: string): readonly Need[] {
  return [
    { of: [EXEC], verbs: ['get', 'create'], why, permission: 'exec' },
    { of: [PODS], verbs: ['get'], why: 'which container is the main one', optional: true },
  ];
}

const DISCOVERY = 'discovery and schemas, which system:discovery gives to everybody who is logged in';

/**
 * What each tool needs of RBAC, beside the registry: a tool without a row fails a test. Discovery, `/version`, `/readyz`
 * and questions about oneself need no row, since the default roles give them to everybody.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
 */
const TOOL_NEEDS: readonly ToolNeeds[] = [
  { tool: 'kube_get', needs: [{ of: 'read', verbs: ['get', 'list'], why: 'what is asked for' }], given: DISCOVERY },
  {
    tool: 'kube_describe',
    needs: [
      { of: 'read', verbs: ['get', 'list'], why: 'the object, and what surrounds it' },
      { of: [LOGS], verbs: ['get'], why: 'the last words of what crashed', optional: true },
    ],
    given: DISCOVERY,
  },
  {
    tool: 'kube_logs',
    needs: [
      { of: [LOGS], verbs: ['get'], why: 'logs' },
      { of: [PODS], verbs: ['get', 'list'], why: 'whose logs there are' },
      { of: WITH_PODS, verbs: ['get', 'list'], why: 'which pods a workload has', optional: true },
    ],
    given: DISCOVERY,
  },
  { tool: 'kube_events', needs: [{ of: [EVENTS], verbs: ['list'], why: 'events' }], given: DISCOVERY },
  {
    tool: 'kube_top',
    needs: [
      { of: [PODS, NODES], verbs: ['list'], why: 'what pods ask for and what nodes have' },
      { of: [POD_METRICS, NODE_METRICS], verbs: ['list'], why: 'what is used', optional: true },
    ],
    given: DISCOVERY,
  },
  { tool: 'kube_wait', needs: [{ of: 'read', verbs: ['get'], why: 'what is waited for' }], given: DISCOVERY },
  { tool: 'kube_kinds', needs: [], given: DISCOVERY },
  { tool: 'kube_explain', needs: [], given: DISCOVERY },
  {
    tool: 'kube_can_i',
    needs: [],
    given:
      'reviews of oneself, which system:basic-user gives to everybody who is logged in ' +
      '(not in this role: create on subjectaccessreviews.authorization.k8s.io, to ask about others)',
  },
  {
    tool: 'kube_clusters',
    needs: [
      {
        of: [NODES],
        verbs: ['get', 'list'],
        why: 'with probe: how many nodes are ready, and why others are not',
        optional: true,
      },
    ],
    given: '/version, /readyz and /livez, which system:public-info-viewer gives to everybody',
  },
  { tool: 'kube_exec', needs: running('commands in containers') },
  { tool: 'kube_cp', needs: running('tar in containers, by which files are copied') },
  { tool: 'kube_http', needs: FORWARDING, given: DISCOVERY },
  { tool: 'kube_port_forward', needs: FORWARDING, given: DISCOVERY },
  { tool: 'kube_use', needs: [{ of: [NAMESPACES], verbs: ['get'], why: 'whether a namespace exists', optional: true }] },
  ...CHANGE_NEEDS,
];

/**
 * The permissions of some tools.
 * @param kinds those that are to be read
 * @param changed those that are to be changed
 */
export function requirementsOf(
  tools: readonly { readonly name: string }[],
  kinds: readonly RbacKind[] = READ_BY_DEFAULT,
  changed: readonly RbacKind[] = CHANGED_BY_DEFAULT,
): Requirement[] {
  const names = new Set(tools.map((tool) => tool.name));
  return TOOL_NEEDS.filter(({ tool }) => names.has(tool)).flatMap(({ tool, needs }) =>
    needs.flatMap(({ of, verbs, why, optional = false, permission }) =>
      kindsOf(of, kinds, changed).flatMap(({ group, resource, namespaced }) =>
        verbs.map((verb): Requirement => ({ tool, verb, group, resource, namespaced, why, optional, permission })),
      ),
    ),
  );
}

function kindsOf(of: Need['of'], read: readonly RbacKind[], changed: readonly RbacKind[]): readonly RbacKind[] {
  if (of === 'read') return read;
  return of === 'changed' ? changed : of;
}

/** What tools make use of that no role has to give, by tool. */
export function givenAnyway(tools: readonly { readonly name: string }[]): ReadonlyMap<string, string> {
  const names = new Set(tools.map((tool) => tool.name));
  return new Map(
    TOOL_NEEDS.flatMap(({ tool, given }) => (given !== undefined && names.has(tool) ? [[tool, given] as const] : [])),
  );
}

/** True when somebody has thought about what a tool needs. */
export function hasRequirements(tool: string): boolean {
  return TOOL_NEEDS.some((entry) => entry.tool === tool);
}
