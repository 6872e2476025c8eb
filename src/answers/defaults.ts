import { isDeepStrictEqual } from 'node:util';

/**
 * What a Kubernetes object says without telling anything, as data: where it stands, what it is, and why it may go.
 * Only kinds of Kubernetes itself have defaults that are known here; a custom resource may mean the same word otherwise.
 */

/** Which place a field, or every element of the list in it, leads to. Where nothing leads there are no defaults. */
export const PLACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Pod: { metadata: 'metadata', spec: 'podSpec', status: 'podStatus' },
  Deployment: { metadata: 'metadata', spec: 'deploymentSpec', status: 'status' },
  ReplicaSet: { metadata: 'metadata', spec: 'workloadSpec', status: 'status' },
  DaemonSet: { metadata: 'metadata', spec: 'daemonSetSpec', status: 'status' },
  StatefulSet: { metadata: 'metadata', spec: 'statefulSetSpec', status: 'status' },
  Job: { metadata: 'metadata', spec: 'jobSpec', status: 'status' },
  CronJob: { metadata: 'metadata', spec: 'cronJobSpec', status: 'status' },
  Service: { metadata: 'metadata', spec: 'serviceSpec', status: 'status' },
  other: { metadata: 'metadata', status: 'status' },
  deploymentSpec: { template: 'template', strategy: 'deploymentStrategy' },
  workloadSpec: { template: 'template' },
  daemonSetSpec: { template: 'template', updateStrategy: 'daemonSetStrategy' },
  statefulSetSpec: { template: 'template', updateStrategy: 'statefulSetStrategy' },
  jobSpec: { template: 'template' },
  cronJobSpec: { jobTemplate: 'jobTemplate' },
  jobTemplate: { metadata: 'metadata', spec: 'jobSpec' },
  template: { metadata: 'metadata', spec: 'podSpec' },
  deploymentStrategy: { rollingUpdate: 'deploymentRolling' },
  daemonSetStrategy: { rollingUpdate: 'daemonSetRolling' },
  statefulSetStrategy: { rollingUpdate: 'statefulSetRolling' },
  serviceSpec: { ports: 'servicePort' },
  podSpec: { containers: 'container', initContainers: 'container', ephemeralContainers: 'container', volumes: 'volume' },
  container: { ports: 'port', livenessProbe: 'probe', readinessProbe: 'probe', startupProbe: 'probe' },
  probe: { httpGet: 'httpGet' },
  volume: { configMap: 'files', secret: 'files', projected: 'files', downwardAPI: 'files' },
  metadata: { ownerReferences: 'owner', annotations: 'annotations' },
  status: { conditions: 'condition' },
  podStatus: { conditions: 'condition', containerStatuses: 'containerStatus', initContainerStatuses: 'containerStatus' },
};

/** The groups whose objects Kubernetes itself defines; CustomResourceDefinitions are left out, being schemas of others. */
export const OWN_GROUPS: ReadonlySet<string> = new Set([
  '',
  'apps',
  'autoscaling',
  'batch',
  'policy',
  'admissionregistration.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

/** One thing that goes without saying. */
export interface Silent {
  readonly place: string;
  readonly field: string;
  /** The value that says nothing, or a test of it; `holder` is the object that the field stands in. */
  readonly is: string | number | boolean | ((value: unknown, holder: Holder) => boolean);
  readonly why: string;
}

/** An element of the list in a field that goes without saying. */
export interface SilentElement {
  readonly place: string;
  readonly field: string;
  readonly is: (element: Holder) => boolean;
  readonly why: string;
}

/** An object with fields of any kind. */
export type Holder = Readonly<Record<string, unknown>>;

const always = (): boolean => true;
const listOf = (field: string) => (value: unknown, holder: Holder) =>
  Array.isArray(value) && value.length === 1 && asHolder(value[0])['ip'] === holder[field];

/** A value as an object; an empty one for what is none. */
export function asHolder(value: unknown): Holder {
  return typeof value === 'object' && value !== null ? (value as Holder) : {};
}

/** Of a pod with one container the sums over its containers say what that one says. */
function ofOnlyContainer(value: unknown, status: Holder): boolean {
  const all = [status['containerStatuses'], status['initContainerStatuses']].flatMap((list) => list ?? []);
  return all.length === 1 && isDeepStrictEqual(asHolder(all[0])['resources'], value);
}

const isWhatIsRequested = (value: unknown, status: Holder): boolean =>
  isDeepStrictEqual(asHolder(status['resources'])['requests'], value);

/** `:latest` and no tag at all are pulled always, everything else when it is missing. */
function isDefaultPull(value: unknown, container: Holder): boolean {
  const image = typeof container['image'] === 'string' ? container['image'] : '';
  const name = image.slice(image.lastIndexOf('/') + 1);
  return value === (image.includes('@') || (name.includes(':') && !name.endsWith(':latest')) ? 'IfNotPresent' : 'Always');
}

/** Fields that are left out. */
export const SILENT_FIELDS: readonly Silent[] = [
  {
    place: 'metadata',
    field: 'managedFields',
    is: always,
    why: 'who owns which field: half of the object, for server-side apply',
  },
  { place: 'metadata', field: 'selfLink', is: always, why: 'deprecated, and follows from kind, namespace and name' },
  { place: 'metadata', field: 'uid', is: always, why: 'nothing is asked by uid; the caller may ask for all' },
  { place: 'metadata', field: 'resourceVersion', is: always, why: 'opaque, and old at once; the caller may ask for all' },
  { place: 'annotations', field: 'kubectl.kubernetes.io/last-applied-configuration', is: always, why: 'a copy of the object' },
  { place: 'owner', field: 'uid', is: always, why: 'the owner is named by kind and name' },
  { place: 'owner', field: 'blockOwnerDeletion', is: true, why: 'tells the garbage collector only' },

  { place: 'podSpec', field: 'dnsPolicy', is: 'ClusterFirst', why: 'default' },
  { place: 'podSpec', field: 'schedulerName', is: 'default-scheduler', why: 'default' },
  { place: 'podSpec', field: 'restartPolicy', is: 'Always', why: 'default' },
  { place: 'podSpec', field: 'terminationGracePeriodSeconds', is: 30, why: 'default' },
  { place: 'podSpec', field: 'enableServiceLinks', is: true, why: 'default' },
  { place: 'podSpec', field: 'preemptionPolicy', is: 'PreemptLowerPriority', why: 'default' },
  { place: 'podSpec', field: 'priority', is: 0, why: 'default' },
  { place: 'podSpec', field: 'serviceAccountName', is: 'default', why: 'default' },
  {
    place: 'podSpec',
    field: 'serviceAccount',
    is: (value, spec) => value === spec['serviceAccountName'],
    why: 'old name of serviceAccountName',
  },
  { place: 'container', field: 'terminationMessagePath', is: '/dev/termination-log', why: 'default' },
  { place: 'container', field: 'terminationMessagePolicy', is: 'File', why: 'default' },
  { place: 'container', field: 'imagePullPolicy', is: isDefaultPull, why: 'default for this tag' },
  { place: 'port', field: 'protocol', is: 'TCP', why: 'default' },
  { place: 'probe', field: 'successThreshold', is: 1, why: 'default' },
  { place: 'probe', field: 'timeoutSeconds', is: 1, why: 'default' },
  { place: 'probe', field: 'periodSeconds', is: 10, why: 'default' },
  { place: 'probe', field: 'failureThreshold', is: 3, why: 'default' },
  { place: 'httpGet', field: 'scheme', is: 'HTTP', why: 'default' },
  { place: 'files', field: 'defaultMode', is: 0o644, why: 'default' },
  { place: 'podStatus', field: 'podIPs', is: listOf('podIP'), why: 'says podIP again' },
  { place: 'podStatus', field: 'hostIPs', is: listOf('hostIP'), why: 'says hostIP again' },
  { place: 'podStatus', field: 'resources', is: ofOnlyContainer, why: 'those of its one container' },
  { place: 'podStatus', field: 'allocatedResources', is: isWhatIsRequested, why: 'no resize is under way' },
  { place: 'containerStatus', field: 'allocatedResources', is: isWhatIsRequested, why: 'no resize is under way' },

  { place: 'deploymentSpec', field: 'revisionHistoryLimit', is: 10, why: 'default' },
  { place: 'deploymentSpec', field: 'progressDeadlineSeconds', is: 600, why: 'default' },
  { place: 'daemonSetSpec', field: 'revisionHistoryLimit', is: 10, why: 'default' },
  { place: 'statefulSetSpec', field: 'revisionHistoryLimit', is: 10, why: 'default' },
  { place: 'statefulSetSpec', field: 'podManagementPolicy', is: 'OrderedReady', why: 'default' },
  { place: 'deploymentStrategy', field: 'type', is: 'RollingUpdate', why: 'default' },
  { place: 'deploymentRolling', field: 'maxSurge', is: '25%', why: 'default' },
  { place: 'deploymentRolling', field: 'maxUnavailable', is: '25%', why: 'default' },
  { place: 'daemonSetStrategy', field: 'type', is: 'RollingUpdate', why: 'default' },
  { place: 'daemonSetRolling', field: 'maxSurge', is: 0, why: 'default' },
  { place: 'daemonSetRolling', field: 'maxUnavailable', is: 1, why: 'default' },
  { place: 'statefulSetStrategy', field: 'type', is: 'RollingUpdate', why: 'default' },
  { place: 'statefulSetRolling', field: 'partition', is: 0, why: 'default' },
  { place: 'jobSpec', field: 'backoffLimit', is: 6, why: 'default' },
  { place: 'jobSpec', field: 'completionMode', is: 'NonIndexed', why: 'default' },
  { place: 'jobSpec', field: 'manualSelector', is: false, why: 'default' },
  { place: 'jobSpec', field: 'podReplacementPolicy', is: 'TerminatingOrFailed', why: 'default' },
  { place: 'jobSpec', field: 'suspend', is: false, why: 'default' },
  { place: 'cronJobSpec', field: 'suspend', is: false, why: 'default' },
  { place: 'cronJobSpec', field: 'concurrencyPolicy', is: 'Allow', why: 'default' },
  { place: 'cronJobSpec', field: 'successfulJobsHistoryLimit', is: 3, why: 'default' },
  { place: 'cronJobSpec', field: 'failedJobsHistoryLimit', is: 1, why: 'default' },

  { place: 'serviceSpec', field: 'sessionAffinity', is: 'None', why: 'default' },
  { place: 'serviceSpec', field: 'internalTrafficPolicy', is: 'Cluster', why: 'default' },
  { place: 'serviceSpec', field: 'externalTrafficPolicy', is: 'Cluster', why: 'default' },
  { place: 'serviceSpec', field: 'ipFamilyPolicy', is: 'SingleStack', why: 'default' },
  {
    place: 'serviceSpec',
    field: 'ipFamilies',
    is: (value, spec) => Array.isArray(value) && value.length === 1 && (value[0] === 'IPv4' || spec['clusterIP'] !== 'None'),
    why: 'the address shows its family',
  },
  {
    place: 'serviceSpec',
    field: 'clusterIPs',
    is: (value, spec) => Array.isArray(value) && value.length === 1 && value[0] === spec['clusterIP'],
    why: 'says clusterIP again',
  },
  { place: 'servicePort', field: 'protocol', is: 'TCP', why: 'default' },
  { place: 'servicePort', field: 'targetPort', is: (value, port) => value === port['port'], why: 'default' },
];

const API_ACCESS = /^kube-api-access-\w{5}$/;
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const UNREACHABLE: ReadonlySet<unknown> = new Set(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']);

const isTokenMount = (mount: Holder): boolean => mount['mountPath'] === TOKEN_PATH && API_ACCESS.test(String(mount['name']));
const TOKEN = 'the service account token that every pod gets';

/** Elements of lists that are left out. */
export const SILENT_ELEMENTS: readonly SilentElement[] = [
  {
    place: 'podSpec',
    field: 'volumes',
    is: (volume) => API_ACCESS.test(String(volume['name'])) && volume['projected'] !== undefined,
    why: TOKEN,
  },
  { place: 'container', field: 'volumeMounts', is: isTokenMount, why: TOKEN },
  { place: 'containerStatus', field: 'volumeMounts', is: isTokenMount, why: TOKEN },
  {
    place: 'podSpec',
    field: 'tolerations',
    is: (toleration) =>
      UNREACHABLE.has(toleration['key']) &&
      toleration['operator'] === 'Exists' &&
      toleration['effect'] === 'NoExecute' &&
      toleration['tolerationSeconds'] === 300,
    why: 'every pod gets it from the DefaultTolerationSeconds admission',
  },
];

/**
 * Fields of Kubernetes' own kinds where an empty map or list says something: everything is selected, nothing is allowed,
 * a volume that is empty. Anywhere else empty is as good as missing.
 */
export const MEANT_EMPTY = /elector$|^(?:emptyDir|ingress|egress|from|to|waiting|running|terminated)$/;
