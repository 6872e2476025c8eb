import type { DraftObject, ServedKind, Store } from '../../model.ts';
import { notFound, StatusError } from '../../status.ts';
import type { Attributes, Authorizer } from './attributes.ts';
import type { User } from './identity.ts';
import { allows, GROUP, roleOf, rulesFor, rulesOf, type PolicyRule, type RoleBinding } from './rbac.ts';

/** Who writes, and what they may do. */
export interface Granter {
  readonly store: Store;
  readonly user: User;
  readonly authorize: Authorizer;
}

/** One right: what a rule allows, taken apart. */
type Right = Attributes;

/**
 * Nobody gives away by a role, or by binding one, what they may not do themselves, unless they may `escalate` or `bind`.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 * @throws StatusError (403; 404 when the role that is bound is not there)
 */
export function checkGrant({ store, user, authorize }: Granter, kind: ServedKind, object: DraftObject): void {
  if (kind.group !== GROUP) return;
  const { plural } = kind;
  const { name = '', namespace } = object.metadata ?? {};
  const binding = plural.endsWith('bindings') ? (object as unknown as RoleBinding) : undefined;
  const role = binding?.roleRef.name ?? name;
  const resource = binding === undefined ? plural : binding.roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  const verb = binding === undefined ? 'escalate' : 'bind';
  if (authorize(user, { verb, group: GROUP, resource, namespace, name: role }).allowed) return;
  if (binding !== undefined && roleOf(store, binding) === undefined) throw notFound({ group: GROUP, plural, name: role });
  const held = rulesFor(store, user, namespace).map(({ rule }) => rule);
  const given = binding === undefined ? ((object['rules'] ?? []) as readonly PolicyRule[]) : rulesOf(store, binding);
  const missing = given.flatMap(rightsOf).filter((right) => !held.some((rule) => allows(rule, right)));
  if (missing.length === 0) return;
  const groups = user.groups.map((group) => JSON.stringify(group)).join(' ');
  const who = `user ${JSON.stringify(user.name)} (groups=[${groups}])`;
  const what = `is attempting to grant RBAC permissions not currently held:\n${told(missing).join('\n')}`;
  throw new StatusError(403, 'Forbidden', `${plural}.${GROUP} "${name}" is forbidden: ${who} ${what}`, {
    name,
    group: GROUP,
    kind: plural,
  });
}

function rightsOf({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): readonly Right[] {
  const names = resourceNames.length === 0 ? [undefined] : resourceNames;
  return verbs.flatMap((verb): readonly Right[] => [
    ...nonResourceURLs.map((path) => ({ verb, path })),
    ...apiGroups.flatMap((group) =>
      resources.flatMap((full) => {
        const [resource = '', subresource] = full.split('/', 2);
        return names.map((name) => ({ verb, group, resource, subresource, name }));
      }),
    ),
  ]);
}

/** A line for each thing with the verbs that are missing, as Go prints a rule. */
function told(rights: readonly Right[]): readonly string[] {
  const list = (texts: readonly string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
  const thing = (right: Right): string => {
    if ('path' in right) return `NonResourceURLs:${list([right.path])}`;
    const { group, resource, subresource, name } = right;
    const full = subresource === undefined ? resource : `${resource}/${subresource}`;
    return `APIGroups:${list([group])}, Resources:${list([full])}${name === undefined ? '' : `, ResourceNames:${list([name])}`}`;
  };
  return [...Map.groupBy(rights, thing)]
    .map(([what, these]) => `{${what}, Verbs:${list([...new Set(these.map(({ verb }) => verb))].toSorted())}}`)
    .toSorted();
}
