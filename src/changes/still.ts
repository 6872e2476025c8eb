import { mapBounded, UsageError } from '../platform/index.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';
import { digestOf } from './canonical.ts';
import { difference } from './difference.ts';
import { liveReader } from './live.ts';
import { meaningful } from './noise.ts';
import { shown } from './shown.ts';
import type { FieldChange } from './plan.ts';
import type { Step } from './step.ts';
import { sayObject, type Target } from './target.ts';

/** A step on its way, and what the plan knew of its object. */
export interface Expected {
  readonly target: Target;
  readonly step: Step;
  readonly fingerprint: string | null;
  readonly base: KubernetesObject | null;
}

/** Objects that are read at the same time. */
const AT_ONCE = 32;
/** Fields that are told of what changed. */
const TOLD = 6;

/**
 * Is everything as the plan has shown it? A new version alone is nothing: controllers write the status of objects all the time.
 * @returns the objects as they are
 * @throws UsageError (`plan-stale`) with what changed
 */
export async function checkAll(expected: readonly Expected[], key: Buffer): Promise<(KubernetesObject | null)[]> {
  const read = liveReader(expected.map(({ target }) => target));
  return mapBounded(expected, AT_ONCE, async (each) => {
    const live = each.step.action === 'create' ? null : await read(each.target);
    checkStill(each, live, key);
    return live;
  });
}

/** The same of one object that was read just now. */
export function checkStill({ target, step, fingerprint, base }: Expected, live: KubernetesObject | null, key: Buffer): void {
  const { subject } = target;
  if (isGoneAlready(step, fingerprint, live, key)) return;
  if (live === null) {
    if (fingerprint !== null) throw staleError(`${sayObject(subject)} is not there any more`);
    return;
  }
  if (fingerprint === null) throw staleError(`${sayObject(subject)} has been made by somebody else`);
  if (fingerprintOf(step, live, key) === fingerprint) return;
  throw staleError(`${sayObject(subject)} has been changed: ${sayChanges(difference(base ?? undefined, shown(live)))}`);
}

/** A pod that was to be evicted and has gone by itself; one of its name that came after it is another. */
export function isGoneAlready(step: Step, fingerprint: string | null, live: KubernetesObject | null, key: Buffer): boolean {
  return step.action === 'evict' && (live === null || fingerprintOf(step, live, key) !== fingerprint);
}

/** What an object is recognised by when it is looked at again: a pod that is evicted by its uid, others by all that somebody wanted. */
export function fingerprintOf(step: Step, object: KubernetesObject, key: Buffer): string {
  return digestOf(step.action === 'evict' ? object.metadata?.uid : meaningful(object, partOf(step)), key);
}

/** Subresources that are a part of the specification; what the others write stands in the status. */
const OF_SPEC: ReadonlySet<string> = new Set(['scale', 'ephemeralcontainers']);

/** The status is what is changed when a step is about it, and noise otherwise. */
export function partOf(step: Step): 'status' | undefined {
  return step.action === 'patch' && step.subresource !== undefined && !OF_SPEC.has(step.subresource) ? 'status' : undefined;
}

/** `spec.replicas 2 → 3, data.a is new ("x")`, for messages; redacted as its parts are. */
export function sayChanges(changes: readonly FieldChange[]): string {
  if (changes.length === 0) return 'a value that is hidden';
  const told = changes.slice(0, TOLD).map(sayChange);
  return changes.length > TOLD ? `${told.join(', ')} and ${changes.length - TOLD} more` : told.join(', ');
}

function sayChange({ path, before, after }: FieldChange): string {
  if (before === undefined) return `${path} is new (${inShort(after)})`;
  return after === undefined ? `${path} is gone` : `${path} ${inShort(before)} → ${inShort(after)}`;
}

function inShort(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function staleError(what: string): UsageError {
  return new UsageError(`The plan is not true any more: ${what}.`, {
    code: 'plan-stale',
    field: 'plan',
    advice: 'Make the plan anew, and look at what it shows now.',
  });
}
