import { CLUSTER_ROLE_BINDING, ROLE_BINDING } from './access.ts';
import { MUTATING_POLICY, POLICY_BINDING, VALIDATING_POLICY, WEBHOOKS } from './admission.ts';
import { HORIZONTAL_POD_AUTOSCALER } from './autoscaling.ts';
import type { Printer } from './column.ts';
import { AGED, CONFIG_MAP, RESOURCE_QUOTA, SECRET } from './configuration.ts';
import { API_SERVICE, CERTIFICATE_SIGNING_REQUEST, COMPONENT_STATUS, LEASE } from './control-plane.ts';
import { EVENT } from './events.ts';
import { CRON_JOB, JOB } from './jobs.ts';
import { METRICS } from './metrics.ts';
import { INGRESS, INGRESS_CLASS, IP_ADDRESS, NETWORK_POLICY, SERVICE_CIDR } from './networking.ts';
import { NAMESPACE, NODE } from './nodes.ts';
import { POD } from './pods.ts';
import { POD_DISRUPTION_BUDGET, PRIORITY_CLASS, RUNTIME_CLASS } from './scheduling.ts';
import { ENDPOINT_SLICE, ENDPOINTS, SERVICE } from './services.ts';
import {
  CSI_DRIVER,
  CSI_NODE,
  PERSISTENT_VOLUME,
  PERSISTENT_VOLUME_CLAIM,
  STORAGE_CLASS,
  VOLUME_ATTACHMENT,
  VOLUME_ATTRIBUTES_CLASS,
} from './storage.ts';
import {
  CONTROLLER_REVISION,
  DAEMON_SET,
  DEPLOYMENT,
  POD_TEMPLATE,
  REPLICA_SET,
  REPLICATION_CONTROLLER,
  STATEFUL_SET,
} from './workloads.ts';

/** The printers of built-in kinds, by kind and group. All versions of a kind are shown alike; others have a name and a time. */
export const PRINTERS: Readonly<Record<string, Printer>> = {
  ComponentStatus: COMPONENT_STATUS,
  ConfigMap: CONFIG_MAP,
  Endpoints: ENDPOINTS,
  Event: EVENT,
  Namespace: NAMESPACE,
  Node: NODE,
  PersistentVolume: PERSISTENT_VOLUME,
  PersistentVolumeClaim: PERSISTENT_VOLUME_CLAIM,
  Pod: POD,
  PodTemplate: POD_TEMPLATE,
  ReplicationController: REPLICATION_CONTROLLER,
  ResourceQuota: RESOURCE_QUOTA,
  Secret: SECRET,
  Service: SERVICE,
  ServiceAccount: AGED,
  'MutatingAdmissionPolicy.admissionregistration.k8s.io': MUTATING_POLICY,
  'MutatingAdmissionPolicyBinding.admissionregistration.k8s.io': POLICY_BINDING,
  'MutatingWebhookConfiguration.admissionregistration.k8s.io': WEBHOOKS,
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io': VALIDATING_POLICY,
  'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io': POLICY_BINDING,
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io': WEBHOOKS,
  'APIService.apiregistration.k8s.io': API_SERVICE,
  'ControllerRevision.apps': CONTROLLER_REVISION,
  'DaemonSet.apps': DAEMON_SET,
  'Deployment.apps': DEPLOYMENT,
  'ReplicaSet.apps': REPLICA_SET,
  'StatefulSet.apps': STATEFUL_SET,
  'HorizontalPodAutoscaler.autoscaling': HORIZONTAL_POD_AUTOSCALER,
  'CronJob.batch': CRON_JOB,
  'Job.batch': JOB,
  'CertificateSigningRequest.certificates.k8s.io': CERTIFICATE_SIGNING_REQUEST,
  'Lease.coordination.k8s.io': LEASE,
  'EndpointSlice.discovery.k8s.io': ENDPOINT_SLICE,
  'Event.events.k8s.io': EVENT,
  'Ingress.networking.k8s.io': INGRESS,
  'IngressClass.networking.k8s.io': INGRESS_CLASS,
  'IPAddress.networking.k8s.io': IP_ADDRESS,
  'NetworkPolicy.networking.k8s.io': NETWORK_POLICY,
  'NodeMetrics.metrics.k8s.io': METRICS,
  'PodMetrics.metrics.k8s.io': METRICS,
  'ServiceCIDR.networking.k8s.io': SERVICE_CIDR,
  'RuntimeClass.node.k8s.io': RUNTIME_CLASS,
  'PodDisruptionBudget.policy': POD_DISRUPTION_BUDGET,
  'ClusterRoleBinding.rbac.authorization.k8s.io': CLUSTER_ROLE_BINDING,
  'RoleBinding.rbac.authorization.k8s.io': ROLE_BINDING,
  'PriorityClass.scheduling.k8s.io': PRIORITY_CLASS,
  'CSIDriver.storage.k8s.io': CSI_DRIVER,
  'CSINode.storage.k8s.io': CSI_NODE,
  'StorageClass.storage.k8s.io': STORAGE_CLASS,
  'VolumeAttachment.storage.k8s.io': VOLUME_ATTACHMENT,
  'VolumeAttributesClass.storage.k8s.io': VOLUME_ATTRIBUTES_CLASS,
};
