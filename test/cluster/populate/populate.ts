import type { AdminClient } from '../client.ts';
import type { TestCluster } from '../test-cluster.ts';
import { populateBroken } from './broken.ts';
import { populateCrds } from './crds.ts';
import { populateFleet } from './fleet.ts';
import { populateIdentities } from './identities.ts';

/** Everything that a cluster can be filled with; each says in a few words what is there then. */
export const POPULATIONS = {
  fleet: async (cluster: TestCluster, client: AdminClient) => {
    const { namespaces, pods, nodes } = await populateFleet(cluster, client);
    return `${pods} pods in ${namespaces} namespaces on ${nodes} fake nodes`;
  },
  broken: async (cluster: TestCluster, client: AdminClient) => {
    const { namespace, symptoms } = await populateBroken(cluster, client);
    return `${symptoms} symptoms and their healthy neighbours in namespace ${namespace}`;
  },
  crds: async (_cluster: TestCluster, client: AdminClient) =>
    `${await populateCrds(client)} custom resource definitions with instances`,
  identities: async (cluster: TestCluster, client: AdminClient) =>
    `contexts ${Object.keys(await populateIdentities(cluster, client)).join(', ')}`,
} as const;

export type Population = keyof typeof POPULATIONS;

export const populate = (name: Population, cluster: TestCluster, client: AdminClient): Promise<string> =>
  POPULATIONS[name](cluster, client);
