import { describe, expect, test } from 'vitest';

import type { Word } from './changes.ts';
import { checkWord } from './confirm.ts';
import type { Plan, PlannedStep } from './plan.ts';

const digest = 'ab12'.repeat(16);

function planOf(more: Partial<Plan>): Plan {
  return {
    id: 'plan-1',
    digest,
    state: 'open',
    madeAt: '2026-01-01T00:00:00Z',
    expiresAt: '2026-01-01T00:10:00Z',
    author: { origin: 'kube_apply', session: 's' },
    needs: 'agent',
    because: [],
    steps: [],
    dryRun: false,
    ...more,
  };
}

const agent: Word = { who: 'agent', via: 'kube_confirm', session: 's' };
const person: Word = { who: 'person', via: 'terminal', digest };
const nobody: Word = { who: 'nobody', via: 'direct', session: 's' };

function refusal(plan: Partial<Plan>, word: Word): string | undefined {
  try {
    checkWord(planOf(plan), word);
    return undefined;
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

describe('a word', () => {
  test.each([
    ['an agent for its own plan', {}, agent, undefined],
    ['an agent for the plan of another session', {}, { ...agent, session: 'other' }, 'other-session'],
    ['an agent without a session for the plan of one', {}, { ...agent, session: undefined }, 'other-session'],
    ['an agent where a person is needed', { needs: 'person' }, agent, 'needs-person'],
    ['an agent after a person has refused', { state: 'refused' }, agent, 'plan-refused'],
    ['nobody where nobody is needed', { needs: 'nobody' }, nobody, undefined],
    ['nobody where a word is needed', {}, nobody, 'needs-word'],
    ['a person for any plan', { needs: 'person', author: { origin: 'x', session: 'other' } }, person, undefined],
    ['a person after having refused', { state: 'refused' }, person, undefined],
    ['a person who has seen another plan', {}, { ...person, digest: 'cd34'.repeat(16) }, 'wrong-digest'],
    ['a person with the first digits', {}, { ...person, digest: digest.slice(0, 12) }, undefined],
    ['a person with too few of them', {}, { ...person, digest: digest.slice(0, 11) }, 'wrong-digest'],
    ['an agent with the digest of its plan', {}, { ...agent, digest }, undefined],
    ['an agent where nobody is needed', { needs: 'nobody' }, agent, undefined],
    ['nobody where a person is needed', { needs: 'person' }, nobody, 'needs-person'],
    ['nobody after a person has refused', { state: 'refused', needs: 'nobody' }, nobody, 'plan-refused'],
    ['a person without a digest', { needs: 'person' }, { ...person, digest: undefined }, undefined],
    ['a person with digits that stand in the middle', {}, { ...person, digest: digest.slice(1) }, 'wrong-digest'],
    ['an agent with the digest of another plan', {}, { ...agent, digest: 'cd34'.repeat(16) }, 'wrong-digest'],
  ] as const)('of %s', (_, plan, word, expected) => {
    expect(refusal(plan, word)).toBe(expected);
  });

  test.each([
    ['expired', 'plan-expired'],
    ['stale', 'plan-stale'],
    ['blocked', 'plan-blocked'],
    ['applying', 'plan-used'],
    ['applied', 'plan-used'],
    ['failed', 'plan-used'],
  ] as const)('helps nobody when the plan is %s', (state, code) => {
    for (const word of [agent, person, nobody]) expect(refusal({ state, needs: 'nobody' }, word)).toBe(code);
  });
});

describe('a refusal', () => {
  const told = (plan: Partial<Plan>, word: Word = agent): Error & { readonly advice?: string; readonly field?: string } => {
    try {
      checkWord(planOf(plan), word);
    } catch (error) {
      return error as Error;
    }
    throw new Error('the word was enough');
  };

  test.each<[string, Partial<Plan>, Word]>([
    ['was turned down', { state: 'refused' }, agent],
    ['is of another session', {}, { ...agent, session: 'other' }],
    ['needs a person', { needs: 'person' }, agent],
  ])('of a plan that %s says what a person can do', (_, plan, word) => {
    expect(told(plan, word)).toMatchObject({ field: 'plan', advice: expect.stringContaining('fairlead apply plan-1') });
  });

  test('names the plan, and why a person is needed for it', () => {
    const because = ['namespace shop is protected', 'a rule says so'];
    expect(told({ needs: 'person', because }).message).toBe(
      "Plan plan-1 needs a person's word: namespace shop is protected; a rule says so.",
    );
    expect(told({ needs: 'person' }).message).toBe("Plan plan-1 needs a person's word.");
  });

  test.each(['expired', 'stale', 'applying', 'applied', 'failed'] as const)('of a plan that is %s says what helps', (state) => {
    expect(told({ state })).toMatchObject({
      message: expect.stringMatching(/^Plan plan-1 .*\w\.$/),
      advice: expect.stringMatching(/./),
    });
  });

  test('of a digest says that nothing was done', () => {
    expect(told({}, { ...person, digest: 'cd34'.repeat(16) })).toMatchObject({
      message: expect.stringContaining('plan-1'),
      advice: expect.stringContaining('nothing was done'),
    });
  });

  describe('of a plan that cannot be done says which step it is, and why', () => {
    const subject = { cluster: 'prod', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
    const step = (more: object): PlannedStep => ({ subject, conflicts: [], forced: false, ...more }) as unknown as PlannedStep;
    const conflicts = [
      { field: 'data.a', owner: 'kubectl' },
      { field: 'data.b', owner: 'helm' },
    ];
    const taken = 'data.a belongs to "kubectl", data.b belongs to "helm"';

    test.each<[string, readonly PlannedStep[], string]>([
      ['the server refused it', [step({}), step({ problem: 'It is too long.' })], 'It is too long.'],
      ['others own its fields', [step({}), step({ conflicts })], `${taken}.`],
      ['another was told to take its fields', [step({ conflicts, forced: true }), step({ problem: 'No.' })], 'No.'],
    ])('where %s', (_, steps, why) => {
      const { message } = told({ state: 'blocked', steps });
      expect(message).toBe(`Plan plan-1 has steps that cannot be done: ConfigMap a in namespace shop: ${why}`);
    });
  });
});
