import { at, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { timeOf } from './finding.ts';

/** One event, whichever of the two APIs and whichever way of counting it was written with. */
export interface EventView {
  readonly warning: boolean;
  readonly reason: string;
  /** As it came: not cleaned. */
  readonly message: string;
  /** How often it happened. */
  readonly count: number;
  /** When last; RFC 3339. */
  readonly last: string | undefined;
  readonly kind: string;
  readonly name: string;
  readonly uid: string | undefined;
  /** `spec.containers{app}`, when it is about a part of the object. */
  readonly fieldPath: string | undefined;
}

export function eventOf(event: KubernetesObject): EventView {
  const about = at(event, 'involvedObject') ?? at(event, 'regarding');
  return {
    warning: textAt(event, 'type') !== 'Normal',
    reason: textAt(event, 'reason') ?? '',
    message: textAt(event, 'message') ?? textAt(event, 'note') ?? '',
    count: numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1,
    last:
      textAt(event, 'series', 'lastObservedTime') ??
      textAt(event, 'lastTimestamp') ??
      textAt(event, 'eventTime') ??
      textAt(event, 'firstTimestamp') ??
      event.metadata?.creationTimestamp,
    kind: textAt(about, 'kind') ?? '',
    name: textAt(about, 'name') ?? '',
    uid: textAt(about, 'uid'),
    fieldPath: textAt(about, 'fieldPath'),
  };
}

/** Newest first. */
export function newestFirst(events: readonly EventView[]): EventView[] {
  return events.toSorted((a, b) => (timeOf(b.last) ?? 0) - (timeOf(a.last) ?? 0));
}

/** The newest warning with one of these reasons about this container, or about the pod when none is named. */
export function newestWarning(
  events: readonly EventView[],
  reasons: ReadonlySet<string>,
  container?: string,
): EventView | undefined {
  return newestFirst(events).find(
    (event) =>
      event.warning &&
      reasons.has(event.reason) &&
      (container === undefined || event.fieldPath === undefined || event.fieldPath.includes(`{${container}}`)),
  );
}
