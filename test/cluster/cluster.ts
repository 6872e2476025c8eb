import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { createAdminClient, type AdminClient } from './client.ts';
import { CONTROL_PLANE_BINARIES, ensureControlPlane, stopControlPlane, type ControlPlaneBinaries } from './control-plane.ts';
import { ensureFakeNodes, stopFakeNodes } from './fake-nodes.ts';
import { ensureMetrics, stopMetrics } from './metrics.ts';
import { ensureContainerRuntime, ensureNode, NODE_BINARIES, stopNode, type NodeBinaries } from './node.ts';
import { ensureNodeNetwork, hasKubeChains, isForwarding, removeKubeChains, removeNodeNetwork, setForwarding } from './network.ts';
import { ensurePackages, which } from './packages.ts';
import { endLeftovers, running } from './processes.ts';
import { findBinaries, findBinary } from './binaries.ts';
import { isRoot, LAYOUT, STATE_FOLDER } from './settings.ts';
import { CA_FILE, credentials } from './pki.ts';
import { leaveOut, say } from './say.ts';
import {
  foreignOwner,
  linkInBinFolder,
  openStateFolder,
  readState,
  removeStateFolder,
  writeState,
  type ClusterState,
} from './state.ts';
import { SERVER } from './kubeconfig.ts';
import { withLock } from './lock.ts';

/** What can be started on this machine. */
type Plan = {
  readonly controlPlane: ControlPlaneBinaries;
  readonly node: NodeBinaries | undefined;
  readonly metrics: string | undefined;
  readonly kwok: string | undefined;
  /** For people; the tests do without. */
  readonly kubectl: string | undefined;
};

const locked = <T>(work: () => Promise<T>): Promise<T> =>
  withLock('cluster', work, () => say('waiting for another command that works on the cluster'));

/** A client of the administrator of the cluster that this machine runs. */
export async function openLocalClient(): Promise<AdminClient> {
  const { cert, key } = credentials('admin');
  const [ca, certText, keyText] = await Promise.all([CA_FILE, cert, key].map((file) => readFile(file, 'utf8')));
  if (certText === undefined || keyText === undefined) throw new Error('the administrator has no certificate');
  return createAdminClient({ server: SERVER, ca, cert: certText, key: keyText });
}

async function planNode(ownsKubeChains: boolean): Promise<NodeBinaries | undefined> {
  if (!isRoot) {
    leaveOut('the real node and metrics', 'they need root');
    return undefined;
  }
  if (!ownsKubeChains && (await hasKubeChains())) {
    leaveOut('the real node and metrics', 'another Kubernetes has its iptables chains on this machine');
    return undefined;
  }
  const missing = await ensurePackages();
  if (missing.length > 0) {
    leaveOut('the real node and metrics', `missing: ${missing.join(', ')}`);
    return undefined;
  }
  const binaries = await findBinaries(NODE_BINARIES);
  if (binaries === undefined)
    leaveOut('the real node and metrics', 'kubelet and kube-proxy are not built and there is no Go to build them');
  return binaries;
}

async function plan(state: ClusterState | undefined): Promise<Plan | undefined> {
  if (platform() !== 'linux') {
    leaveOut('THE TEST CLUSTER', 'it needs Linux; FAIRLEAD_TEST_KUBECONFIG may name another cluster');
    return undefined;
  }
  const controlPlane = await findBinaries(CONTROL_PLANE_BINARIES);
  if (controlPlane === undefined) {
    leaveOut('THE TEST CLUSTER', 'its programs are neither in KUBEBUILDER_ASSETS nor built, and there is no Go to build them');
    return undefined;
  }
  const node = await planNode(state?.ownsKubeChains ?? false);
  if ((await which('openssl')) === undefined) {
    leaveOut('THE TEST CLUSTER', 'openssl is missing');
    return undefined;
  }
  const kwok = await findBinary('kwok');
  if (kwok === undefined) leaveOut('fake nodes', 'kwok is not built and there is no Go to build it');
  const metrics = node === undefined ? undefined : await findBinary('metrics-server');
  if (node !== undefined && metrics === undefined)
    leaveOut('metrics', 'metrics-server is not built and there is no Go to build it');
  return { controlPlane, node, metrics, kwok, kubectl: await findBinary('kubectl') };
}

const fingerprint = (plan: Plan): string =>
  createHash('sha256')
    .update(JSON.stringify([LAYOUT, isRoot, plan]))
    .digest('hex')
    .slice(0, 16);

async function start(plan: Plan, state: ClusterState): Promise<void> {
  // Written before anything starts, so that `down` knows what to clean up even if this process dies.
  await writeState(state);
  if (plan.kubectl !== undefined) await linkInBinFolder('kubectl', plan.kubectl);
  if (isRoot) await ensureNodeNetwork();
  await Promise.all([
    ensureControlPlane(plan.controlPlane, openLocalClient),
    plan.node === undefined ? undefined : ensureContainerRuntime(),
  ]);
  const client = await openLocalClient();
  try {
    await Promise.all([
      plan.node === undefined ? undefined : ensureNode(plan.node, client),
      plan.kwok === undefined ? undefined : ensureFakeNodes(plan.kwok),
      plan.metrics === undefined ? undefined : ensureMetrics(plan.metrics, client),
    ]);
  } finally {
    await client.close();
  }
}

async function clean(state: ClusterState | undefined): Promise<void> {
  await Promise.all([stopMetrics(), stopFakeNodes()]);
  if (isRoot) await stopNode();
  await stopControlPlane();
  await endLeftovers();
  if (isRoot) {
    if (state?.ownsKubeChains === true) await removeKubeChains();
    await removeNodeNetwork();
    if (state !== undefined && !state.forwardedBefore) await setForwarding(false);
  }
  await removeStateFolder();
}

/**
 * Brings the machine's cluster up, whatever is there: nothing, a running cluster of the same kind (kept),
 * the remains of a killed one (started again over the same data), or one of other binaries (replaced).
 * `undefined` when this machine cannot run one.
 */
export function up(): Promise<ClusterState | undefined> {
  return locked(async () => {
    const foreign = await foreignOwner();
    if (foreign !== undefined) {
      leaveOut('THE TEST CLUSTER', foreign);
      return undefined;
    }
    const before = await readState();
    const wanted = await plan(before);
    if (wanted === undefined) return undefined;
    await openStateFolder();
    const state: ClusterState = {
      fingerprint: fingerprint(wanted),
      hasNode: wanted.node !== undefined,
      hasMetrics: wanted.metrics !== undefined,
      hasFakeNodes: wanted.kwok !== undefined,
      ownsKubeChains: wanted.node !== undefined,
      forwardedBefore: before?.forwardedBefore ?? (await isForwarding()),
    };
    if (before !== undefined && before.fingerprint !== state.fingerprint) {
      say('replacing a cluster of other binaries or of an older layout');
      await clean(before);
      await openStateFolder();
    }
    await start(wanted, state);
    return state;
  });
}

/** Stops the cluster and removes every trace of it; does nothing where there is none. */
export function down(): Promise<void> {
  return locked(async () => {
    if (platform() !== 'linux') return;
    await clean(await readState());
  });
}

export type ClusterStatus = {
  readonly state: ClusterState | undefined;
  readonly processes: ReadonlyMap<string, number>;
  readonly folder: string;
};

export async function status(): Promise<ClusterStatus> {
  return { state: await readState(), processes: await running(), folder: STATE_FOLDER };
}
