import { demandOn, type ChangeVerb, type Demanded, type Policy } from '../access/index.ts';
import type { Draft } from './plan-step.ts';
import type { NeededWord, PlannedStep } from './plan.ts';
import type { Step } from './step.ts';
import type { Target } from './target.ts';

const WORDS: readonly NeededWord[] = ['nobody', 'agent', 'person'];

/** Whose word a plan needs, and why; `denied` names the steps that no word helps. */
export interface Needs {
  readonly needs: NeededWord;
  readonly because: readonly string[];
  readonly denied: ReadonlyMap<number, string>;
}

/** The strictest of what the mode and the rules ask of the steps. */
export function needsOf(policy: Policy, drafts: readonly Pick<Draft, 'step' | 'target' | 'view'>[]): Needs {
  let needs: NeededWord = policy.mode === 'direct' ? 'nobody' : 'agent';
  const because = new Set<string>();
  const denied = new Map<number, string>();
  for (const [position, { step, target, view }] of drafts.entries()) {
    const missing = missingFor(policy, step);
    if (missing !== undefined) denied.set(position, missing);
    const demanded = demandOf(policy, step, target, view);
    if (demanded === undefined) continue;
    if (demanded.demand === 'deny') denied.set(position, demanded.because);
    const word: NeededWord = demanded.demand === 'plan' ? 'agent' : 'person';
    if (WORDS.indexOf(word) > WORDS.indexOf(needs)) needs = word;
    if (word === 'person') because.add(demanded.because);
  }
  return { needs, because: [...because], denied };
}

function demandOf(policy: Policy, step: Step, { kind, subject }: Target, { effect }: PlannedStep): Demanded | undefined {
  const isNamespace = kind.group === '' && kind.resource === 'namespaces';
  return demandOn(policy.changes, {
    cluster: subject.cluster,
    kind: { group: kind.group, resource: kind.resource, ...subresourceOf(step) },
    namespace: subject.namespace ?? (isNamespace ? subject.name : undefined),
    verbs: verbsOf(step, effect),
  });
}

/** What is made for one command gives what a command in a container gives, and needs the same permission. */
function missingFor({ permissions, settingNames }: Policy, step: Step): string | undefined {
  if (step.action !== 'create' || step.temporary !== true || permissions.has('exec')) return undefined;
  return `it needs the permission "exec", which the operator can grant with ${settingNames.allowedOperations} exec`;
}

function verbsOf(step: Step, effect: PlannedStep['effect']): readonly ChangeVerb[] {
  switch (step.action) {
    case 'delete':
    case 'evict':
      return ['delete'];
    case 'create':
      return step.temporary === true ? ['create', 'delete'] : ['create'];
    case 'apply':
      return effect === 'create' ? ['create'] : effect === 'change' || effect === 'none' ? ['patch'] : ['create', 'patch'];
    default:
      return ['patch'];
  }
}

function subresourceOf(step: Step): { readonly subresource?: string } {
  if (step.action === 'scale') return { subresource: 'scale' };
  return step.action === 'patch' && step.subresource !== undefined ? { subresource: step.subresource } : {};
}
