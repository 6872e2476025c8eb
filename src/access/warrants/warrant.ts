import type { Call, Place, ResourceRequest, Verb } from '../../kubernetes/index.ts';

/** One write that a confirmed plan holds. */
export interface CoveredWrite {
  readonly cluster: string;
  readonly verb: Verb;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  /** Missing for what the server names, and for what is created by name: that stands in the body. */
  readonly name?: string | undefined;
}

/** Kept by identity: a look-alike that some other code makes is no warrant. */
const warrants = new WeakMap<object, ReadonlySet<string>>();
const custodies = new WeakSet<object>();

/**
 * A warrant for these writes and no others, to be carried by a call (`Call.warrant`). To be issued only when the word
 * that a plan needs has been given.
 */
export function issueWarrant(writes: readonly CoveredWrite[]): object {
  const warrant = Object.freeze({});
  warrants.set(warrant, new Set(writes.map(keyOf)));
  return warrant;
}

/**
 * Lets a call see objects as they are (`Call.custody`): without it no change of a hidden value could be undone, and none
 * by somebody else be noticed. Nothing that was read by it may leave the room unredacted.
 */
export function unredacted(): object {
  const custody = Object.freeze({});
  custodies.add(custody);
  return custody;
}

export function isCovered(request: ResourceRequest, place: Place, call: Call): boolean {
  const covered = call.warrant === undefined ? undefined : warrants.get(call.warrant);
  return covered?.has(keyOf({ ...request, cluster: place.cluster })) ?? false;
}

export function seesAll(call: Call | undefined): boolean {
  return call?.custody !== undefined && custodies.has(call.custody);
}

function keyOf({ cluster, verb, group, resource, subresource, namespace, name }: CoveredWrite): string {
  return JSON.stringify([cluster, verb, group, resource, subresource ?? '', namespace ?? '', name ?? '']);
}
