import type { KubeObject } from '../model.ts';
import type {
  ControllerRevision,
  CronJob,
  DaemonSet,
  Endpoints,
  EndpointSlice,
  HorizontalPodAutoscaler,
  Job,
  PodDisruptionBudget,
  Service,
  StatefulSet,
} from './kinds.ts';
import type { Amounts, Deployment, EventObject, LabelSelector, Node, NodeSelectorTerm, Pod, ReplicaSet } from './shapes.ts';

/** A ConfigMap or a Secret. */
export interface Keyed extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

export interface PersistentVolumeClaim extends KubeObject {
  readonly spec: {
    readonly accessModes?: readonly string[];
    readonly resources?: { readonly requests?: Amounts };
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly selector?: LabelSelector;
  };
  readonly status?: {
    readonly phase?: 'Pending' | 'Bound' | 'Lost';
    readonly accessModes?: readonly string[];
    readonly capacity?: Amounts;
  };
}

export interface PersistentVolume extends KubeObject {
  readonly spec: {
    readonly capacity?: Amounts;
    readonly accessModes?: readonly string[];
    readonly storageClassName?: string;
    readonly volumeMode?: string;
    readonly persistentVolumeReclaimPolicy?: 'Retain' | 'Delete' | 'Recycle';
    readonly claimRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string };
    readonly nodeAffinity?: { readonly required?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] } };
    readonly [source: string]: unknown;
  };
  readonly status?: { readonly phase?: 'Pending' | 'Available' | 'Bound' | 'Released' | 'Failed' };
}

export interface StorageClass extends KubeObject {
  readonly provisioner: string;
  readonly volumeBindingMode?: 'Immediate' | 'WaitForFirstConsumer';
  readonly reclaimPolicy?: 'Retain' | 'Delete';
}

/** What each resource holds, by the name under which the store knows it. */
export interface Shapes {
  readonly pods: Pod;
  readonly nodes: Node;
  readonly events: EventObject;
  readonly configmaps: Keyed;
  readonly secrets: Keyed;
  readonly persistentvolumeclaims: PersistentVolumeClaim;
  readonly persistentvolumes: PersistentVolume;
  readonly 'storageclasses.storage.k8s.io': StorageClass;
  readonly namespaces: KubeObject;
  readonly serviceaccounts: KubeObject;
  readonly services: Service;
  readonly endpoints: Endpoints;
  readonly 'leases.coordination.k8s.io': KubeObject;
  readonly 'endpointslices.discovery.k8s.io': EndpointSlice;
  readonly 'replicasets.apps': ReplicaSet;
  readonly 'deployments.apps': Deployment;
  readonly 'statefulsets.apps': StatefulSet;
  readonly 'daemonsets.apps': DaemonSet;
  readonly 'controllerrevisions.apps': ControllerRevision;
  readonly 'jobs.batch': Job;
  readonly 'cronjobs.batch': CronJob;
  readonly 'poddisruptionbudgets.policy': PodDisruptionBudget;
  readonly 'horizontalpodautoscalers.autoscaling': HorizontalPodAutoscaler;
}
