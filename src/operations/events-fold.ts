import { createHash } from 'node:crypto';

import type { EventFact } from './events-view.ts';

/** The same thing that happened to one object, or to several of one workload. */
export interface EventGroup {
  /** Tells the groups of one question apart; stays the same from one reading to the next. */
  readonly key: string;
  readonly type: string;
  readonly reason: string;
  /** The newest; text from the cluster. What differs among the objects is `*`, what `name` says anyway is left out. */
  readonly message: string;
  /** How often it happened, to all objects together. */
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  readonly kind: string;
  /** Undefined for objects without a namespace, and for objects of several namespaces. */
  readonly namespace: string | undefined;
  /** The object's name, or what the names of all begin with: `web-7d4b9c6f5d-*`; empty when they have nothing in common. */
  readonly name: string;
  /** How many objects. */
  readonly objects: number;
  /** How many namespaces these are in. */
  readonly namespaces: number;
  readonly source: string;
}

/** What the generator of names draws from: no vowels, and no digits that look like a letter. */
const SUFFIX = '[bcdfghjklmnpqrstvwxz2456789]{5}';

/**
 * Parts of messages that differ each time without saying anything else; each match becomes the second value. Anybody may
 * write an event: no pattern may look at the rest of the message from every place in it.
 */
const VARIABLE: readonly (readonly [pattern: RegExp, replacement: string, why: string])[] = [
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/g, '*', 'uids'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '*', 'addresses of pods'],
  [/\b[\da-f]{32,64}\b/g, '*', 'ids of containers and sandboxes'],
  [/\b(\d+(\.\d+)?(ns|µs|us|ms|s|m|h)){1,4}(?![\w.])/g, '*', 'how long it took'],
  [/\b\d{5,}\b/g, '*', 'sizes in bytes, ports drawn by the system'],
  [/^(Successfully assigned \S+ to )\S+$/g, '$1*', 'the node that a pod was put on'],
  [/(\*-)[bcdfghjklmnpqrstvwxz2456789]{6,10}(?![\w-])/g, '$1*', 'hashes of pod templates'],
  [new RegExp(`(?<![\\w-])([a-z0-9*][a-z0-9.-]{0,252}-)${SUFFIX}(?![\\w-])`, 'g'), '$1*', 'generated names of pods'],
];

/** Parts of messages that say nothing beside the object's name, or beside the rest of the message. */
const REDUNDANT: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^\(combined from similar events\): /, 'the count says it'],
  [/ in pod [^\s_]+_[^\s(]+\([\da-f-]{32,36}\)/, 'the object says it'],
  [/^pod: "[^\s_]+_[^\s(]+\([\da-f-]{32,36}\)"\. /, 'the object says it'],
  [/(\. no new claims to deallocate,?)?[,.]? preemption: .*$/s, 'that nothing can be evicted either is no cause'],
];

/** Reasons of which only the newest message counts: the older ones tell how the same wait looked before. */
const LATEST: ReadonlySet<string> = new Set(['FailedScheduling']);

/** A wide fold is made of at least so many groups: fewer are better read one by one. */
const WIDE = 8;

/**
 * Folds events: the same thing told by several stored events becomes one; so does the same thing that happened to several
 * objects of one workload; so does a normal thing that happened to many workloads, when `wide`.
 * @returns newest first
 */
export function foldEvents(events: readonly EventFact[], options: { readonly wide: boolean }): EventGroup[] {
  const groups = gather(events);
  const folded = options.wide ? widen(groups) : groups;
  return folded.map(finish).toSorted((a, b) => b.last - a.last || (a.key < b.key ? -1 : 1));
}

interface Gathered {
  readonly key: string;
  readonly events: EventFact[];
  /** The message of a wide fold. */
  readonly wide?: string;
}

function gather(events: readonly EventFact[]): Gathered[] {
  const found = new Map<string, Gathered>();
  for (const event of events) {
    const told = LATEST.has(event.reason) ? '' : patternOf(event);
    const { kind, name } = event.object;
    const key = JSON.stringify([event.type, event.reason, kind, event.namespace, stemOf(name), told]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { key, events: [event] });
    else known.events.push(event);
  }
  return [...found.values()];
}

/** Folds groups of normal events further, over names and namespaces, where there are many that say the same. */
function widen(groups: readonly Gathered[]): Gathered[] {
  const normal = groups.filter((group) => group.events[0]?.type === 'Normal');
  const alike = Map.groupBy(normal, ({ events: [event] }) =>
    JSON.stringify([event?.reason, event?.object.kind, widePattern(event)]),
  );
  const wide = [...alike].filter(([, members]) => members.length >= WIDE);
  const gone = new Set(wide.flatMap(([, members]) => members));
  return [
    ...groups.filter((group) => !gone.has(group)),
    ...wide.map(([key, members]) => {
      const events = members.flatMap((member) => member.events);
      return { key: `wide ${key}`, events, wide: widePattern(events[0]) };
    }),
  ];
}

function finish({ key, events, wide }: Gathered): EventGroup {
  const newest = events.reduce((a, b) => (b.last > a.last ? b : a));
  const names = new Set(events.map((event) => event.object.name));
  const namespaces = new Set(events.map((event) => event.namespace));
  const stems = new Set(events.map((event) => stemOf(event.object.name)));
  const [stem = ''] = stems;
  const objects = new Set(events.map((event) => `${event.namespace}/${event.object.name}`)).size;
  return {
    key: createHash('sha256').update(key).digest('base64url').slice(0, 12),
    type: newest.type,
    reason: newest.reason,
    // One object's newest message is the exact one; of several objects only the common part holds.
    message: objects === 1 ? essential(newest.message) : (wide ?? patternOf(newest)),
    count: events.reduce((sum, event) => sum + event.count, 0),
    first: events.reduce((first, event) => Math.min(first, event.first), newest.first),
    last: newest.last,
    kind: newest.object.kind,
    namespace: namespaces.size === 1 ? newest.object.namespace : undefined,
    name: names.size === 1 ? newest.object.name : stems.size === 1 ? stem : '',
    objects,
    namespaces: namespaces.size,
    source: newest.source,
  };
}

/** A message with everything that differs from object to object as `*`. */
function patternOf(event: EventFact): string {
  const message = essential(event.message);
  let text = replaceWord(message, event.object.name, '*');
  for (const [pattern, replacement] of VARIABLE) text = text.replaceAll(pattern, replacement);
  return text;
}

function essential(message: string): string {
  let text = message;
  for (const [pattern] of REDUNDANT) text = text.replace(pattern, '');
  return text;
}

/** A pattern in which the workload's own name and namespace are `*` too. */
function widePattern(event: EventFact | undefined): string {
  if (event === undefined) return '';
  const stem = stemOf(event.object.name);
  const plain = replaceWord(replaceWord(patternOf(event), stem, '*'), stem.replace(/-\*$/, ''), '*');
  return replaceWord(plain, event.namespace, '*').replaceAll(/(?<!\S)\S*-\*/g, '*');
}

function replaceWord(text: string, word: string, replacement: string): string {
  return word.length < 2 ? text : text.replaceAll(word, replacement);
}

const GENERATED = new RegExp(`^(.+-)${SUFFIX}$`);
const ORDINAL = /^(.+-)\d{1,3}$/;

/** What the names of a workload's pods begin with: `web-7d4b9c6f5d-*`, `db-*`; any other name as it is. */
export function stemOf(name: string): string {
  const [, stem] = GENERATED.exec(name) ?? ORDINAL.exec(name) ?? [];
  return stem === undefined ? name : `${stem}*`;
}
