import type { DraftObject } from '../../model.ts';
import { nodeConditions } from './node-conditions.ts';
import type { NodeShape } from './shape.ts';

const NODE_INFO = {
  architecture: 'amd64',
  bootID: '6b1f6a2e-6e0c-4c8a-9d0e-6a7c3b1f0d52',
  containerRuntimeVersion: 'containerd://2.1.4',
  kernelVersion: '6.12.48',
  kubeProxyVersion: '',
  kubeletVersion: 'v1.36.3',
  machineID: '5f0d7c1c2b7e4f86a3d1d9b8c7e6f5a4',
  operatingSystem: 'linux',
  osImage: 'Practice Linux 1',
  systemUUID: '5f0d7c1c-2b7e-4f86-a3d1-d9b8c7e6f5a4',
};

/** Where the addresses of nodes and of pods come from. */
const NODE_NETWORK = '172.18';
const POD_NETWORK = '10';
const FIRST_POD_BLOCK = 244;

/** The range of a node's pods: 254 addresses each. */
export const podRangeOf = (index: number): string => `${POD_NETWORK}.${FIRST_POD_BLOCK + (index >> 8)}.${index & 255}.0/24`;

/** A machine as the Node object that its kubelet registers. @param index its place among the nodes */
export function nodeFrom(shape: NodeShape, index: number, now: string): DraftObject {
  const { name, cpu = '4', memory = '16Gi', pods = 110, labels = {}, taints, zone } = shape;
  const amounts = { cpu, 'ephemeral-storage': '100Gi', 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', memory, pods: String(pods) };
  const podCIDR = podRangeOf(index);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(zone !== undefined && { 'topology.kubernetes.io/zone': zone }),
        ...labels,
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: { podCIDR, podCIDRs: [podCIDR], ...(taints !== undefined && { taints }) },
    status: {
      addresses: [
        { type: 'InternalIP', address: `${NODE_NETWORK}.${(index + 2) >> 8}.${(index + 2) & 255}` },
        { type: 'Hostname', address: name },
      ],
      allocatable: amounts,
      capacity: amounts,
      conditions: nodeConditions(undefined, undefined, now),
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: NODE_INFO,
    },
  };
}
