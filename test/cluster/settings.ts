import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Raised when a change here or in a component makes a running cluster of older code unusable for the tests. */
export const LAYOUT = 1;

export const KUBERNETES_VERSION = 'v1.36.3';

export const isRoot = userInfo().uid === 0;

/**
 * The one known place of the machine's test cluster. Bridges, routes, iptables chains and ports are global to the
 * machine, so every checkout and every user looks here. The path is short because unix sockets below it may have 107 bytes.
 */
export const STATE_FOLDER = '/var/tmp/fairlead-cluster';

export const BINARY_CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'fairlead', 'bin');

/** Ranges for benchmarks and documentation (RFC 2544, RFC 5737): they exist on no network that this machine can reach. */
export const ADDRESSES = {
  node: '198.51.100.10',
  cluster: '198.18.0.0/15',
  pods: '198.18.0.0/16',
  realPods: '198.18.9.0/24',
  fakePods: '198.18.128.0/17',
  fakeNode: '198.18.255.254',
  services: '198.19.0.0/24',
  serviceRoute: '198.19.0.0/16',
  firstService: '198.19.0.1',
} as const;

export const PORTS = {
  apiServer: 26443,
  secondApiServer: 26444,
  etcd: 26379,
  etcdPeer: 26380,
  controllerManager: 26257,
  scheduler: 26259,
  kubelet: 10250,
  kubeProxyHealth: 10256,
  kubeProxyMetrics: 10249,
  metricsServer: 4443,
  kwok: 26247,
} as const;

/** The bridge that holds the node's address, and the one that CNI plugs pods into. At most 15 bytes each. */
export const BRIDGES = { node: 'fairlead-node', pods: 'fairlead-pods' } as const;

/** Routing table and rule priority that keep packets of pods on this machine. */
export const POD_ROUTES = { table: 7198, priority: 7198 } as const;

export const NODE_NAME = 'fairlead-node';

/** Label of the real node; metrics-server scrapes nodes that carry it, since fake nodes have no kubelet. */
export const REAL_NODE_LABEL = 'fairlead.test/node=real';

export const FAKE_NODE_ANNOTATION = 'kwok.x-k8s.io/node';

/** The kubelet's parent cgroup: whatever runs below it was started by this cluster and by nobody else. */
export const CGROUP = 'fairlead-cluster';

/** Without root there is no node address, so the API server listens on the loopback interface. */
export const API_SERVER_HOST = isRoot ? ADDRESSES.node : '127.0.0.1';

export const BUSYBOX_IMAGE = 'localhost/busybox:1';
export const PAUSE_IMAGE = 'localhost/pause:1';
