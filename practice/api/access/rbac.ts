import type { KubeObject, Store } from '../../model.ts';
import { isPath, type Attributes, type Authorizer } from './attributes.ts';
import { ADMIN_GROUP, type User } from './identity.ts';

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Binding extends KubeObject {
  readonly subjects?: readonly Subject[];
  readonly roleRef: { readonly kind: string; readonly name: string };
}

/** What names a role, in the namespace of which a Role is looked for. */
export type RoleBinding = Pick<Binding, 'roleRef'> & { readonly metadata: { readonly namespace?: string } };

/** A rule that holds for somebody, and the binding that it comes from. */
export interface GrantedRule {
  readonly rule: PolicyRule;
  readonly from: string;
}

export const GROUP = 'rbac.authorization.k8s.io';
const ANY = '*';

/** Role-based access control over the roles and bindings of the store. */
export const rbacAuthorizer =
  (store: Store): Authorizer =>
  (user, wanted) => {
    if (user.groups.includes(ADMIN_GROUP)) return { allowed: true, reason: '' };
    const namespace = isPath(wanted) ? undefined : wanted.namespace;
    for (const { rule, from } of rulesFor(store, user, namespace)) {
      if (allows(rule, wanted)) return { allowed: true, reason: `RBAC: allowed by ${from}` };
    }
    return { allowed: false, reason: '' };
  };

/** All rules that hold for somebody in the cluster and, where one is given, in a namespace. */
export function rulesFor(store: Store, user: User, namespace?: string): readonly GrantedRule[] {
  const cluster = store.list(`clusterrolebindings.${GROUP}`) as readonly Binding[];
  const local = namespace === undefined ? [] : (store.list(`rolebindings.${GROUP}`, namespace) as readonly Binding[]);
  return [...cluster, ...local].flatMap((binding) => {
    const subject = binding.subjects?.find((subject) => isMeant(subject, user, binding.metadata.namespace));
    if (subject === undefined) return [];
    return rulesOf(store, binding).map((rule) => ({ rule, from: describe(binding, subject) }));
  });
}

function isMeant({ kind, name, namespace }: Subject, user: User, home: string | undefined): boolean {
  switch (kind) {
    case 'User':
      return name === user.name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount':
      return user.name === `system:serviceaccount:${namespace ?? home}:${name}`;
    default:
      return false;
  }
}

/** The rules of the role that a binding names, none where there is no such role. */
export const rulesOf = (store: Store, binding: RoleBinding): readonly PolicyRule[] =>
  (roleOf(store, binding)?.['rules'] ?? []) as readonly PolicyRule[];

export const roleOf = (store: Store, { roleRef, metadata }: RoleBinding): KubeObject | undefined =>
  roleRef.kind === 'ClusterRole'
    ? store.get(`clusterroles.${GROUP}`, undefined, roleRef.name)
    : store.get(`roles.${GROUP}`, metadata.namespace, roleRef.name);

function describe({ kind, metadata, roleRef }: Binding, subject: Subject): string {
  const name = metadata.namespace === undefined ? metadata.name : `${metadata.name}/${metadata.namespace}`;
  const whom = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace ?? metadata.namespace}` : subject.name;
  return `${kind} "${name}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${whom}"`;
}

export function allows(rule: PolicyRule, wanted: Attributes): boolean {
  if (!has(rule.verbs, wanted.verb)) return false;
  if (isPath(wanted)) return (rule.nonResourceURLs ?? []).some((url) => isUnder(url, wanted.path));
  const { group, resource, subresource, name } = wanted;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  const names = rule.resourceNames ?? [];
  return (
    has(rule.apiGroups, group) &&
    (has(rule.resources, full) || (subresource !== undefined && rule.resources?.includes(`*/${subresource}`) === true)) &&
    (names.length === 0 || (name !== undefined && names.includes(name)))
  );
}

const has = (list: readonly string[] = [], wanted: string): boolean => list.includes(ANY) || list.includes(wanted);

const isUnder = (url: string, path: string): boolean => url === path || (url.endsWith(ANY) && path.startsWith(url.slice(0, -1)));
