import { readFile } from 'node:fs/promises';
import { createAdminClient, type Access, type AdminClient } from './client.ts';
import { down, up } from './cluster.ts';
import { checkExternalCluster } from './external.ts';
import { CA_FILE, credentials } from './pki.ts';
import { KUBECONFIG_FILE } from './state.ts';
import { SERVER } from './kubeconfig.ts';
import { BUSYBOX_IMAGE } from './settings.ts';

/** A cluster to test against, and what can be expected of it. */
export type TestCluster = {
  /** Path of a kubeconfig whose current context is an administrator. */
  readonly kubeconfig: string;
  readonly context: string;
  /** `https://host:port` */
  readonly server: string;
  readonly caFile: string;
  readonly access: Access;
  /** Started by this folder: a test may stop parts of it. False for a cluster of `FAIRLEAD_TEST_KUBECONFIG`. */
  readonly isOwn: boolean;
  /** At least one node runs real containers: logs, exec, port-forward and Services work. */
  readonly hasNode: boolean;
  /** metrics.k8s.io is served, or will be within a minute: see `metricsReady`. */
  readonly hasMetrics: boolean;
  /** kwok is there to play nodes: see `populateFleet`. */
  readonly hasFakeNodes: boolean;
  /** An image with sh, nc and httpd that the real node has or can pull. */
  readonly image: string;
};

async function own(): Promise<TestCluster | undefined> {
  const state = await up();
  if (state === undefined) return undefined;
  const { cert, key } = credentials('admin');
  const access = {
    server: SERVER,
    ca: await readFile(CA_FILE, 'utf8'),
    cert: await readFile(cert, 'utf8'),
    key: await readFile(key, 'utf8'),
  };
  const { hasNode, hasMetrics, hasFakeNodes } = state;
  const place = { kubeconfig: KUBECONFIG_FILE, context: 'fairlead-test', server: SERVER, caFile: CA_FILE, access };
  return { ...place, isOwn: true, hasNode, hasMetrics, hasFakeNodes, image: BUSYBOX_IMAGE };
}

async function external(kubeconfig: string): Promise<TestCluster> {
  const found = await checkExternalCluster(kubeconfig);
  return { ...found, server: found.access.server, isOwn: false, image: 'docker.io/library/busybox:1.37' };
}

/** The cluster named by `FAIRLEAD_TEST_KUBECONFIG`, if one is. */
export const externalKubeconfig = (): string | undefined => process.env['FAIRLEAD_TEST_KUBECONFIG'] || undefined;

/**
 * The cluster to test against, brought up when it is not. `undefined`, with one loud line on stderr, where this machine
 * cannot run one; an error in that case under `FAIRLEAD_REQUIRE_CLUSTER=1`.
 */
export function ensureCluster(): Promise<TestCluster | undefined> {
  const kubeconfig = externalKubeconfig();
  return kubeconfig === undefined ? own() : external(kubeconfig);
}

/** Stops the machine's own cluster and removes every trace of it; leaves a cluster of somebody else alone. */
export async function stopCluster(): Promise<void> {
  if (externalKubeconfig() === undefined) await down();
}

/** A client with the administrator's rights; close it when done. */
export const adminClient = (cluster: TestCluster): AdminClient => createAdminClient(cluster.access);
