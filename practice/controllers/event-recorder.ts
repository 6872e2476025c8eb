import { flat } from '../flat.ts';
import type { Clock, KubeObject } from '../model.ts';
import type { Cluster } from './cluster.ts';

export type EventType = 'Normal' | 'Warning';

/** Writes the events of one component, and counts those that come again, by the rules of client-go's correlator. */
export interface Recorder {
  /** @param fieldPath the part of the object that it is about, such as `spec.containers{app}` */
  event(about: KubeObject, type: EventType, reason: string, message: string, fieldPath?: string): void;
}

/** So many events of one component about one object are written at once; after that, one in a while. */
const BURST = { events: 25, refillMs: 300_000 } as const;

/** So many events that differ in their message alone within the window are told as one. */
const SIMILAR = { messages: 10, windowMs: 600_000 } as const;

/** About how many objects a component remembers what it said, and how much about each. */
const REMEMBERED = { objects: 4096, events: 64 } as const;

/** What a component has said about one object. Its lists are as long as they need to be: there is one for each pod, and arrays that grow take more. */
interface Told {
  /** How many more events it may write now, as of a time. */
  tokens: number;
  at: number;
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
  count: number;
}

/** The messages that came with one reason, and when the last did. */
interface Lately {
  readonly reason: string;
  messages: readonly string[];
  last: number;
}

/** @param host where the component runs; kubelets say it. @default nowhere */
export function eventRecorder(cluster: Cluster, component: string, host?: string): Recorder {
  const nameOf = eventNames(cluster);
  const newTold = (): Told => ({ tokens: BURST.events, at: cluster.clock.now(), written: [], lately: [] });
  const told: Readonly<Record<EventType, Memory<Told>>> = { Normal: memory(newTold), Warning: memory(newTold) };

  const isSpam = (about: Told): boolean => {
    const now = cluster.clock.now();
    about.tokens = Math.min(about.tokens + (now - about.at) / BURST.refillMs, BURST.events);
    about.at = now;
    if (about.tokens < 1) return true;
    about.tokens -= 1;
    return false;
  };
  const isOneOfMany = (about: Told, reason: string, message: string): boolean => {
    const now = cluster.clock.now();
    const similar = about.lately.find((one) => one.reason === reason);
    if (similar === undefined) {
      about.lately = about.lately.concat({ reason, messages: [message], last: now });
      return false;
    }
    const messages = now - similar.last > SIMILAR.windowMs ? [] : similar.messages;
    const isFull = messages.length >= SIMILAR.messages;
    similar.messages = isFull || messages.includes(message) ? messages : messages.concat(message);
    similar.last = now;
    return similar.messages.length >= SIMILAR.messages;
  };
  const writtenAs = (told: Told, wanted: Pick<Written, 'reason' | 'fieldPath' | 'message'>, about: string): Written => {
    const { reason, fieldPath, message } = wanted;
    const known = told.written.find((one) => one.message === message && one.reason === reason && one.fieldPath === fieldPath);
    if (known !== undefined) return known;
    const added = { reason, fieldPath, message, name: nameOf(about), first: cluster.now(), count: 0 };
    told.written = told.written.slice(1 - REMEMBERED.events).concat(added);
    return added;
  };
  return {
    event(about, type, reason, said, fieldPath) {
      const { name, uid, resourceVersion } = about.metadata;
      const namespace = about.metadata.namespace ?? 'default';
      const message = flat(said);
      const before = told[type].of(uid);
      const combined = isOneOfMany(before, reason, message);
      const text = combined ? `(combined from similar events): ${message}` : message;
      const lastTimestamp = cluster.now();
      const wanted = combined ? { reason, fieldPath: undefined, message: undefined } : { reason, fieldPath, message };
      const written = writtenAs(before, wanted, name);
      const { name: eventName, first } = written;
      const count = (written.count += 1);
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
        involvedObject: {
          kind: about.kind,
          ...(about.metadata.namespace !== undefined && { namespace }),
          name,
          uid,
          apiVersion: about.apiVersion,
          resourceVersion,
          ...(fieldPath !== undefined && { fieldPath: flat(fieldPath) }),
        },
        reason,
        message: text,
        source: { component, ...(host !== undefined && { host }) },
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
