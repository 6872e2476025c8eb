import type { Json, KubernetesObject, PatchType } from '../kubernetes/index.ts';

/** The object that a step is about, as the cluster names it. */
export interface Subject {
  /** The cluster's name in the fleet. */
  readonly cluster: string;
  /** `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Missing for cluster-scoped kinds. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

/**
 * One change of one object, as data: it is kept, digested and applied exactly as it was asked for. A change of many
 * objects is many steps of one plan.
 */
export type Step = ApplyStep | CreateStep | PatchStep | DeleteStep | ScaleStep | EvictStep;

export type Action = Step['action'];

interface InCluster {
  readonly cluster: string;
}

/** Where the values that are hidden in a step were read from. They are put back by this room, which alone may see them. */
export interface HiddenFrom extends Subject {
  /** The part of that object whose places are those of the step. @default the object itself */
  readonly path?: readonly string[] | undefined;
}

/** Server-side apply with our field manager: creates what is missing, and sets the given fields of what is there. */
export interface ApplyStep extends InCluster {
  readonly action: 'apply';
  /** With apiVersion, kind, metadata.name, and metadata.namespace for namespaced kinds. */
  readonly object: KubernetesObject;
  /** Takes over fields that other managers own. @default false */
  readonly force?: boolean | undefined;
  readonly hiddenFrom?: HiddenFrom | undefined;
}

/** Creates an object that must not be there yet. `generateName` is allowed. */
export interface CreateStep extends InCluster {
  readonly action: 'create';
  readonly object: KubernetesObject;
  readonly hiddenFrom?: HiddenFrom | undefined;
  /** Serves this change alone, and is removed at its end: `ApplyOptions.whileThere`. It needs a name. @default false */
  readonly temporary?: boolean | undefined;
}

export interface PatchStep extends InCluster {
  readonly action: 'patch';
  readonly subject: Omit<Subject, 'cluster'>;
  readonly type: PatchType;
  readonly patch: Json;
  /** `status`, `approval`, `ephemeralcontainers`, …; for replicas see ScaleStep. */
  readonly subresource?: string | undefined;
  readonly hiddenFrom?: HiddenFrom | undefined;
}

export interface DeleteStep extends InCluster {
  readonly action: 'delete';
  readonly subject: Omit<Subject, 'cluster'>;
  /** @default Background, of every kind: an API server left to itself would leave the pods of a Job behind */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly gracePeriodSeconds?: number | undefined;
}

/** Sets the replicas of any kind that has a scale subresource. */
export interface ScaleStep extends InCluster {
  readonly action: 'scale';
  readonly subject: Omit<Subject, 'cluster'>;
  readonly replicas: number;
}

/** Removes a pod as a drain does: only as far as disruption budgets allow. Waits for a budget while the plan's time lasts. */
export interface EvictStep extends InCluster {
  readonly action: 'evict';
  readonly subject: Omit<Subject, 'cluster'>;
  readonly gracePeriodSeconds?: number | undefined;
}
