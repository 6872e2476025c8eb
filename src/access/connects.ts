import { isRead, type ResourceRequest } from '../kubernetes/index.ts';
import type { Permission } from './policy.ts';

/** A subresource that does something in the world, by whatever method it is reached. */
interface Doing {
  readonly subresource: string;
  readonly permission: Permission;
  readonly reason: string;
}

/**
 * Subresources that open a connection. They are no reads even by GET, and the API server knows no dry run of them.
 * They count for every resource: `pods/exec`, `services/proxy`, and the like of aggregated APIs.
 */
const CONNECTS: readonly Doing[] = [
  { subresource: 'exec', permission: 'exec', reason: 'a command runs in the container' },
  { subresource: 'attach', permission: 'attach', reason: 'a running process gets input' },
  { subresource: 'portforward', permission: 'port-forward', reason: 'a port of the pod is opened here' },
  { subresource: 'proxy', permission: 'proxy', reason: 'any request reaches the pod, the service or the kubelet' },
  { subresource: 'console', permission: 'exec', reason: 'KubeVirt: a terminal of the virtual machine' },
  { subresource: 'vnc', permission: 'exec', reason: 'KubeVirt: screen and keyboard of the virtual machine' },
  { subresource: 'usbredir', permission: 'exec', reason: 'KubeVirt: a device is plugged into the virtual machine' },
];

/** Changes that are stored like others, but that need a permission besides. */
const GRANTED_CHANGES: readonly Doing[] = [
  { subresource: 'ephemeralcontainers', permission: 'exec', reason: 'a container of choice starts inside the running pod' },
];

/** Kinds that decide who may do what, or what is let in: whoever changes them can give himself every other right. */
const ESCALATING: readonly { readonly group: string; readonly resources: readonly string[]; readonly reason: string }[] = [
  {
    group: 'rbac.authorization.k8s.io',
    resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
    reason: 'rights are granted by it',
  },
  {
    group: 'admissionregistration.k8s.io',
    resources: [
      'validatingwebhookconfigurations',
      'mutatingwebhookconfigurations',
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
      'mutatingadmissionpolicies',
      'mutatingadmissionpolicybindings',
    ],
    reason: 'what the cluster admits is decided by it, and every object passes it',
  },
  { group: 'apiregistration.k8s.io', resources: ['apiservices'], reason: 'a part of the API is served by what it names' },
  { group: 'certificates.k8s.io', resources: ['certificatesigningrequests'], reason: 'certificates are logins' },
  {
    group: 'security.openshift.io',
    resources: ['securitycontextconstraints'],
    reason: 'OpenShift: what pods may do to their node',
  },
];

/** Issues a login, whatever the account may do. */
const TOKENS = { resource: 'serviceaccounts', subresource: 'token', reason: 'a token is a login as the account' } as const;

/** Changes that happen though a dry run is asked for. */
const REAL_IN_DRY_RUN: readonly { readonly resource: string; readonly subresource: string; readonly reason: string }[] = [
  { resource: 'serviceaccounts', subresource: 'token', reason: 'the token is issued all the same' },
];

/** What the request opens, or undefined when it is an ordinary one. */
export function connectOf(request: ResourceRequest): Doing | undefined {
  const name = firstPart(request.subresource);
  return CONNECTS.find(({ subresource }) => subresource === name);
}

/** The permission that a request needs besides its verb. */
export function grantNeededBy(request: ResourceRequest): Doing | undefined {
  const connect = connectOf(request);
  if (connect !== undefined) return connect;
  if (isRead(request)) return undefined;
  const name = firstPart(request.subresource);
  return GRANTED_CHANGES.find(({ subresource }) => subresource === name) ?? escalationBy(request);
}

/** The permission to escalate where a change needs it. */
function escalationBy({ group, resource, subresource = '' }: ResourceRequest): Doing | undefined {
  const isToken = resource === TOKENS.resource && firstPart(subresource) === TOKENS.subresource;
  const reason = isToken
    ? TOKENS.reason
    : ESCALATING.find((entry) => entry.group === group && entry.resources.includes(resource))?.reason;
  return reason === undefined ? undefined : { subresource, permission: 'escalate', reason };
}

/** Why a dry run of the request would be none. */
export function realDespiteDryRun(request: ResourceRequest): string | undefined {
  const connect = connectOf(request);
  if (connect !== undefined) return connect.reason;
  const name = firstPart(request.subresource);
  return REAL_IN_DRY_RUN.find(({ resource, subresource }) => resource === request.resource && subresource === name)?.reason;
}

/** True when answering it may change something, here or there. */
export function isMutating(request: ResourceRequest): boolean {
  return connectOf(request) !== undefined || !isRead(request);
}

function firstPart(subresource: string | undefined): string | undefined {
  return subresource?.split('/')[0];
}
