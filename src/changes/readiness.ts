import { groupKindOf, listAt, numberAt, textAt, type KubernetesObject } from '../kubernetes/index.ts';

/** How far an object is on its way to what was asked of it. `failed` will not get there by itself. */
export interface Readiness {
  readonly is: 'ready' | 'waiting' | 'failed';
  /** `1 of 3 replicas updated`. */
  readonly says: string;
}

const READY: Readiness = { is: 'ready', says: 'ready' };

type Rule = (object: KubernetesObject) => Readiness;

/** By `group/kind`. What is not here is ready when its conditions Ready or Available say so, or when it has none. */
const RULES: Readonly<Record<string, Rule>> = {
  'apps/Deployment': (object) => {
    // Until its controller has seen the change, the condition is of the rollout before.
    const failed = isObserved(object) ? conditionOf(object, 'Progressing', 'False') : undefined;
    if (failed !== undefined) return { is: 'failed', says: textAt(failed, 'message') ?? 'it makes no progress' };
    return counted(object, numberAt(object, 'spec', 'replicas') ?? 1, ['updatedReplicas', 'availableReplicas'], 'replicas');
  },
  'apps/StatefulSet': (object) => {
    const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
    const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
    if (isByHand(object) || partition > 0) return counted(object, replicas, ['readyReplicas']);
    return counted(object, replicas, ['updatedReplicas', 'readyReplicas'], 'replicas');
  },
  'apps/DaemonSet': (object) => {
    const updated = isByHand(object) ? [] : ['updatedNumberScheduled'];
    return counted(object, numberAt(object, 'status', 'desiredNumberScheduled') ?? 0, [...updated, 'numberAvailable']);
  },
  'apps/ReplicaSet': (object) => counted(object, numberAt(object, 'spec', 'replicas') ?? 1, ['availableReplicas'], 'replicas'),
  '/Pod': (object) => {
    const phase = textAt(object, 'status', 'phase');
    if (phase === 'Failed') return { is: 'failed', says: 'it has failed' };
    if (phase === 'Succeeded' || conditionOf(object, 'Ready', 'True') !== undefined) return READY;
    return { is: 'waiting', says: `phase ${phase ?? 'unknown'}, not ready` };
  },
  'batch/Job': (object) => {
    const failed = conditionOf(object, 'Failed', 'True');
    if (failed !== undefined) return { is: 'failed', says: textAt(failed, 'message') ?? 'it has failed' };
    if (conditionOf(object, 'Complete', 'True') !== undefined) return READY;
    return { is: 'waiting', says: `${numberAt(object, 'status', 'succeeded') ?? 0} pods have succeeded` };
  },
  'apiextensions.k8s.io/CustomResourceDefinition': (object) => needs(object, 'Established'),
  'apiregistration.k8s.io/APIService': (object) => needs(object, 'Available'),
};

/** How far an object is. */
export function readinessOf(object: KubernetesObject): Readiness {
  return (RULES[groupKindOf(object)] ?? byConditions)(object);
}

function byConditions(object: KubernetesObject): Readiness {
  const type = ['Ready', 'Available'].find((name) =>
    listAt(object, 'status', 'conditions').some((entry) => textAt(entry, 'type') === name),
  );
  if (!isObserved(object)) return { is: 'waiting', says: 'its controller has not seen the change yet' };
  return type === undefined ? READY : needs(object, type);
}

function needs(object: KubernetesObject, type: string): Readiness {
  return conditionOf(object, type, 'True') === undefined ? { is: 'waiting', says: `it is not ${type}` } : READY;
}

/** Its pods are replaced only as somebody deletes them. */
function isByHand(object: KubernetesObject): boolean {
  return textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
}

/** All counts of the status have come to the wanted number, and none is left over of the old. */
function counted(object: KubernetesObject, wanted: number, fields: readonly string[], total?: string): Readiness {
  if (!isObserved(object)) return { is: 'waiting', says: 'its controller has not seen the change yet' };
  for (const field of fields) {
    const count = numberAt(object, 'status', field) ?? 0;
    if (count < wanted) return { is: 'waiting', says: `${field} ${count} of ${wanted}` };
  }
  const all = total === undefined ? wanted : (numberAt(object, 'status', total) ?? 0);
  return all > wanted ? { is: 'waiting', says: `${all - wanted} old pods are still there` } : READY;
}

/** Its controller has seen the object as it is. Those of `apps` say so always, others where they say it at all. */
function isObserved(object: KubernetesObject): boolean {
  const observed = numberAt(object, 'status', 'observedGeneration');
  if (observed === undefined) return object.apiVersion !== 'apps/v1';
  return observed >= (object.metadata?.generation ?? 0);
}

function conditionOf(object: KubernetesObject, type: string, status: string): unknown {
  return listAt(object, 'status', 'conditions').find(
    (entry) => textAt(entry, 'type') === type && textAt(entry, 'status') === status,
  );
}
