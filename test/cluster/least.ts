/** An account that has what `fairlead rbac` prints and nothing else, and what happens when it has less. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runCli } from '../support/command.ts';
import { at } from './objects.ts';
import type { AdminClient } from './client.ts';
import type { TestCluster } from './test-cluster.ts';
import { until } from './wait.ts';

/** Where objects of these kinds are created. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  ServiceAccount: '/api/v1/namespaces/default/serviceaccounts',
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ClusterRoleBinding: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
};

/** How long the authoriser may take to learn of a changed role, in milliseconds. */
const PATIENCE = 20_000;

/** One thing that a role allows. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  /** The plural, with its subresource: `pods/log`. */
  readonly resource: string;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules?: readonly Rule[];
}

export interface LeastAccount {
  /** Of the account: its context is `least`. */
  readonly kubeconfig: string;
  /** Takes one right away for as long as `work` runs. */
  without(right: Right, work: () => Promise<void>): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Makes the account that `fairlead rbac` prints.
 * @param flags what it is asked for
 * @param rights what the account must have before anybody goes on
 */
export async function leastAccount(
  cluster: TestCluster,
  admin: AdminClient,
  options: { readonly name: string; readonly flags: readonly string[]; readonly rights: readonly Right[] },
): Promise<LeastAccount> {
  const { name, flags, rights } = options;
  const printed = JSON.parse((await runCli(['rbac', '--name', name, '--json', ...flags])).stdout) as {
    readonly items: readonly Manifest[];
  };
  const rules = printed.items.find(({ kind }) => kind === 'ClusterRole')?.rules ?? [];
  const setRules = (changed: readonly Rule[]): Promise<unknown> =>
    admin.patch(`${COLLECTIONS['ClusterRole']}/${name}`, { rules: changed });
  for (const item of printed.items) await admin.ensure(COLLECTIONS[item.kind] ?? '', item);
  // One of an earlier run may have other rules.
  await setRules(rules);
  for (const right of rights) await until(`${name} may ${right.verb} ${right.resource}`, () => may(admin, name, right), PATIENCE);
  const issued = await admin.post(`${COLLECTIONS['ServiceAccount']}/${name}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3600 },
  });
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const kubeconfig = join(folder, 'config');
  await writeFile(kubeconfig, kubeconfigOf(cluster, at(issued, 'status', 'token')), { mode: 0o600 });
  return {
    kubeconfig,
    async without(right, work) {
      const { verb, resource } = right;
      await setRules(rulesWithout(rules, right));
      try {
        await until(`${verb} ${resource} is taken away`, async () => !(await may(admin, name, right)), PATIENCE);
        await work();
      } finally {
        await setRules(rules);
        await until(`${verb} ${resource} is given back`, () => may(admin, name, right), PATIENCE);
      }
    },
    async remove() {
      await rm(folder, { recursive: true });
      for (const collection of Object.values(COLLECTIONS)) await admin.delete(`${collection}/${name}`).catch(() => undefined);
    },
  };
}

/** Asks the authoriser, which learns of a changed role a moment after it has changed. */
async function may(admin: AdminClient, name: string, { verb, group, resource }: Right): Promise<boolean> {
  const [plural, subresource] = resource.split('/');
  const review = await admin.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:default:${name}`,
      groups: ['system:serviceaccounts', 'system:authenticated'],
      resourceAttributes: { verb, group, resource: plural, ...(subresource !== undefined && { subresource }) },
    },
  });
  return at(review, 'status', 'allowed') === true;
}

function rulesWithout(rules: readonly Rule[], { verb, group, resource }: Right): Rule[] {
  return rules.flatMap((rule): Rule[] => {
    if (!rule.apiGroups.includes(group) || !rule.resources.includes(resource)) return [rule];
    const others = rule.resources.filter((each) => each !== resource);
    const verbs = rule.verbs.filter((each) => each !== verb);
    return [
      ...(others.length === 0 ? [] : [{ ...rule, resources: others }]),
      ...(verbs.length === 0 ? [] : [{ ...rule, resources: [resource], verbs }]),
    ];
  });
}

function kubeconfigOf({ server, caFile }: TestCluster, token: unknown): string {
  return JSON.stringify({
    'current-context': 'least',
    clusters: [{ name: 'least', cluster: { server, 'certificate-authority': caFile } }],
    contexts: [{ name: 'least', context: { cluster: 'least', user: 'least' } }],
    users: [{ name: 'least', user: { token } }],
  });
}
