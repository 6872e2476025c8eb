import type { Grants, RoleRule } from '../../servers/mcp/index.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Who gets the rights. */
export interface RbacSubject {
  readonly kind: 'ServiceAccount' | 'User' | 'Group';
  readonly name: string;
  /** Of a ServiceAccount. */
  readonly namespace?: string;
}

/** An object to apply: its head as data, its rules with what each is for. */
export interface RbacObject {
  readonly head: {
    readonly apiVersion: string;
    readonly kind: 'ServiceAccount' | 'ClusterRole' | 'Role' | 'ClusterRoleBinding' | 'RoleBinding';
    readonly metadata: { readonly name: string; readonly namespace?: string };
  };
  readonly rules?: readonly RoleRule[];
  readonly binds?: { readonly role: 'ClusterRole' | 'Role'; readonly subject: RbacSubject };
}

/** Everything to apply, so that one `kubectl apply` makes an identity with exactly the grants. */
export function rbacObjects(grants: Grants, name: string, subject: RbacSubject): RbacObject[] {
  const objects: RbacObject[] = [];
  if (subject.kind === 'ServiceAccount') {
    const metadata = { name: subject.name, namespace: subject.namespace ?? 'default' };
    objects.push({ head: { apiVersion: 'v1', kind: 'ServiceAccount', metadata } });
  }
  const add = (role: 'ClusterRole' | 'Role', rules: readonly RoleRule[], namespace?: string): void => {
    if (rules.length === 0) return;
    const metadata = { name, ...(namespace !== undefined && { namespace }) };
    const apiVersion = `${GROUP}/v1`;
    objects.push({ head: { apiVersion, kind: role, metadata }, rules });
    objects.push({ head: { apiVersion, kind: `${role}Binding`, metadata }, binds: { role, subject } });
  };
  add('ClusterRole', grants.everywhere);
  for (const namespace of grants.within?.namespaces ?? []) add('Role', grants.within?.rules ?? [], namespace);
  return objects;
}

/** The object as the API server takes it. */
export function manifestOf({ head, rules, binds }: RbacObject): object {
  return {
    ...head,
    ...(rules !== undefined && {
      rules: rules.map(({ apiGroups, resources, verbs, resourceNames }) => ({
        apiGroups,
        resources,
        verbs,
        ...(resourceNames !== undefined && { resourceNames }),
      })),
    }),
    ...(binds !== undefined && {
      roleRef: { apiGroup: GROUP, kind: binds.role, name: head.metadata.name },
      subjects: [binds.subject.kind === 'ServiceAccount' ? binds.subject : { apiGroup: GROUP, ...binds.subject }],
    }),
  };
}

/** The same as YAML, with a comment above each rule that says which tool does what with it. */
export function yamlOf(object: RbacObject): string {
  const { head, rules = [] } = object;
  const { rules: _, ...rest } = manifestOf(object) as Record<string, unknown>;
  const lines = yamlLines(rest, '');
  if (object.rules !== undefined) lines.push('rules:');
  for (const rule of rules) {
    lines.push(`  # ${rule.uses.map(({ tool, why }) => `${tool}: ${why}`).join(' · ')}`);
    lines.push(`  - apiGroups: ${listOf(rule.apiGroups)}`, `    resources: ${listOf(rule.resources)}`);
    if (rule.resourceNames !== undefined) lines.push(`    resourceNames: ${listOf(rule.resourceNames)}`);
    lines.push(`    verbs: ${listOf(rule.verbs)}`);
  }
  return `# ${head.kind} ${head.metadata.namespace === undefined ? '' : `${head.metadata.namespace}/`}${head.metadata.name}\n${lines.join('\n')}`;
}

/** Maps of maps, texts and lists of maps: all that these objects are made of. */
function yamlLines(map: Readonly<Record<string, unknown>>, indent: string): string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    if (typeof value === 'string') return [`${indent}${key}: ${scalar(value)}`];
    if (!Array.isArray(value)) return [`${indent}${key}:`, ...yamlLines(value as Record<string, unknown>, `${indent}  `)];
    const items = value.flatMap((item) => {
      const [first = '', ...others] = yamlLines(item as Record<string, unknown>, `${indent}    `);
      return [`${indent}  - ${first.trimStart()}`, ...others];
    });
    return [`${indent}${key}:`, ...items];
  });
}

function listOf(texts: readonly string[]): string {
  return `[${texts.map(scalar).join(', ')}]`;
}

/** A JSON string is one of YAML too; plain words need no quotes. */
function scalar(text: string): string {
  return /^[a-zA-Z][\w./-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text) ? text : JSON.stringify(text);
}
