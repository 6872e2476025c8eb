import { AGE, NAME, printer, text, wide, type Column } from './column.ts';

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Binding {
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
}

/** @param of what the binding is called in the description */
const subjects = (name: string, kind: string, of: string, write: (subject: Subject) => string): Column<Binding> =>
  wide(
    text(name, `${name} in the ${of}`, ({ subjects = [] }) =>
      subjects
        .filter((subject) => subject.kind === kind)
        .map(write)
        .join(', '),
    ),
  );

/** @param name what the binding is called in descriptions, @param roles what its role can be */
const binding = (name: string, roles: string) =>
  printer<Binding>([
    NAME,
    text(
      'Role',
      `RoleRef can ${roles} in the global namespace. If the RoleRef cannot be resolved, the Authorizer must return an error.`,
      ({ roleRef }) => `${roleRef?.kind ?? ''}/${roleRef?.name ?? ''}`,
    ),
    AGE,
    subjects('Users', 'User', name, (subject) => subject.name),
    subjects('Groups', 'Group', name, (subject) => subject.name),
    subjects('ServiceAccounts', 'ServiceAccount', name, (subject) => `${subject.namespace ?? ''}/${subject.name}`),
  ]);

export const ROLE_BINDING = binding('roleBinding', 'reference a Role in the current namespace or a ClusterRole');
export const CLUSTER_ROLE_BINDING = binding('clusterRoleBinding', 'only reference a ClusterRole');
