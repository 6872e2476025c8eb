import { NETWORKING, SERVICES, STORAGE } from './practice-infrastructure.ts';
import { selector, type Sample } from './practice-sample.ts';

const template = (name: string, more: object = {}) => ({
  metadata: { labels: { app: name } },
  spec: {
    schedulerName: 'nobody',
    containers: [
      { name: 'app', image: 'example.test/app:1' },
      { name: 'proxy', image: 'example.test/proxy:2' },
    ],
    ...more,
  },
});

const apps = (kind: string, name: string, spec: object): Sample => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: { selector: selector(name), template: template(name), ...spec },
});

const WORKLOADS: readonly Sample[] = [
  apps('Deployment', 'three', { replicas: 3 }),
  apps('Deployment', 'none', { replicas: 0 }),
  apps('ReplicaSet', 'alone', { replicas: 2 }),
  apps('StatefulSet', 'ordered', { serviceName: 'ordered' }),
  apps('DaemonSet', 'everywhere', { template: template('everywhere', { nodeSelector: { disk: 'none', b: 'c' } }) }),
  {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'old' },
    spec: {
      replicas: 1,
      selector: { app: 'old', a: 'b' },
      template: { ...template('old'), metadata: { labels: { app: 'old', a: 'b' } } },
    },
  },
  { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'template' }, template: template('template') },
];

const job = (name: string, spec: object): Sample => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: { template: template(name, { restartPolicy: 'Never' }), ...spec },
});

const cronJob = (name: string, spec: object): Sample => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name },
  spec: { schedule: '0 5 31 2 *', jobTemplate: { spec: { template: template(name, { restartPolicy: 'Never' }) } }, ...spec },
});

const JOBS: readonly Sample[] = [
  job('once', {}),
  job('five', { completions: 5, parallelism: 2 }),
  job('first-of-many', { parallelism: 3 }),
  job('suspended', { suspend: true }),
  cronJob('never', {}),
  cronJob('in-paris', { timeZone: 'Europe/Paris', suspend: true }),
];

const hpa = (name: string, version: string, spec: object, status?: object): Sample => ({
  apiVersion: `autoscaling/${version}`,
  kind: 'HorizontalPodAutoscaler',
  metadata: { name },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nobody' }, maxReplicas: 9, ...spec },
  ...(status !== undefined && { status: { currentReplicas: 1, desiredReplicas: 1, ...status } }),
});

const utilization = (averageUtilization: number) => ({ type: 'Utilization', averageUtilization });
const amount = (averageValue: string) => ({ type: 'AverageValue', averageValue });
const cpu = { type: 'Resource', resource: { name: 'cpu', target: utilization(80) } };

const AUTOSCALERS: readonly Sample[] = [
  hpa('by-cpu', 'v1', { targetCPUUtilizationPercentage: 60 }),
  hpa(
    'by-three',
    'v2',
    {
      minReplicas: 2,
      metrics: [
        cpu,
        { type: 'Pods', pods: { metric: { name: 'requests' }, target: amount('100') } },
        { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'Value', value: '30' } } },
      ],
    },
    {
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12, averageValue: '20m' } } },
        { type: 'Pods', pods: { metric: { name: 'requests' }, current: { averageValue: '7' } } },
      ],
    },
  ),
  hpa('by-amounts', 'v2', {
    metrics: [
      { type: 'Resource', resource: { name: 'memory', target: amount('100Mi') } },
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'app', target: utilization(50) } },
    ],
  }),
  hpa('by-others', 'v2', {
    metrics: [
      { type: 'External', external: { metric: { name: 'queue' }, target: amount('5') } },
      {
        type: 'Object',
        object: {
          metric: { name: 'hits' },
          describedObject: { apiVersion: 'v1', kind: 'Service', name: 'inside' },
          target: { type: 'Value', value: '2k' },
        },
      },
    ],
  }),
];

const event = (name: string, namespace: string, more: object): Sample => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name },
  involvedObject: { kind: 'Pod', namespace, name: 'somebody', fieldPath: 'spec.containers{app}' },
  reason: 'Practised',
  message: '  something happened\n',
  type: 'Normal',
  ...more,
});

const events = (namespace: string): readonly Sample[] => [
  event('counted', namespace, {
    count: 7,
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-06-01T00:00:00Z',
    source: { component: 'kubelet', host: 'node-1' },
  }),
  event('bare', namespace, { type: 'Warning' }),
  event('series', namespace, {
    eventTime: '2026-03-01T00:00:00.123456Z',
    series: { count: 4, lastObservedTime: '2026-04-01T00:00:00.000000Z' },
    action: 'Practise',
    reportingComponent: 'example.test/reporter',
    reportingInstance: 'reporter-1',
  }),
];

const CONFIGURATION: readonly Sample[] = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'some' }, data: { a: '1', b: '2' }, binaryData: { c: 'eA==' } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'some' }, stringData: { a: '1' } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'none' } },
  // Quotas and limits that no pod of ours falls under.
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'compute' },
    spec: { hard: { pods: '5', 'limits.cpu': '10', 'requests.memory': '1Gi', 'limits.memory': '2Gi' }, scopes: ['Terminating'] },
  },
  { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'counts' }, spec: { hard: { services: '50', secrets: '20' } } },
  {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'some' },
    spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '10Gi' } }] },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'two' },
    spec: { minAvailable: 2, selector: selector('three') },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'half' },
    spec: { maxUnavailable: '50%', selector: {} },
  },
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'practice-tables' },
    value: 7,
    preemptionPolicy: 'Never',
  },
  { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'practice-tables' }, handler: 'none' },
  { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'held' }, spec: { holderIdentity: 'somebody' } },
  { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'free' } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'everybody' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'nothing' },
    subjects: [
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' },
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'bob' },
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'team' },
      { kind: 'ServiceAccount', name: 'robot', namespace: 'elsewhere' },
    ],
  },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'nothing' }, rules: [] },
];

const admission = (kind: string, spec: object): Sample => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name: 'practice-tables' },
  ...spec,
});

/** They apply to nothing. */
const ADMISSION: readonly Sample[] = [
  admission('ValidatingWebhookConfiguration', { webhooks: [] }),
  admission('MutatingWebhookConfiguration', {}),
  admission('ValidatingAdmissionPolicy', {
    spec: {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      validations: [{ expression: 'true' }],
      matchConstraints: {
        resourceRules: [{ apiGroups: ['example.test'], apiVersions: ['*'], operations: ['CREATE'], resources: ['none'] }],
      },
    },
  }),
  admission('ValidatingAdmissionPolicyBinding', {
    spec: {
      policyName: 'practice-tables',
      validationActions: ['Audit'],
      paramRef: { name: 'none', parameterNotFoundAction: 'Allow' },
    },
  }),
];

export const samplesIn = (namespace: string): readonly Sample[] => [
  ...WORKLOADS,
  ...JOBS,
  ...SERVICES,
  ...NETWORKING,
  ...STORAGE,
  ...AUTOSCALERS,
  ...events(namespace),
  ...CONFIGURATION,
  ...ADMISSION,
];
