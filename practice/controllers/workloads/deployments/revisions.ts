import type { KubeObject } from '../../../model.ts';
import type { Deployment, Labels, PodTemplate, ReplicaSet } from '../../shapes.ts';
import { same } from '../../../same.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MOST = 'deployment.kubernetes.io/max-replicas';
export const HASH = 'pod-template-hash';

/** Annotations of a Deployment that its ReplicaSets do not get. */
const OWN_ANNOTATIONS: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  HISTORY,
  DESIRED,
  MOST,
  'deprecated.deployment.rollback.to',
]);

export const revisionOf = ({ metadata }: KubeObject): number => Number(metadata.annotations?.[REVISION] ?? 0);
export const desiredOf = ({ metadata }: ReplicaSet): number | undefined =>
  metadata.annotations?.[DESIRED] === undefined ? undefined : Number(metadata.annotations[DESIRED]);
export const mostOf = ({ metadata }: ReplicaSet): number | undefined =>
  metadata.annotations?.[MOST] === undefined ? undefined : Number(metadata.annotations[MOST]);

const copied = (annotations: Labels = {}): Labels =>
  Object.fromEntries(Object.entries(annotations).filter(([name]) => !OWN_ANNOTATIONS.has(name)));

/** Annotations that tell a ReplicaSet how large its Deployment wants to be. */
export const sizeAnnotations = (desired: number, most: number): Labels => ({ [DESIRED]: String(desired), [MOST]: String(most) });

/** What the newest ReplicaSet carries. A revision that came back remembers the numbers that it had. */
export function annotationsFor(deployment: Deployment, set: ReplicaSet | undefined, revision: number): Labels {
  const before = set?.metadata.annotations ?? {};
  const old = before[REVISION];
  const isHigher = old === undefined || revision > Number(old);
  const history = isHigher && old !== undefined ? { [HISTORY]: [before[HISTORY], old].filter(Boolean).join(',') } : {};
  return {
    ...before,
    ...copied(deployment.metadata.annotations),
    ...(isHigher && { [REVISION]: String(revision) }),
    ...history,
  };
}

function withoutHash({ metadata, ...template }: PodTemplate): PodTemplate {
  const { [HASH]: _, ...labels } = metadata?.labels ?? {};
  return { ...template, metadata: { ...metadata, labels } };
}

/** The ReplicaSet that has the template which the Deployment has now; of several the oldest. */
export function newestSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = withoutHash(deployment.spec.template);
  const hasIt = ({ spec }: ReplicaSet): boolean => {
    const { metadata, ...rest } = withoutHash(spec.template);
    return (
      same(rest.spec, wanted.spec) &&
      same(metadata?.labels, wanted.metadata?.labels) &&
      same(metadata?.annotations, wanted.metadata?.annotations)
    );
  };
  return byAge(sets).find(hasIt);
}

export const byAge = (sets: readonly ReplicaSet[]): readonly ReplicaSet[] =>
  [...sets].sort(
    ({ metadata: one }, { metadata: other }) =>
      Date.parse(one.creationTimestamp) - Date.parse(other.creationTimestamp) || (one.name < other.name ? -1 : 1),
  );
