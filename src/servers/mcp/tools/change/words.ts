import { count, oneLine } from '../../../../answers/index.ts';
import type { Change, ChangedStep, Effect, Plan, PlannedStep, Subject } from '../../../../changes/index.ts';

/** What a step does to its object, before and after. */
const EFFECTS: Readonly<Record<Effect, { readonly sign: string; readonly will: string; readonly did: string }>> = {
  create: { sign: '+', will: 'create', did: 'created' },
  change: { sign: '~', will: 'change', did: 'changed' },
  delete: { sign: '-', will: 'delete', did: 'deleted' },
  none: { sign: '=', will: 'leave', did: 'left as it is' },
  unknown: { sign: '?', will: 'apply untried', did: 'applied' },
};

/** What a plan says of a step; one that failed when it was tried does nothing at all. */
type Planned = Pick<PlannedStep, 'effect' | 'problem'>;

/** In the order in which a head line tells them. */
const TOLD: readonly Effect[] = ['create', 'change', 'delete', 'unknown', 'none'];

/** Digits of a digest that are shown: enough for a person to compare. */
const DIGEST = 12;

/** `Deployment shop/web`. */
export function sayObject({ kind, namespace, name }: Omit<Subject, 'cluster'>): string {
  return oneLine(`${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`, 320);
}

export function signOf(step: Planned): string {
  return isBlocked(step) ? '!' : EFFECTS[step.effect].sign;
}

/** `change`, `evict`, `blocked`. */
export function sayWill(step: Planned & Pick<PlannedStep, 'action' | 'temporary'>): string {
  if (isBlocked(step)) return 'blocked';
  if (step.temporary === true && step.effect === 'create') return 'create, and remove afterwards,';
  return step.action === 'evict' ? 'evict' : EFFECTS[step.effect].will;
}

function isBlocked({ effect, problem }: Planned): boolean {
  return effect === 'unknown' && problem !== undefined;
}

/** `changed`, `evicted`. */
export function sayDid({ action, effect, removed }: Pick<ChangedStep, 'action' | 'effect' | 'removed'>): string {
  if (removed === true) return 'created and removed again';
  return action === 'evict' ? 'evicted' : EFFECTS[effect].did;
}

/** `2 to create, 1 to change`, `1 blocked`. */
export function sayEffects(steps: readonly Planned[]): string {
  const effects = Map.groupBy(
    steps.filter((step) => !isBlocked(step)),
    ({ effect }) => effect,
  );
  const blocked = steps.filter(isBlocked).length;
  const told = TOLD.flatMap((effect) => {
    const of = effects.get(effect)?.length ?? 0;
    return of === 0 ? [] : [`${of} to ${EFFECTS[effect].will}`];
  });
  return [...told, ...(blocked === 0 ? [] : [`${blocked} blocked`])].join(', ');
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

/** A call within a sentence: `kube_confirm {"plan":"plan-7f3k2m"}`. */
export function sayCall(tool: string, args: Readonly<Record<string, unknown>>): string {
  return `${tool} ${JSON.stringify(args)}`;
}

/** `3 objects`. */
export function sayCount(steps: readonly unknown[]): string {
  return count(steps.length, 'object');
}
