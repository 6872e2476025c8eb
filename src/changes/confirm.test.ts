import { describe, expect, test } from 'vitest';

import type { Word } from './changes.ts';
import { checkWord } from './confirm.ts';
import type { Plan } from './plan.ts';

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
    return (error as { readonly code: string }).code;
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

test('a refusal says what a person can do', () => {
  expect(() => checkWord(planOf({ state: 'refused' }), agent)).toThrow(
    expect.objectContaining({ advice: expect.stringContaining('fairlead apply plan-1') }),
  );
});
