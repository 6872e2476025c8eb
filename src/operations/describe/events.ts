import { groupKindOf, type KubernetesObject } from '../../kubernetes/index.ts';
import { eventOf, newestFirst, timeOf, type EventView } from '../trouble/index.ts';
import type { EventFact } from './facts.ts';
import type { Lookup } from './lookup.ts';

/** Events told at most; the newest and the warnings first. */
const TOLD = 8;

/** What happens to every object that is well: tells nothing that its state does not. */
const USUAL: ReadonlySet<string> = new Set([
  'Scheduled',
  'Pulling',
  'Pulled',
  'Created',
  'Started',
  'SuccessfulCreate',
  'SuccessfulAttachVolume',
  'AddedInterface',
  'LeaderElection',
  'Starting',
  'RegisteredNode',
  'NodeAllocatableEnforced',
  'NodeHasSufficientMemory',
  'NodeHasNoDiskPressure',
  'NodeHasSufficientPID',
  'WaitForFirstConsumer',
]);

/** Reasons whose messages differ in what was tried only: one for all of them, told by the newest. */
const ONE_FOR_ALL: ReadonlySet<string> = new Set(['FailedScheduling', 'BackOff', 'ScalingReplicaSet', 'NotTriggerScaleUp']);

/**
 * The events of one object, found by its uid, so that those of another object of the same name, or of its predecessor,
 * do not slip in; undefined when they cannot be read.
 */
export async function readEvents(look: Lookup, object: KubernetesObject): Promise<readonly KubernetesObject[] | undefined> {
  const uid = object.metadata?.uid;
  if (uid === undefined) return [];
  // Events about objects without namespace stand in the namespace default.
  const namespace = object.metadata?.namespace ?? 'default';
  // A kubelet gives its node's name for a uid, the controllers give the real one.
  const fields =
    groupKindOf(object) === '/Node'
      ? `involvedObject.kind=Node,involvedObject.name=${object.metadata?.name ?? ''}`
      : `involvedObject.uid=${uid}`;
  return (await look.list('', 'Event', { namespace, fields }, 'events'))?.items;
}

/**
 * Events as they are told: the same reason and message of one kind of object is one, its counts added up, newest first.
 * @param about the object described; events about others say whom they are about
 */
export function eventFacts(events: readonly KubernetesObject[], about: KubernetesObject): EventFact[] {
  const groups = new Map<string, EventView[]>();
  for (const event of events.map(eventOf)) {
    if (!event.warning && USUAL.has(event.reason)) continue;
    const key = [event.kind, event.reason, ONE_FOR_ALL.has(event.reason) ? '' : sameness(event)].join('\u0000');
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  const facts = [...groups.values()].flatMap((group): EventFact[] => {
    const [newest] = newestFirst(group);
    if (newest === undefined) return [];
    return [
      {
        warning: newest.warning,
        reason: newest.reason,
        message: newest.message,
        count: group.reduce((sum, event) => sum + event.count, 0),
        last: newest.last,
        ...(newest.uid !== about.metadata?.uid && newest.kind !== about.kind && { on: `${newest.kind} ${newest.name}` }),
      },
    ];
  });
  return facts
    .toSorted((a, b) => Number(b.warning) - Number(a.warning) || (timeOf(b.last) ?? 0) - (timeOf(a.last) ?? 0))
    .slice(0, TOLD)
    .toSorted((a, b) => (timeOf(b.last) ?? 0) - (timeOf(a.last) ?? 0));
}

/** Messages that differ only in names, numbers and uids are one. */
function sameness({ message, name }: EventView): string {
  return message
    .replaceAll(name, '')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, '#')
    .replaceAll(/-[a-z0-9]{5}\b/g, '');
}
