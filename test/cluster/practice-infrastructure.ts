import { selector, type Sample } from './practice-sample.ts';

const service = (name: string, spec: object, status?: object): Sample => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec,
  ...(status !== undefined && { status }),
});

const http = [{ name: 'http', port: 80 }];
const balancer = { loadBalancer: { ingress: [{ ip: '192.0.2.9' }, { ip: '192.0.2.10' }, { hostname: 'shop.example.test' }] } };

export const SERVICES: readonly Sample[] = [
  service('inside', { selector: { b: 'c', app: 'three' }, ports: [...http, { name: 'dns', port: 53, protocol: 'UDP' }] }),
  service('headless', { clusterIP: 'None', ports: http }),
  service('on-nodes', { type: 'NodePort', ports: http }),
  service('balanced', { type: 'LoadBalancer', ports: http, externalIPs: ['192.0.2.77'] }, balancer),
  service('pending', { type: 'LoadBalancer', ports: http }),
  service('outside', { type: 'ClusterIP', ports: http, externalIPs: ['192.0.2.78', '192.0.2.79'] }),
  service('elsewhere', { type: 'ExternalName', externalName: 'shop.example.test' }),
  {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'many' },
    subsets: [
      {
        addresses: ['192.0.2.1', '192.0.2.2', '2001:db8::1'].map((ip) => ({ ip })),
        ports: [
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ],
      },
    ],
  },
  { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'empty' } },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'sliced' },
    addressType: 'IPv4',
    ports: [{ name: 'a', port: 1 }, { name: 'b', port: 2 }, { name: 'c' }, { name: 'd', port: 4 }],
    endpoints: [1, 2, 3, 4, 5].map((last) => ({ addresses: [`192.0.2.${last}`] })),
  },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'bare' }, addressType: 'IPv6', endpoints: [] },
];

const ingress = (name: string, hosts: readonly string[], spec: object, status?: object): Sample => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name },
  spec: {
    defaultBackend: { service: { name: 'inside', port: { number: 80 } } },
    rules: hosts.map((host) => (host === '' ? {} : { host })),
    ...spec,
  },
  ...(status !== undefined && { status }),
});

export const NETWORKING: readonly Sample[] = [
  ingress('any', [], {}),
  ingress('three', ['a.test', 'b.test', 'c.test'], { ingressClassName: 'practice' }, balancer),
  ingress('five', ['a.test', '', 'b.test', 'c.test', 'd.test'], { tls: [{ hosts: ['a.test'] }] }),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'practice-tables' },
    spec: {
      controller: 'example.test/none',
      parameters: { apiGroup: 'example.test', kind: 'Settings', name: 'all', scope: 'Cluster' },
    },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'some' },
    spec: { podSelector: selector('three') },
  },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'all' }, spec: { podSelector: {} } },
];

const claim = (name: string, spec: object, status?: object): Sample => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    storageClassName: 'practice-tables',
    ...spec,
  },
  ...(status !== undefined && { status }),
});

export const STORAGE: readonly Sample[] = [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'practice-tables' },
    spec: {
      capacity: { storage: '2Gi' },
      accessModes: ['ReadWriteMany', 'ReadWriteOnce', 'ReadOnlyMany'],
      storageClassName: 'practice-tables',
      claimRef: { namespace: 'nowhere', name: 'nobody' },
      hostPath: { path: '/nowhere' },
    },
  },
  claim('waiting', {}),
  claim('bound', { volumeName: 'nothing' }, { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } }),
  claim('going', { volumeMode: 'Block' }),
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'practice-tables' },
    provisioner: 'example.test/none',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: 'practice-tables.example.test' },
    spec: {
      attachRequired: false,
      tokenRequests: [{ audience: 'a' }, { audience: 'b' }],
      volumeLifecycleModes: ['Persistent', 'Ephemeral'],
    },
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: { name: 'practice-tables' },
    spec: { drivers: [{ name: 'example.test', nodeID: 'x', topologyKeys: [] }] },
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: 'practice-tables' },
    spec: { attacher: 'example.test', nodeName: 'nowhere', source: { persistentVolumeName: 'practice-tables' } },
  },
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttributesClass',
    metadata: { name: 'practice-tables' },
    driverName: 'example.test',
    parameters: { speed: 'low' },
  },
];
