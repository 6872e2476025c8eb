import { mkdir, readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ADDRESSES, CGROUP, NODE_NAME, PORTS, REAL_NODE_LABEL, STATE_FOLDER } from './settings.ts';
import { CA_FILE, credentials } from './pki.ts';
import { cgroupFolders, CONTAINERD_SOCKET, ensureContainerd, removeContainers } from './containerd.ts';
import { ensureBaseImages } from './images.ts';
import { ensureRunning, logTail, stop, untilReady } from './processes.ts';
import { inState, writeStateJson } from './state.ts';
import { writeComponentKubeconfig } from './kubeconfig.ts';
import type { AdminClient } from './client.ts';
import { hasCondition } from './objects.ts';

export const NODE_BINARIES = ['kubelet', 'kube-proxy'] as const;

export type NodeBinaries = Readonly<Record<(typeof NODE_BINARIES)[number], string>>;

/** Where the logs of containers are, in a folder for each pod: `<namespace>_<name>_<uid>/<container>/<restarts>.log`. */
export const POD_LOGS = inState('pod-logs');

const kubeletConfig = () => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address: ADDRESSES.node,
  port: PORTS.kubelet,
  readOnlyPort: 0,
  healthzPort: 0,
  tlsCertFile: credentials('kubelet').cert,
  tlsPrivateKeyFile: credentials('kubelet').key,
  authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: CA_FILE } },
  authorization: { mode: 'Webhook' },
  containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${CGROUP}`,
  // Test machines still come with cgroup v1 and with swap.
  failCgroupV1: false,
  failSwapOn: false,
  enforceNodeAllocatable: [],
  // A full disk of the developer's machine is no reason to evict pods or to delete images that no registry has.
  evictionHard: {},
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  resolvConf: '',
  podLogsDir: POD_LOGS,
  volumePluginDir: inState('volume-plugins'),
  serverTLSBootstrap: false,
  maxPods: 200,
  // Tests wait for these: status and crash loops are to be seen in seconds.
  nodeStatusUpdateFrequency: '5s',
  syncFrequency: '10s',
  shutdownGracePeriod: '0s',
});

const kubeProxyConfig = (kubeconfig: string) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'iptables',
  hostnameOverride: NODE_NAME,
  clusterCIDR: ADDRESSES.pods,
  clientConnection: { kubeconfig },
  bindAddress: ADDRESSES.node,
  healthzBindAddress: `${ADDRESSES.node}:${PORTS.kubeProxyHealth}`,
  metricsBindAddress: `${ADDRESSES.node}:${PORTS.kubeProxyMetrics}`,
  iptables: { minSyncPeriod: '0s', syncPeriod: '30s' },
  // These sysctls are read-only on some machines.
  conntrack: { maxPerCore: 0, min: 0, tcpCloseWaitTimeout: '0s', tcpEstablishedTimeout: '0s' },
});

async function startKubelet(command: string): Promise<void> {
  for (const folder of await cgroupFolders()) await mkdir(folder, { recursive: true });
  const config = await writeStateJson('config/kubelet.json', kubeletConfig());
  const kubeconfig = await writeComponentKubeconfig('kubelet');
  const args = [
    `--config=${config}`,
    `--kubeconfig=${kubeconfig}`,
    `--root-dir=${inState('kubelet')}`,
    `--cert-dir=${inState('kubelet-pki')}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${ADDRESSES.node}`,
    `--node-labels=${REAL_NODE_LABEL}`,
  ];
  await ensureRunning({ name: 'kubelet', command, args });
}

async function startKubeProxy(command: string): Promise<void> {
  const config = await writeStateJson('config/kube-proxy.json', kubeProxyConfig(await writeComponentKubeconfig('kube-proxy')));
  await ensureRunning({ name: 'kube-proxy', command, args: [`--config=${config}`] });
}

/** Asks the kubelet through the API server, as logs and exec will: after a crash the Node object still shows the last one's word. */
async function kubeletAnswers(client: AdminClient): Promise<boolean> {
  try {
    return (await client.text(`/api/v1/nodes/${NODE_NAME}/proxy/healthz`)) === 'ok';
  } catch {
    return false;
  }
}

async function untilNodeReady(client: AdminClient): Promise<void> {
  await untilReady('kubelet', () => kubeletAnswers(client), 60_000);
  try {
    await client.waitForObject(`/api/v1/nodes/${NODE_NAME}`, (node) => hasCondition(node, 'Ready'), {
      what: 'the real node to be ready',
    });
  } catch (error) {
    throw new Error(`the node is not ready. The kubelet's log ends with:\n${await logTail('kubelet')}`, { cause: error });
  }
}

/** Starts containerd and loads the images that every pod needs; this needs no API server yet. */
export async function ensureContainerRuntime(): Promise<void> {
  await ensureContainerd();
  await ensureBaseImages();
}

/** Starts whatever of the real node does not run; containers of an earlier kubelet that still live are adopted. */
export async function ensureNode(binaries: NodeBinaries, client: AdminClient): Promise<void> {
  await startKubelet(binaries.kubelet);
  await startKubeProxy(binaries['kube-proxy']);
  await untilNodeReady(client);
}

/** The kubelet links the logs of its containers in a folder whose place cannot be configured. */
async function removeLogLinks(): Promise<void> {
  const folder = '/var/log/containers';
  for (const entry of await readdir(folder).catch(() => [])) {
    const target = await readlink(join(folder, entry)).catch(() => '');
    if (target.startsWith(`${STATE_FOLDER}/`)) await rm(join(folder, entry), { force: true });
  }
}

/** Stops the node and removes every container, mount and cgroup of it. */
export async function stopNode(): Promise<void> {
  // The kubelet first, or it would start containers again while they are being killed.
  await Promise.all([stop('kubelet'), stop('kube-proxy')]);
  await removeContainers();
  await removeLogLinks();
}
