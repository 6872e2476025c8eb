import { addTokenContexts } from '../kubeconfig.ts';
import type { AdminClient } from '../client.ts';
import { at } from '../objects.ts';
import type { TestCluster } from '../test-cluster.ts';
import { until } from '../wait.ts';
import { ensureAll, ensureNamespace, type NewObject } from './new-objects.ts';

/** Somebody who may do less than the administrator. */
export type Identity = {
  /** Name of the context in the kubeconfig, where the cluster is our own. */
  readonly name: string;
  /** As the API server's authorisation sees them. */
  readonly user: string;
  readonly token: string;
  /** The namespace that the context starts in. */
  readonly namespace: string;
};

const HOME = 'identities';

/** The namespace that `pod-lister` may list pods in, and nothing else. */
const LISTED = 'default';

type Check = { readonly verb: string; readonly resource: string; readonly namespace?: string };

/** Who there is, and one thing each that shows their rights are in force. */
const ROWS = [
  { name: 'viewer', namespace: 'default', may: { verb: 'list', resource: 'configmaps' } },
  { name: 'nobody', namespace: 'default', may: undefined },
  { name: 'pod-lister', namespace: LISTED, may: { verb: 'list', resource: 'pods', namespace: LISTED } },
] as const satisfies readonly { name: string; namespace: string; may: Check | undefined }[];

export type Identities = Readonly<Record<(typeof ROWS)[number]['name'], Identity>>;

const userOf = (name: string): string => `system:serviceaccount:${HOME}:${name}`;

const RBAC = 'rbac.authorization.k8s.io';

const subjects = (name: string) => [{ kind: 'ServiceAccount', name, namespace: HOME }];

const OBJECTS: readonly NewObject[] = [
  ...ROWS.map(({ name }): NewObject => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: HOME } })),
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'fairlead-viewer' },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' },
    subjects: subjects('viewer'),
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'list-pods', namespace: LISTED },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'list-pods', namespace: LISTED },
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'list-pods' },
    subjects: subjects('pod-lister'),
  },
];

/** Asks the API server; its authoriser learns of a new binding a moment after the binding exists, and that cannot be watched. */
async function isAllowed(client: AdminClient, user: string, may: Check): Promise<boolean> {
  const review = await client.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, groups: ['system:serviceaccounts', 'system:authenticated'], resourceAttributes: may },
  });
  return at(review, 'status', 'allowed') === true;
}

async function issueToken(client: AdminClient, name: string): Promise<string> {
  const answer = await client.post(`/api/v1/namespaces/${HOME}/serviceaccounts/${name}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    // A test cluster of a developer stays up for weeks.
    spec: { expirationSeconds: 365 * 24 * 3600 },
  });
  const token = at(answer, 'status', 'token');
  if (typeof token !== 'string') throw new Error(`the API server gave no token for ${name}`);
  return token;
}

/**
 * Makes ServiceAccounts of few rights and waits until their rights are in force: `viewer` (ClusterRole view everywhere),
 * `nobody` (nothing), `pod-lister` (may list pods in namespace default). In our own kubeconfig each gets a context of its name.
 */
export async function populateIdentities(cluster: TestCluster, client: AdminClient): Promise<Identities> {
  await ensureNamespace(client, HOME);
  await ensureAll(client, OBJECTS);
  const identities = await Promise.all(
    ROWS.map(async ({ name, namespace, may }): Promise<Identity> => {
      const user = userOf(name);
      if (may !== undefined) await until(`${name} may ${may.verb} ${may.resource}`, () => isAllowed(client, user, may), 20_000);
      return { name, user, token: await issueToken(client, name), namespace };
    }),
  );
  if (cluster.isOwn) await addTokenContexts(identities);
  return Object.fromEntries(identities.map((identity) => [identity.name, identity])) as Identities;
}
