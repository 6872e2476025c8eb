import { count, oneLine } from '../../../../answers/index.ts';
import type { Change, Effect, Plan, PlannedStep, Subject } from '../../../../changes/index.ts';

/** What a step does to its object, before and after. */
const EFFECTS: Readonly<Record<Effect, { readonly sign: string; readonly will: string; readonly did: string }>> = {
  create: { sign: '+', will: 'create', did: 'created' },
  change: { sign: '~', will: 'change', did: 'changed' },
  delete: { sign: '-', will: 'delete', did: 'deleted' },
  none: { sign: '=', will: 'leave', did: 'left as it is' },
  unknown: { sign: '?', will: 'apply untried', did: 'applied' },
};

/** In the order in which a head line tells them. */
const TOLD: readonly Effect[] = ['create', 'change', 'delete', 'unknown', 'none'];

/** Digits of a digest that are shown: enough for a person to compare. */
const DIGEST = 12;

/** `Deployment shop/web`. */
export function sayObject({ kind, namespace, name }: Omit<Subject, 'cluster'>): string {
  return oneLine(`${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`, 320);
}

export function signOf(effect: Effect): string {
  return EFFECTS[effect].sign;
}

/** `change`, `evict`. */
export function sayWill({ action, effect }: Pick<PlannedStep, 'action' | 'effect'>): string {
  return action === 'evict' ? 'evict' : EFFECTS[effect].will;
}

/** `changed`, `evicted`. */
export function sayDid({ action, effect }: Pick<PlannedStep, 'action' | 'effect'>): string {
  return action === 'evict' ? 'evicted' : EFFECTS[effect].did;
}

/** `2 to create, 1 to change`. */
export function sayEffects(steps: readonly Pick<PlannedStep, 'effect'>[]): string {
  const effects = Map.groupBy(steps, ({ effect }) => effect);
  return TOLD.flatMap((effect) => {
    const of = effects.get(effect)?.length ?? 0;
    return of === 0 ? [] : [`${of} to ${EFFECTS[effect].will}`];
  }).join(', ');
}

/** `cluster prod`, `clusters a, b`. */
export function sayClusters(steps: readonly { readonly subject: Subject }[]): string {
  const names = [...new Set(steps.map(({ subject }) => subject.cluster))];
  return `${names.length === 1 ? 'cluster' : 'clusters'} ${names.join(', ')}`;
}

/** ` as admin`; nothing when several identities act. */
export function sayIdentity(steps: readonly { readonly identity: string }[]): string {
  const [identity, ...others] = new Set(steps.map((step) => step.identity));
  return identity === undefined || others.length > 0 ? '' : ` as ${oneLine(identity)}`;
}

/** The digits of a digest that people compare: `9f2c 41aa 03de`. */
export function sayDigest({ digest }: Pick<Plan | Change, 'digest'>): string {
  return (digest.slice(0, DIGEST).match(/.{1,4}/g) ?? []).join(' ');
}

/** `3 objects`. */
export function sayCount(steps: readonly unknown[]): string {
  return count(steps.length, 'object');
}
