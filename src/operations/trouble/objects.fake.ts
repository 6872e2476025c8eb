/** Objects as an API server gives them, by what a test is about. For tests only. */
import type { KubernetesObject } from '../../kubernetes/index.ts';

export const NOW = Date.parse('2026-03-01T12:00:00Z');

/** RFC 3339, so many seconds before `NOW`. */
export function before(seconds: number): string {
  return new Date(NOW - seconds * 1000).toISOString().replace('.000Z', 'Z');
}

export type Fields = Readonly<Record<string, unknown>>;

export interface PodFields {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly owner?: { readonly kind: string; readonly name: string; readonly uid: string };
  readonly metadata?: Fields;
  readonly spec?: Fields;
  /** Of its only container, `app`. */
  readonly container?: Fields;
  /** Status of that container, without its name. */
  readonly is?: Fields;
  readonly status?: Fields;
  readonly conditions?: readonly Fields[];
}

/** A pod that runs and is ready, an hour old, changed by what is given. */
export function pod(fields: PodFields = {}): KubernetesObject {
  const { name = 'web-1', labels = { app: 'web' }, owner, metadata, spec, container, is, status, conditions } = fields;
  const ready = is === undefined && status === undefined && conditions === undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      creationTimestamp: before(3600),
      labels,
      ...(owner && { ownerReferences: [{ apiVersion: 'apps/v1', controller: true, ...owner }] }),
      ...metadata,
    },
    spec: { nodeName: 'n1', restartPolicy: 'Always', containers: [{ name: 'app', image: 'web:1', ...container }], ...spec },
    status: {
      phase: 'Running',
      startTime: before(3600),
      conditions: conditions ?? [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: before(3600) },
        { type: 'Initialized', status: 'True' },
        { type: 'ContainersReady', status: ready ? 'True' : 'False' },
        { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: before(600) },
      ],
      containerStatuses: [
        { name: 'app', ready, started: true, restartCount: 0, state: { running: { startedAt: before(3600) } }, ...is },
      ],
      ...status,
    },
  };
}

/** The status of a container that waits. */
export function waiting(reason: string, message?: string, rest: Fields = {}): Fields {
  return { ready: false, started: false, state: { waiting: { reason, ...(message !== undefined && { message }) } }, ...rest };
}

/** A `terminated` state. */
export function ended(exitCode: number, rest: Fields = {}): Fields {
  return { terminated: { exitCode, reason: 'Error', startedAt: before(61), finishedAt: before(60), ...rest } };
}

/** A pod that crashed `restarts` times, and waits. */
export function crashing(restarts: number, exit: Fields = ended(1), rest: PodFields = {}): KubernetesObject {
  return pod({ ...rest, is: waiting('CrashLoopBackOff', 'back-off 5m0s', { restartCount: restarts, lastState: exit }) });
}

/** A pod that no node takes. */
export function unscheduled(message: string, rest: PodFields = {}): KubernetesObject {
  return pod({
    ...rest,
    status: { phase: 'Pending', containerStatuses: [] },
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: before(600) }],
  });
}

export function event(about: KubernetesObject, reason: string, message: string, rest: Fields = {}): KubernetesObject {
  const { namespace, name, uid } = about.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name ?? ''}.${reason}`, namespace },
    involvedObject: { kind: about.kind, namespace, name, uid },
    type: 'Warning',
    reason,
    message,
    count: 1,
    lastTimestamp: before(30),
    ...rest,
  } as KubernetesObject;
}

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  fields: Fields = {},
  metadata: Fields = {},
): KubernetesObject {
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: 'shop', uid: `uid-${kind}-${name}`, creationTimestamp: before(3600), ...metadata },
    ...fields,
  };
}
