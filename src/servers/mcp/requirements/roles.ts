import type { RbacKind } from './kinds.ts';
import type { Requirement } from './requirements.ts';

/** One rule of a role, and what it is for. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
  /** By tool, in the order of the requirements: what it does with the rule. */
  readonly uses: readonly { readonly tool: string; readonly why: string }[];
}

/** What an identity must be given. */
export interface Grants {
  /** For a ClusterRole that is bound everywhere. */
  readonly everywhere: readonly RoleRule[];
  /** For a Role in each of these namespaces. */
  readonly within?: { readonly namespaces: readonly string[]; readonly rules: readonly RoleRule[] } | undefined;
}

/**
 * The least that gives all of the requirements. With namespaces, what is in a namespace is granted there only, and the
 * ClusterRole keeps what has no namespace.
 */
export function grantsFor(requirements: readonly Requirement[], namespaces?: readonly string[]): Grants {
  if (namespaces === undefined) return { everywhere: rulesOf(requirements) };
  const isNamespaces = ({ group, resource }: RbacKind): boolean => group === '' && resource === 'namespaces';
  const clusterWide = requirements.filter((requirement) => !requirement.namespaced && !isNamespaces(requirement));
  // A list cannot be granted by name, so that of all namespaces is left out: only these few can be read.
  const own = requirements.filter((requirement) => isNamespaces(requirement) && requirement.verb === 'get');
  return {
    everywhere: [...rulesOf(clusterWide), ...rulesOf(own).map((rule) => Object.assign(rule, { resourceNames: namespaces }))],
    within: { namespaces, rules: rulesOf(requirements.filter(({ namespaced }) => namespaced)) },
  };
}

/** Requirements with the same group, verbs and uses are one rule. */
function rulesOf(requirements: readonly Requirement[]): RoleRule[] {
  const permissions = Map.groupBy(requirements, ({ group, resource }) => `${group}/${resource}`);
  const single = [...permissions.values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    const uses = [...Map.groupBy(of, ({ tool }) => tool)].map(([tool, own]) => ({
      tool,
      why: [...new Set(own.map(({ why }) => why))].join('; '),
    }));
    return [{ group: first.group, resource: first.resource, verbs: [...new Set(of.map(({ verb }) => verb))].toSorted(), uses }];
  });
  return [...Map.groupBy(single, ({ group, verbs, uses }) => JSON.stringify([group, verbs, uses])).values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    const { group, verbs, uses } = first;
    return [{ apiGroups: [group], resources: of.map(({ resource }) => resource), verbs, uses }];
  });
}
