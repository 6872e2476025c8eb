import type { DraftObject, KubeObject } from '../model.ts';
import type { StatusCause } from '../status.ts';
import { customResourceDefinition } from './rules/definitions.ts';
import { Found } from './rules/found.ts';
import { checkMeta, checkNewFinalizers } from './rules/meta.ts';
import * as network from './rules/network.ts';
import * as others from './rules/others.ts';
import type { Rule } from './rules/rule.ts';
import * as storage from './rules/storage.ts';
import { checkUpdate } from './rules/updates.ts';
import * as workloads from './rules/workloads.ts';
import type { ObjectType } from './type.ts';
import { customCauses } from './validate-custom.ts';
import { fieldsOf } from './values.ts';

/** What each built-in kind must keep to. A kind that is not here has its metadata checked, and its schema by decoding. */
const RULES: Readonly<Record<string, Rule>> = {
  '/ConfigMap': others.configMap,
  '/Event': others.event,
  '/PersistentVolume': storage.volume,
  '/PersistentVolumeClaim': storage.claim,
  '/Pod': workloads.pod,
  '/PodTemplate': workloads.podTemplate,
  '/ResourceQuota': others.quota,
  '/Secret': others.secret,
  '/Service': network.service,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinition,
  'apps/DaemonSet': workloads.daemonSet,
  'apps/Deployment': workloads.deployment,
  'apps/ReplicaSet': workloads.replicaSet,
  'apps/StatefulSet': workloads.statefulSet,
  'autoscaling/HorizontalPodAutoscaler': others.autoscaler,
  'batch/CronJob': workloads.cronJob,
  'batch/Job': workloads.job,
  'networking.k8s.io/Ingress': network.ingress,
  'networking.k8s.io/NetworkPolicy': network.networkPolicy,
  'policy/PodDisruptionBudget': others.disruptionBudget,
  'rbac.authorization.k8s.io/ClusterRole': others.role,
  'rbac.authorization.k8s.io/ClusterRoleBinding': others.clusterRoleBinding,
  'rbac.authorization.k8s.io/Role': others.role,
  'rbac.authorization.k8s.io/RoleBinding': others.roleBinding,
  'storage.k8s.io/StorageClass': storage.storageClass,
};

/** What is wrong with an object after defaulting, for `invalid(…)`; none when all is well. With `before`, as an update of it. */
export function causesOf(type: ObjectType, object: DraftObject, before?: KubeObject): readonly StatusCause[] {
  const found = new Found();
  const kind = `${type.group}/${type.kind}`;
  checkMeta(found, kind, fieldsOf(object.metadata));
  if (type.custom) found.causes.push(...customCauses(type.schema, object));
  else RULES[kind]?.(found, '', object, object);
  if (before !== undefined) {
    checkNewFinalizers(found, fieldsOf(object.metadata), fieldsOf(before.metadata));
    checkUpdate(found, kind, object, before);
  }
  return found.causes;
}
