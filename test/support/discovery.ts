/** What real API servers say of themselves, shortened. */

const resource = (
  plural: string,
  kind: string,
  more: {
    readonly singular?: string;
    readonly short?: readonly string[];
    readonly categories?: readonly string[];
    readonly cluster?: boolean;
    readonly subresources?: readonly string[];
  } = {},
): object => ({
  resource: plural,
  responseKind: { group: '', kind, version: '' },
  scope: more.cluster === true ? 'Cluster' : 'Namespaced',
  singularResource: more.singular ?? kind.toLowerCase(),
  ...(more.short !== undefined && { shortNames: more.short }),
  ...(more.categories !== undefined && { categories: more.categories }),
  ...(more.subresources !== undefined && {
    subresources: more.subresources.map((subresource) => ({ subresource, verbs: ['get'] })),
  }),
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
});

const group = (name: string, ...versions: readonly object[]): object => ({
  metadata: { name, creationTimestamp: null },
  versions,
});
const list = (...items: readonly object[]): object => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items,
});

/** As Kubernetes 1.30 and newer answer `/api`. */
export const AGGREGATED_CORE = list(
  group('', {
    version: 'v1',
    freshness: 'Current',
    resources: [
      resource('events', 'Event', { short: ['ev'] }),
      resource('namespaces', 'Namespace', { short: ['ns'], cluster: true, subresources: ['finalize', 'status'] }),
      resource('nodes', 'Node', { short: ['no'], cluster: true }),
      resource('pods', 'Pod', { short: ['po'], categories: ['all'], subresources: ['eviction', 'log', 'status'] }),
      resource('services', 'Service', { short: ['svc'], categories: ['all'] }),
    ],
  }),
);

/** And `/apis`: with an aggregated API whose backend is down, and CRDs that share names with others. */
export const AGGREGATED_GROUPS = list(
  group('apps', {
    version: 'v1',
    freshness: 'Current',
    resources: [
      resource('deployments', 'Deployment', { short: ['deploy'], categories: ['all'], subresources: ['scale', 'status'] }),
      resource('replicasets', 'ReplicaSet', { short: ['rs'], categories: ['all'] }),
    ],
  }),
  group('events.k8s.io', { version: 'v1', freshness: 'Current', resources: [resource('events', 'Event', { short: ['ev'] })] }),
  group(
    'autoscaling',
    {
      version: 'v2',
      freshness: 'Current',
      resources: [resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler', { short: ['hpa'], categories: ['all'] })],
    },
    {
      version: 'v1',
      freshness: 'Current',
      resources: [resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler', { short: ['hpa'], categories: ['all'] })],
    },
  ),
  group('metrics.k8s.io', { version: 'v1beta1', freshness: 'Stale', resources: [] }),
  group('abbreviations.example', {
    version: 'v1',
    freshness: 'Current',
    resources: [resource('things', 'Thing', { short: ['widgets', 'th'] })],
  }),
  group('widgets.example', { version: 'v1alpha1', freshness: 'Current', resources: [resource('widgets', 'Widget')] }),
);

/** The same of a server without aggregated discovery, by path. */
export const UNAGGREGATED: Readonly<Record<string, object>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      {
        name: 'pods',
        singularName: 'pod',
        namespaced: true,
        kind: 'Pod',
        verbs: ['get', 'list'],
        shortNames: ['po'],
        categories: ['all'],
      },
      { name: 'pods/log', singularName: '', namespaced: true, kind: 'Pod', verbs: ['get'] },
      { name: 'pods/status', singularName: '', namespaced: true, kind: 'Pod', verbs: ['get'] },
      { name: 'nodes', singularName: 'node', namespaced: false, kind: 'Node', verbs: ['get', 'list'] },
    ],
  },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [
      {
        name: 'batch',
        versions: [
          { groupVersion: 'batch/v1beta1', version: 'v1beta1' },
          { groupVersion: 'batch/v1', version: 'v1' },
        ],
        preferredVersion: { groupVersion: 'batch/v1', version: 'v1' },
      },
      {
        name: 'metrics.k8s.io',
        versions: [{ groupVersion: 'metrics.k8s.io/v1beta1', version: 'v1beta1' }],
        preferredVersion: { groupVersion: 'metrics.k8s.io/v1beta1', version: 'v1beta1' },
      },
    ],
  },
  '/apis/batch/v1': {
    kind: 'APIResourceList',
    groupVersion: 'batch/v1',
    resources: [
      { name: 'cronjobs', singularName: 'cronjob', namespaced: true, kind: 'CronJob', verbs: ['get'], shortNames: ['cj'] },
    ],
  },
  '/apis/batch/v1beta1': {
    kind: 'APIResourceList',
    groupVersion: 'batch/v1beta1',
    resources: [
      { name: 'cronjobs', singularName: 'cronjob', namespaced: true, kind: 'CronJob', verbs: ['get'], shortNames: ['cj'] },
    ],
  },
};
