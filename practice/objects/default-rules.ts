import { fieldsOf, isEmpty, isFields, isList, listOf, textOf, withMeta, type Fields } from './values.ts';

/** Of each field what it is when nobody said: a value, or a function of the fields around it (undefined: it stays away). */
export type FieldDefaults = Readonly<Record<string, unknown>>;

type Around = (fields: Fields) => unknown;

const CONFIG_FILES: FieldDefaults = { defaultMode: 420 };
const RETAIN = 'Retain';

/** Whether this type of service is reached from outside through nodes. */
const isExternal = ({ type }: Fields): boolean => type === 'NodePort' || type === 'LoadBalancer';

/** The tag says whether an image may change behind its name. */
const pullPolicy: Around = ({ image }) => {
  const name = textOf(image ?? '');
  if (name.includes('@')) return 'IfNotPresent';
  const tag = /:([^/:]*)$/.exec(name)?.[1] ?? 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
};

const CONTAINER: FieldDefaults = {
  imagePullPolicy: pullPolicy,
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};

const SCALING_UP = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const SCALING_DOWN = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };
const CPU_80 = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];

/** As kube-apiserver's defaulting functions have it, by the definition that holds the fields. */
export const DEFAULTS: Readonly<Record<string, FieldDefaults>> = {
  'core.v1.PodSpec': {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  },
  'core.v1.Container': CONTAINER,
  'core.v1.EphemeralContainer': CONTAINER,
  'core.v1.Probe': { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  'core.v1.HTTPGetAction': { path: '/', scheme: 'HTTP' },
  'core.v1.Volume': { emptyDir: (volume: Fields) => (Object.keys(volume).every((name) => name === 'name') ? {} : undefined) },
  'core.v1.ConfigMapVolumeSource': CONFIG_FILES,
  'core.v1.SecretVolumeSource': CONFIG_FILES,
  'core.v1.DownwardAPIVolumeSource': CONFIG_FILES,
  'core.v1.ProjectedVolumeSource': CONFIG_FILES,
  'core.v1.HostPathVolumeSource': { type: '' },
  'core.v1.ServiceAccountTokenProjection': { expirationSeconds: 3600 },
  'core.v1.ObjectFieldSelector': { apiVersion: 'v1' },
  'core.v1.ContainerPort': { protocol: 'TCP' },
  'core.v1.EndpointPort': { protocol: 'TCP' },
  'core.v1.Secret': { type: 'Opaque' },
  'core.v1.ServiceSpec': {
    sessionAffinity: 'None',
    sessionAffinityConfig: ({ sessionAffinity }: Fields) => (sessionAffinity === 'ClientIP' ? { clientIP: {} } : undefined),
    type: 'ClusterIP',
    externalTrafficPolicy: (spec: Fields) => (isExternal(spec) || !isEmpty(spec['externalIPs']) ? 'Cluster' : undefined),
    internalTrafficPolicy: ({ type }: Fields) => (type === 'ExternalName' ? undefined : 'Cluster'),
    allocateLoadBalancerNodePorts: ({ type }: Fields) => (type === 'LoadBalancer' ? true : undefined),
  },
  'core.v1.ClientIPConfig': { timeoutSeconds: 10_800 },
  'core.v1.ServicePort': {
    protocol: 'TCP',
    targetPort: ({ port }: Fields) => port,
  },
  'core.v1.PersistentVolumeClaimSpec': { volumeMode: 'Filesystem' },
  'core.v1.PersistentVolumeClaimStatus': { phase: 'Pending' },
  'core.v1.PersistentVolumeSpec': { persistentVolumeReclaimPolicy: RETAIN, volumeMode: 'Filesystem' },
  'core.v1.PersistentVolumeStatus': { phase: 'Pending' },
  'core.v1.NamespaceStatus': { phase: 'Active' },
  'apps.v1.DeploymentSpec': { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
  'apps.v1.DeploymentStrategy': {
    type: 'RollingUpdate',
    rollingUpdate: ({ type }: Fields) => (type === 'RollingUpdate' ? {} : undefined),
  },
  'apps.v1.RollingUpdateDeployment': { maxUnavailable: '25%', maxSurge: '25%' },
  'apps.v1.ReplicaSetSpec': { replicas: 1 },
  'apps.v1.DaemonSetSpec': { revisionHistoryLimit: 10 },
  'apps.v1.DaemonSetUpdateStrategy': {
    type: 'RollingUpdate',
    rollingUpdate: ({ type }: Fields) => (type === 'RollingUpdate' ? {} : undefined),
  },
  'apps.v1.RollingUpdateDaemonSet': { maxUnavailable: 1, maxSurge: 0 },
  'apps.v1.StatefulSetSpec': {
    podManagementPolicy: 'OrderedReady',
    replicas: 1,
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: {},
  },
  'apps.v1.StatefulSetUpdateStrategy': {
    type: 'RollingUpdate',
    rollingUpdate: ({ type }: Fields) => (type === 'RollingUpdate' ? {} : undefined),
  },
  'apps.v1.RollingUpdateStatefulSetStrategy': { partition: 0 },
  'apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy': { whenDeleted: RETAIN, whenScaled: RETAIN },
  'batch.v1.CronJobSpec': {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  },
  'autoscaling.v2.HorizontalPodAutoscalerSpec': {
    minReplicas: 1,
    metrics: (spec: Fields) => (isEmpty(spec['metrics']) ? CPU_80 : undefined),
  },
  'networking.v1.NetworkPolicySpec': {
    policyTypes: ({ egress }: Fields) => (isEmpty(egress) ? ['Ingress'] : ['Ingress', 'Egress']),
  },
  'networking.v1.NetworkPolicyPort': { protocol: 'TCP' },
  'networking.v1.IngressClassParametersReference': { scope: 'Cluster' },
  'rbac.v1.RoleRef': { apiGroup: 'rbac.authorization.k8s.io' },
  'rbac.v1.Subject': {
    apiGroup: ({ kind }: Fields) => (kind === 'User' || kind === 'Group' ? 'rbac.authorization.k8s.io' : undefined),
  },
  'storage.v1.StorageClass': { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
  'scheduling.v1.PriorityClass': { preemptionPolicy: 'PreemptLowerPriority' },
  'discovery.v1.EndpointPort': { name: '', protocol: 'TCP' },
  'apiextensions.v1.CustomResourceDefinitionSpec': { conversion: { strategy: 'None' } },
};

const containersOf = (spec: Fields, change: (container: Fields) => Fields): Fields => {
  const out: Record<string, unknown> = { ...spec };
  for (const field of ['initContainers', 'containers']) {
    const containers = spec[field];
    if (isList(containers)) out[field] = containers.map((container) => (isFields(container) ? change(container) : container));
  }
  return out;
};

/** What a container is limited to it also asks for, unless it says otherwise. */
function requestsFromLimits(container: Fields): Fields {
  const resources = fieldsOf(container['resources']);
  const limits = fieldsOf(resources['limits']);
  const requests = { ...limits, ...fieldsOf(resources['requests']) };
  if (Object.keys(requests).length === Object.keys(fieldsOf(resources['requests'])).length) return container;
  return { ...container, resources: { ...resources, requests } };
}

const withHostPorts = (container: Fields): Fields => ({
  ...container,
  ...(isList(container['ports']) && {
    ports: container['ports'].map(fieldsOf).map((port) => ({ ...port, hostPort: port['hostPort'] ?? port['containerPort'] })),
  }),
});

/** A job runs one pod unless it is told to work off a queue. */
function jobCounts(spec: Fields): Fields {
  const { completions, parallelism } = spec;
  if (completions === undefined && parallelism === undefined) return { ...spec, completions: 1, parallelism: 1 };
  return parallelism === undefined ? { ...spec, parallelism: 1 } : spec;
}

const JOB_SPEC: FieldDefaults = {
  backoffLimit: (spec: Fields) => (spec['backoffLimitPerIndex'] === undefined ? 6 : 2_147_483_647),
  completionMode: 'NonIndexed',
  suspend: false,
  podReplacementPolicy: (spec: Fields) => (spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed'),
  manualSelector: false,
};

/** Fields as they are when missing; those that are there stay. */
const completed = (fields: Fields, rules: FieldDefaults): Fields => {
  const out: Record<string, unknown> = { ...fields };
  for (const [name, rule] of Object.entries(rules)) {
    if (out[name] === undefined) out[name] = typeof rule === 'function' ? (rule as Around)(out) : rule;
  }
  return out;
};

const GENERATION = 'deprecated.daemonset.template.generation';
const annotationsOf = (object: Fields): Fields => fieldsOf(fieldsOf(object['metadata'])['annotations']);

/** Defaults that reach deeper than the fields beside them: of a pod or job itself, not of a template for one. */
export const ADJUSTED: Readonly<Record<string, (object: Fields) => Fields>> = {
  'core.v1.Pod': (pod) => {
    const spec = fieldsOf(pod['spec']);
    const limited = containersOf({ ...spec, enableServiceLinks: spec['enableServiceLinks'] ?? true }, requestsFromLimits);
    return { ...pod, spec: spec['hostNetwork'] === true ? containersOf(limited, withHostPorts) : limited };
  },
  'core.v1.Namespace': (namespace) => {
    const metadata = fieldsOf(namespace['metadata']);
    const labels = { ...fieldsOf(metadata['labels']), 'kubernetes.io/metadata.name': metadata['name'] };
    return metadata['name'] === undefined ? namespace : { ...namespace, metadata: { ...metadata, labels } };
  },
  'core.v1.Secret': ({ stringData, ...secret }) => {
    if (!isFields(stringData)) return secret;
    const written = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(textOf(text)).toString('base64')]);
    return { ...secret, data: { ...fieldsOf(secret['data']), ...Object.fromEntries(written) } };
  },
  'autoscaling.v2.HorizontalPodAutoscalerBehavior': (behavior) => ({
    ...behavior,
    scaleUp: completed(fieldsOf(behavior['scaleUp']), SCALING_UP),
    scaleDown: completed(fieldsOf(behavior['scaleDown']), SCALING_DOWN),
  }),
  'apps.v1.DaemonSet': (daemonSet) => withMeta(daemonSet, 'annotations', { [GENERATION]: '1', ...annotationsOf(daemonSet) }),
  'batch.v1.Job': (job) => {
    const spec = fieldsOf(job['spec']);
    const labels = fieldsOf(fieldsOf(fieldsOf(spec['template'])['metadata'])['labels']);
    const labelled = isEmpty(fieldsOf(job['metadata'])['labels']) && !isEmpty(labels) ? withMeta(job, 'labels', labels) : job;
    return { ...labelled, spec: completed(jobCounts(spec), JOB_SPEC) };
  },
  'apps.v1.StatefulSetSpec': (spec) => {
    const claims = listOf(spec['volumeClaimTemplates']).map(fieldsOf);
    if (claims.length === 0) return spec;
    return {
      ...spec,
      volumeClaimTemplates: claims.map((claim) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claim })),
    };
  },
  'core.v1.ServiceSpec': (spec) => {
    // Who no longer keeps clients to one pod need not say for how long.
    const { sessionAffinityConfig: _, ...rest } = spec;
    return spec['sessionAffinity'] === 'None' ? rest : spec;
  },
  'apiextensions.v1.CustomResourceDefinitionSpec': (spec) => {
    const names = fieldsOf(spec['names']);
    const kind = textOf(names['kind']);
    if (kind === '') return spec;
    return { ...spec, names: completed(names, { singular: kind.toLowerCase(), listKind: `${kind}List` }) };
  },
};
