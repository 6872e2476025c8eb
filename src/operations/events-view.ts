import { at, numberAt, textAt, type KubernetesObject } from '../kubernetes/index.ts';

/**
 * Characters of a message that are looked at. The API server bounds messages of `events.k8s.io` to 1,024 and those of `v1`
 * not at all, and what is looked for in them takes more than proportionally longer the longer they are.
 */
const LONGEST_MESSAGE = 2_000;

/** What an event is about. */
export interface EventObject {
  readonly kind: string;
  /** Empty where the event does not say it. */
  readonly apiVersion: string;
  /** Undefined for an object without a namespace. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** The uid, or what some components put in its place: the kubelet writes a node's name, and a static pod's hash. */
  readonly uid: string | undefined;
}

/** One stored event, the same whichever API it was read from and whichever way of counting its writer has. */
export interface EventFact {
  /** Where the event itself is stored; that is `default` for objects without a namespace. */
  readonly namespace: string;
  /** `Warning` or `Normal`. */
  readonly type: string;
  readonly reason: string;
  /** Text from the cluster. */
  readonly message: string;
  /** How often it happened; at least 1. */
  readonly count: number;
  /** Milliseconds since the epoch; 0 when the event bears no time at all. */
  readonly first: number;
  /** Milliseconds since the epoch; 0 when the event bears no time at all. */
  readonly last: number;
  readonly object: EventObject;
  /** Who reported it: `kubelet`, `default-scheduler`. */
  readonly source: string;
}

/**
 * Reads an event of `v1` or of `events.k8s.io/v1`; both show the same stored object under other names.
 *
 * Old writers count up `count` and `lastTimestamp`; new ones write `eventTime` once and then a `series`. An object may
 * have traces of both, so the newest time and the largest count hold.
 */
export function eventFact(event: KubernetesObject): EventFact {
  const about = at(event, 'involvedObject') ?? at(event, 'regarding');
  const created = event.metadata?.creationTimestamp;
  const times = [
    textAt(event, 'series', 'lastObservedTime'),
    textAt(event, 'lastTimestamp') ?? textAt(event, 'deprecatedLastTimestamp'),
    textAt(event, 'eventTime'),
    textAt(event, 'firstTimestamp') ?? textAt(event, 'deprecatedFirstTimestamp'),
  ].flatMap((time) => millisecondsOf(time) ?? []);
  if (times.length === 0) times.push(millisecondsOf(created) ?? 0);
  return {
    namespace: event.metadata?.namespace ?? '',
    type: textAt(event, 'type') ?? '',
    reason: textAt(event, 'reason') ?? '',
    message: bounded((textAt(event, 'message') ?? textAt(event, 'note') ?? '').trim()),
    count: Math.max(
      1,
      numberAt(event, 'series', 'count') ?? 0,
      numberAt(event, 'count') ?? numberAt(event, 'deprecatedCount') ?? 0,
    ),
    first: Math.min(...times),
    last: Math.max(...times),
    object: {
      kind: textAt(about, 'kind') ?? '',
      apiVersion: textAt(about, 'apiVersion') ?? '',
      namespace: textAt(about, 'namespace'),
      name: textAt(about, 'name') ?? '',
      uid: textAt(about, 'uid'),
    },
    source:
      textAt(event, 'source', 'component') ??
      textAt(event, 'deprecatedSource', 'component') ??
      textAt(event, 'reportingComponent') ??
      textAt(event, 'reportingController') ??
      '',
  };
}

function bounded(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`;
}

function millisecondsOf(time: string | undefined): number | undefined {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? undefined : at;
}
