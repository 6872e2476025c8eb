import { ADDRESSES, API_SERVER_HOST, PORTS } from './settings.ts';
import { CA_FILE, credentials, ensurePki, SERVICE_ACCOUNT_KEYS } from './pki.ts';
import { ensureRunning, stop, untilReady } from './processes.ts';
import { inState, writeStateJson } from './state.ts';
import { writeAdminKubeconfig, writeComponentKubeconfig } from './kubeconfig.ts';
import type { AdminClient } from './client.ts';

export const CONTROL_PLANE_BINARIES = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

export type ControlPlaneBinaries = Readonly<Record<(typeof CONTROL_PLANE_BINARIES)[number], string>>;

export const ETCD_URL = `http://127.0.0.1:${PORTS.etcd}`;

const etcdArgs = (): string[] => [
  '--name=fairlead',
  `--data-dir=${inState('etcd')}`,
  `--listen-client-urls=${ETCD_URL}`,
  `--advertise-client-urls=${ETCD_URL}`,
  `--listen-peer-urls=http://127.0.0.1:${PORTS.etcdPeer}`,
  `--initial-advertise-peer-urls=http://127.0.0.1:${PORTS.etcdPeer}`,
  `--initial-cluster=fairlead=http://127.0.0.1:${PORTS.etcdPeer}`,
  // Writes are faster than in life: a figure about writes that is measured here has to say so.
  '--unsafe-no-fsync',
  '--log-level=warn',
];

export function apiServerArgs(): string[] {
  const own = credentials('apiserver');
  const toKubelet = credentials('apiserver-to-kubelet');
  const frontProxy = credentials('front-proxy');
  return [
    `--etcd-servers=${ETCD_URL}`,
    `--bind-address=${API_SERVER_HOST}`,
    `--secure-port=${PORTS.apiServer}`,
    // The `kubernetes` Service leads here, so it has to be an address that pods reach.
    `--advertise-address=${ADDRESSES.node}`,
    `--tls-cert-file=${own.cert}`,
    `--tls-private-key-file=${own.key}`,
    `--client-ca-file=${CA_FILE}`,
    '--authorization-mode=Node,RBAC',
    '--allow-privileged=true',
    `--service-cluster-ip-range=${ADDRESSES.services}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${SERVICE_ACCOUNT_KEYS.public}`,
    `--service-account-signing-key-file=${SERVICE_ACCOUNT_KEYS.private}`,
    // Otherwise it looks the node's name up in DNS, where it is not, and logs, exec and port-forward fail.
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-certificate-authority=${CA_FILE}`,
    `--kubelet-client-certificate=${toKubelet.cert}`,
    `--kubelet-client-key=${toKubelet.key}`,
    // The aggregation layer, for metrics.k8s.io.
    `--requestheader-client-ca-file=${CA_FILE}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${frontProxy.cert}`,
    `--proxy-client-key-file=${frontProxy.key}`,
    '--enable-aggregator-routing=true',
    '--profiling=false',
  ];
}

const controllerManagerArgs = (kubeconfig: string): string[] => [
  `--kubeconfig=${kubeconfig}`,
  `--authentication-kubeconfig=${kubeconfig}`,
  `--authorization-kubeconfig=${kubeconfig}`,
  '--bind-address=127.0.0.1',
  `--secure-port=${PORTS.controllerManager}`,
  `--cert-dir=${inState('controller-manager')}`,
  '--leader-elect=false',
  '--use-service-account-credentials=true',
  `--root-ca-file=${CA_FILE}`,
  `--service-account-private-key-file=${SERVICE_ACCOUNT_KEYS.private}`,
  `--cluster-signing-cert-file=${CA_FILE}`,
  `--cluster-signing-key-file=${inState('pki', 'ca.key')}`,
  // By default a client may send 20 requests a second: a fleet of 2,000 pods would take minutes.
  '--kube-api-qps=1000',
  '--kube-api-burst=2000',
  '--concurrent-replicaset-syncs=20',
  // Autoscalers look every five seconds rather than every fifteen: tests wait for them.
  '--horizontal-pod-autoscaler-sync-period=5s',
];

const schedulerConfig = (kubeconfig: string) => ({
  apiVersion: 'kubescheduler.config.k8s.io/v1',
  kind: 'KubeSchedulerConfiguration',
  clientConnection: { kubeconfig, qps: 1000, burst: 2000 },
  leaderElection: { leaderElect: false },
});

const schedulerArgs = (kubeconfig: string, config: string): string[] => [
  `--config=${config}`,
  `--authentication-kubeconfig=${kubeconfig}`,
  `--authorization-kubeconfig=${kubeconfig}`,
  '--bind-address=127.0.0.1',
  `--secure-port=${PORTS.scheduler}`,
  `--cert-dir=${inState('scheduler')}`,
];

/**
 * Lets etcd's history begin before the API server's. One that starts with the very first revision keeps a copy of it, and
 * would answer from that what it has to refuse once the beginning was compacted away.
 */
async function giveAPast(): Promise<void> {
  const body = JSON.stringify({ key: btoa('fairlead/past'), value: btoa('here') });
  for (let revision = 0; revision < 10; revision++) {
    const answer = await fetch(`${ETCD_URL}/v3/kv/put`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`etcd answered ${answer.status} to its first keys`);
    await answer.text();
  }
}

async function etcdIsHealthy(): Promise<boolean> {
  try {
    return (await fetch(`${ETCD_URL}/health`)).ok;
  } catch {
    return false;
  }
}

async function isReady(client: AdminClient): Promise<boolean> {
  try {
    return (await client.text('/readyz')) === 'ok';
  } catch {
    return false;
  }
}

/** Starts whatever of the control plane does not run, and returns when the API server can create pods. */
export async function ensureControlPlane(binaries: ControlPlaneBinaries, openClient: () => Promise<AdminClient>): Promise<void> {
  await ensurePki();
  await writeAdminKubeconfig();
  await ensureRunning({ name: 'etcd', command: binaries.etcd, args: etcdArgs() });
  await untilReady('etcd', etcdIsHealthy, 30_000);
  await giveAPast();
  await ensureRunning({ name: 'kube-apiserver', command: binaries['kube-apiserver'], args: apiServerArgs() });
  const [manager, scheduler] = await Promise.all([
    writeComponentKubeconfig('controller-manager'),
    writeComponentKubeconfig('scheduler'),
  ]);
  const schedulerFile = await writeStateJson('config/scheduler.json', schedulerConfig(scheduler));
  const client = await openClient();
  try {
    await untilReady('kube-apiserver', () => isReady(client), 60_000);
    await Promise.all([
      ensureRunning({
        name: 'kube-controller-manager',
        command: binaries['kube-controller-manager'],
        args: controllerManagerArgs(manager),
      }),
      ensureRunning({
        name: 'kube-scheduler',
        command: binaries['kube-scheduler'],
        args: schedulerArgs(scheduler, schedulerFile),
      }),
    ]);
    // Pods are refused as long as their namespace has no default ServiceAccount; the API server alone being ready is not enough.
    await client.waitForObject('/api/v1/namespaces/default/serviceaccounts/default', (account) => account !== undefined, {
      what: 'the ServiceAccount default, which kube-controller-manager makes',
    });
  } finally {
    await client.close();
  }
}

export async function stopControlPlane(): Promise<void> {
  await Promise.all(['kube-scheduler', 'kube-controller-manager'].map((name) => stop(name)));
  // A graceful end of the API server waits for its watchers; the data is thrown away anyway.
  await stop('kube-apiserver', 2_000);
  await stop('etcd', 2_000);
}
