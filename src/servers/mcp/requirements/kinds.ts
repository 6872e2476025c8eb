/** A kind as RBAC names it. */
export interface RbacKind {
  /** Empty for the core group. */
  readonly group: string;
  /** The plural. */
  readonly resource: string;
  readonly namespaced: boolean;
}

/** A kind with what it is read for, or why it is not read unless somebody says so. */
export interface ListedKind extends RbacKind {
  readonly why: string;
}

/**
 * What an agent may read when nobody says otherwise: all that a question about running software leads to. It is the
 * ClusterRole `view` of Kubernetes without its writing neighbours, and with the few cluster-scoped kinds that explain
 * why something does not run.
 */
export const READ_BY_DEFAULT: readonly ListedKind[] = [
  { group: '', resource: 'pods', namespaced: true, why: 'what runs, and why it does not' },
  { group: '', resource: 'services', namespaced: true, why: 'what leads to pods' },
  { group: '', resource: 'endpoints', namespaced: true, why: 'what services lead to, on clusters that still write them' },
  { group: 'discovery.k8s.io', resource: 'endpointslices', namespaced: true, why: 'what services lead to' },
  { group: '', resource: 'events', namespaced: true, why: 'what happened' },
  { group: '', resource: 'configmaps', namespaced: true, why: 'keys that containers miss; values that look secret are redacted' },
  { group: '', resource: 'serviceaccounts', namespaced: true, why: 'as whom pods run' },
  { group: '', resource: 'persistentvolumeclaims', namespaced: true, why: 'volumes that pods wait for' },
  { group: '', resource: 'resourcequotas', namespaced: true, why: 'quotas that refuse pods' },
  { group: '', resource: 'limitranges', namespaced: true, why: 'defaults and limits that a namespace sets' },
  { group: '', resource: 'replicationcontrollers', namespaced: true, why: 'workloads of the old form' },
  { group: 'apps', resource: 'deployments', namespaced: true, why: 'workloads' },
  { group: 'apps', resource: 'replicasets', namespaced: true, why: 'revisions of deployments' },
  { group: 'apps', resource: 'statefulsets', namespaced: true, why: 'workloads' },
  { group: 'apps', resource: 'daemonsets', namespaced: true, why: 'workloads' },
  { group: 'batch', resource: 'jobs', namespaced: true, why: 'work that ends, and why it failed' },
  { group: 'batch', resource: 'cronjobs', namespaced: true, why: 'work that is planned' },
  { group: 'autoscaling', resource: 'horizontalpodautoscalers', namespaced: true, why: 'who changes replicas' },
  { group: 'policy', resource: 'poddisruptionbudgets', namespaced: true, why: 'what stops an eviction' },
  { group: 'networking.k8s.io', resource: 'ingresses', namespaced: true, why: 'ways in from outside' },
  { group: 'networking.k8s.io', resource: 'networkpolicies', namespaced: true, why: 'traffic that is dropped' },
  { group: 'networking.k8s.io', resource: 'ingressclasses', namespaced: false, why: 'ingresses that nobody serves' },
  { group: '', resource: 'nodes', namespaced: false, why: 'where pods run, and why they find no place' },
  { group: '', resource: 'namespaces', namespaced: false, why: 'namespace "*", and whether one exists' },
  { group: '', resource: 'persistentvolumes', namespaced: false, why: 'what claims are bound to' },
  { group: 'storage.k8s.io', resource: 'storageclasses', namespaced: false, why: 'claims that nobody fulfils' },
];

/**
 * What an agent may change when nobody says otherwise: what applications are made of. Nothing that gives rights, nothing
 * of the cluster itself.
 */
export const CHANGED_BY_DEFAULT: readonly ListedKind[] = [
  { group: '', resource: 'configmaps', namespaced: true, why: 'settings of applications' },
  { group: '', resource: 'services', namespaced: true, why: 'what leads to pods' },
  { group: '', resource: 'persistentvolumeclaims', namespaced: true, why: 'volumes of applications' },
  { group: '', resource: 'pods', namespaced: true, why: 'deleting one that hangs' },
  { group: 'apps', resource: 'deployments', namespaced: true, why: 'workloads' },
  { group: 'apps', resource: 'statefulsets', namespaced: true, why: 'workloads' },
  { group: 'apps', resource: 'daemonsets', namespaced: true, why: 'workloads' },
  { group: 'batch', resource: 'jobs', namespaced: true, why: 'work that ends' },
  { group: 'batch', resource: 'cronjobs', namespaced: true, why: 'work that is planned' },
  { group: 'autoscaling', resource: 'horizontalpodautoscalers', namespaced: true, why: 'who changes replicas' },
  { group: 'policy', resource: 'poddisruptionbudgets', namespaced: true, why: 'what stops an eviction' },
  { group: 'networking.k8s.io', resource: 'ingresses', namespaced: true, why: 'ways in from outside' },
  { group: 'networking.k8s.io', resource: 'networkpolicies', namespaced: true, why: 'traffic that is dropped' },
];

/** Kinds that every cluster has and that are read only when they are named, with the reason. */
export const READ_WHEN_NAMED: readonly ListedKind[] = [
  { group: '', resource: 'secrets', namespaced: true, why: 'Fairlead hides their values; whoever steals its token reads them' },
  { group: '', resource: 'podtemplates', namespaced: true, why: 'hardly used' },
  { group: 'apps', resource: 'controllerrevisions', namespaced: true, why: 'inner workings of StatefulSets and DaemonSets' },
  { group: 'coordination.k8s.io', resource: 'leases', namespaced: true, why: 'inner workings of controllers' },
  { group: 'events.k8s.io', resource: 'events', namespaced: true, why: 'the same events are read in the core group' },
  { group: 'rbac.authorization.k8s.io', resource: 'roles', namespaced: true, why: 'tell who could be attacked for which right' },
  { group: 'rbac.authorization.k8s.io', resource: 'rolebindings', namespaced: true, why: 'as roles' },
  { group: 'rbac.authorization.k8s.io', resource: 'clusterroles', namespaced: false, why: 'as roles' },
  { group: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings', namespaced: false, why: 'as roles' },
  { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions', namespaced: false, why: 'kube_explain needs none' },
  { group: 'apiregistration.k8s.io', resource: 'apiservices', namespaced: false, why: 'kube_kinds names those that are broken' },
  { group: 'scheduling.k8s.io', resource: 'priorityclasses', namespaced: false, why: 'hardly a question' },
  { group: 'node.k8s.io', resource: 'runtimeclasses', namespaced: false, why: 'hardly a question' },
  { group: 'storage.k8s.io', resource: 'csidrivers', namespaced: false, why: 'hardly a question' },
  { group: 'storage.k8s.io', resource: 'csinodes', namespaced: false, why: 'hardly a question' },
  { group: 'storage.k8s.io', resource: 'volumeattachments', namespaced: false, why: 'hardly a question' },
  {
    group: 'admissionregistration.k8s.io',
    resource: 'validatingwebhookconfigurations',
    namespaced: false,
    why: 'tell what is guarded by whom',
  },
  {
    group: 'admissionregistration.k8s.io',
    resource: 'mutatingwebhookconfigurations',
    namespaced: false,
    why: 'tell what is changed by whom',
  },
];
