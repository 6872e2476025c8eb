import { flat, shared } from '../flat.ts';
import type { Clock, KubeObject } from '../model.ts';
import type { Cluster } from './cluster.ts';

export type EventType = 'Normal' | 'Warning';

/** Writes the events of one component, and counts those that come again, by the rules of client-go's correlator. */
export interface Recorder {
  /** @param fieldPath the part of the object that it is about, such as `spec.containers{app}` */
  event(about: KubeObject, type: EventType, reason: string, message: string, fieldPath?: string): void;
}

/** So many events of one component about one object are written at once; after that, one in a while. */
const BURST = { events: 25, refillSeconds: 300 } as const;

/** So many events that differ in their message alone within the window are told as one. */
const SIMILAR = { messages: 10, windowSeconds: 600 } as const;

/** About how many objects a component remembers what it said, and how much about each. */
const REMEMBERED = { objects: 4096, events: 64 } as const;

/**
 * What a component has said about one object. There is one for each pod, so all is as small as can be: times are whole
 * seconds, and lists are as long as they need to be, since arrays that grow take more.
 */
interface Told {
  /** Each event that is written spends some time; at this one nothing of it is left to wait for. */
  restedAt: number;
  written: readonly Written[];
  lately: readonly Lately[];
}

interface Written {
  readonly reason: string;
  readonly fieldPath: string | undefined;
  /** None of its own: it stands for many. */
  readonly message: string | undefined;
  readonly name: string;
  readonly first: string;
  last: number;
  count: number;
}

/** The messages that came with one reason, once there has been more than one, and when the last did. */
interface Lately {
  readonly reason: string;
  messages: readonly string[];
  last: number;
}

/** What an event is about. */
type Reference = Readonly<Record<string, string>>;

const NONE: readonly never[] = [];

/** @param host where the component runs; kubelets say it. @default nowhere */
export function eventRecorder(cluster: Cluster, component: string, host?: string): Recorder {
  const nameOf = eventNames(cluster);
  const source = { component, ...(host !== undefined && { host }) };
  const newTold = (): Told => ({ restedAt: 0, written: NONE, lately: NONE });
  const told: Readonly<Record<EventType, Memory<Told>>> = { Normal: memory(newTold), Warning: memory(newTold) };
  const seconds = (): number => Math.floor(cluster.clock.now() / 1000);
  let lastReference: Reference | undefined;

  const isSpam = (about: Told): boolean => {
    const restedAt = Math.max(about.restedAt, seconds()) + BURST.refillSeconds;
    if (restedAt - seconds() > BURST.events * BURST.refillSeconds) return true;
    about.restedAt = restedAt;
    return false;
  };
  const isOneOfMany = (about: Told, reason: string, message: string): boolean => {
    const now = seconds();
    const similar = about.lately.find((one) => one.reason === reason);
    if (similar === undefined) {
      const only = about.written.find((one) => one.reason === reason);
      if (only === undefined || only.message === message) return false;
      const isOld = now - only.last > SIMILAR.windowSeconds || only.message === undefined;
      about.lately = about.lately.concat({ reason, messages: isOld ? [message] : [only.message, message], last: now });
      return false;
    }
    const messages = now - similar.last > SIMILAR.windowSeconds ? NONE : similar.messages;
    const isFull = messages.length >= SIMILAR.messages;
    similar.messages = isFull || messages.includes(message) ? messages : messages.concat(message);
    similar.last = now;
    return similar.messages.length >= SIMILAR.messages;
  };
  /** Events that follow each other are often about the same, and share it. */
  const referenceTo = (about: KubeObject, fieldPath: string | undefined): Reference => {
    const { name, uid, resourceVersion } = about.metadata;
    const last = lastReference;
    if (last?.['uid'] === uid && last['resourceVersion'] === resourceVersion && last['fieldPath'] === fieldPath) return last;
    return (lastReference = {
      kind: about.kind,
      ...(about.metadata.namespace !== undefined && { namespace: about.metadata.namespace }),
      name,
      uid,
      apiVersion: about.apiVersion,
      resourceVersion,
      ...(fieldPath !== undefined && { fieldPath }),
    });
  };
  const writtenAs = (told: Told, wanted: Pick<Written, 'reason' | 'fieldPath' | 'message'>, about: string): Written => {
    const { reason, fieldPath, message } = wanted;
    const known = told.written.find((one) => one.message === message && one.reason === reason && one.fieldPath === fieldPath);
    if (known !== undefined) return known;
    const added = { reason, fieldPath, message, name: nameOf(about), first: cluster.now(), last: 0, count: 0 };
    told.written = told.written.slice(1 - REMEMBERED.events).concat(added);
    return added;
  };
  return {
    event(about, type, reason, said, path) {
      const { name, uid, namespace = 'default' } = about.metadata;
      const [message, fieldPath] = [shared(said), path === undefined ? undefined : shared(path)];
      const before = told[type].of(uid);
      const combined = isOneOfMany(before, reason, message);
      const text = combined ? `(combined from similar events): ${message}` : message;
      const lastTimestamp = cluster.now();
      const wanted = combined ? { reason, fieldPath: undefined, message: undefined } : { reason, fieldPath, message };
      const written = writtenAs(before, wanted, name);
      const { name: eventName, first } = written;
      const count = (written.count += 1);
      written.last = seconds();
      // What is not written is counted all the same, so that a count jumps when one is written again.
      if (isSpam(before)) return;
      const present = count > 1 ? cluster.get('events', namespace, eventName) : undefined;
      if (present !== undefined) {
        cluster.update('events', { ...present, count, message: text, lastTimestamp });
        return;
      }
      cluster.create('events', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: eventName, namespace },
        involvedObject: referenceTo(about, fieldPath),
        reason,
        message: text,
        source,
        firstTimestamp: first,
        lastTimestamp,
        count,
        type,
        eventTime: null,
        reportingComponent: component,
        reportingInstance: host ?? '',
      });
    },
  };
}

/** How many names have been given on each clock; all recorders of a cluster count together, so that no name comes twice. */
const given = new WeakMap<Clock, number>();

/** Names for events, in the order of which they happened, as the nanoseconds in their names tell. */
export function eventNames({ clock, random }: Cluster): (about: string) => string {
  return (about) => {
    const count = ((given.get(clock) ?? 0) + 1) % 1000;
    given.set(clock, count);
    const nanoseconds = BigInt(clock.now()) * 1_000_000n + BigInt(count * 1000 + Math.floor(random.next() * 1000));
    return flat(`${about}.${nanoseconds.toString(16)}`);
  };
}

interface Memory<T> {
  /** What is known of a subject; it is used now. */
  of(subject: string): T;
}

/** Remembers what was used last. */
function memory<T>(fresh: () => T): Memory<T> {
  const values = new Map<string, T>();
  return {
    of(subject) {
      const value = values.get(subject) ?? fresh();
      values.delete(subject);
      values.set(subject, value);
      const [oldest] = values.size > REMEMBERED.objects ? values.keys() : [];
      if (oldest !== undefined) values.delete(oldest);
      return value;
    },
  };
}
