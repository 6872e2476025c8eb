import { describe, expect, test } from 'vitest';

import { normalisePolicy, type PolicyOptions } from '../access/index.ts';
import { needsOf, type Needs } from './needs.ts';
import type { Effect } from './plan.ts';
import type { Step } from './step.ts';
import type { Target } from './target.ts';

const cluster = 'prod';
const subject = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
const STEPS = {
  apply: { action: 'apply', cluster, object: {} },
  create: { action: 'create', cluster, object: {} },
  temporary: { action: 'create', cluster, object: {}, temporary: true },
  patch: { action: 'patch', cluster, subject, type: 'merge', patch: {} },
  status: { action: 'patch', cluster, subject, type: 'merge', patch: {}, subresource: 'status' },
  scale: { action: 'scale', cluster, subject, replicas: 1 },
  delete: { action: 'delete', cluster, subject },
  evict: { action: 'evict', cluster, subject },
} as const satisfies Record<string, Step>;

type Name = keyof typeof STEPS;
interface Given {
  readonly step: Name;
  readonly effect?: Effect;
  readonly resource?: string;
  readonly group?: string;
  readonly namespace?: string | undefined;
}

function needs(options: PolicyOptions, ...given: readonly Given[]): Needs {
  const drafts = given.map(({ step, effect = 'change', resource = 'configmaps', group = '', ...more }) => {
    const namespace = 'namespace' in more ? more.namespace : 'shop';
    const target = { subject: { ...subject, cluster, namespace }, kind: { group, resource } } as unknown as Target;
    return { step: STEPS[step], target, view: { effect } as never };
  });
  return needsOf(normalisePolicy({ mode: 'plan', ...options }), drafts);
}
const demanding = (require: string, rule: object = {}): PolicyOptions => ({ changes: { rules: [{ ...rule, require }] } });

describe('the word that a plan needs', () => {
  test.each([
    ['nobody in mode direct', { mode: 'direct' }, 'nobody'],
    ['an agent in mode plan', {}, 'agent'],
    ['an agent where a rule asks for a plan in mode direct', { mode: 'direct', ...demanding('plan') }, 'agent'],
    ['a person where a rule asks for one', demanding('human'), 'person'],
    ['a person where a rule asks for one in mode direct', { mode: 'direct', ...demanding('human') }, 'person'],
    ['no less than the mode asks for', demanding('plan'), 'agent'],
  ] as const)('is that of %s', (_, options, word) => {
    expect(needs(options, { step: 'apply' }).needs).toBe(word);
  });

  test('is the strictest of what all its steps need, whatever their order', () => {
    const rules = { mode: 'direct', ...demanding('human', { verbs: ['delete'] }) } as const;
    for (const steps of [
      ['apply', 'delete'],
      ['delete', 'apply'],
    ] as const)
      expect(needs(rules, ...steps.map((step) => ({ step }))).needs).toBe('person');
    expect(needs(rules, { step: 'apply' }).needs).toBe('nobody');
  });

  test('is not lowered by a later step that needs less', () => {
    const rules = [
      { verbs: ['delete'], require: 'human' },
      { verbs: ['patch'], require: 'plan' },
    ];
    const found = needs({ mode: 'direct', changes: { rules } }, { step: 'delete' }, { step: 'apply' });
    expect(found).toMatchObject({ needs: 'person', because: [expect.stringContaining('human')] });
  });

  test('comes with the reasons why it is that of a person, each once', () => {
    const { because } = needs({}, ...[1, 2].map(() => ({ step: 'apply' as const, namespace: 'kube-system' })));
    expect(because).toEqual(['namespace kube-system is protected']);
    expect(needs({ mode: 'direct', ...demanding('plan') }, { step: 'apply' }).because).toEqual([]);
  });
});

describe('a step that a rule denies', () => {
  test('is named by its place, with the rule, and the others are not', () => {
    const { denied } = needs(demanding('deny', { verbs: ['delete'] }), { step: 'apply' }, { step: 'delete' });
    expect([...denied.keys()]).toEqual([1]);
    expect(denied.get(1)).toContain('"require":"deny"');
    expect(needs(demanding('human'), { step: 'apply' }).denied.size).toBe(0);
  });

  test('to make something for one command is so without the permission to run commands', () => {
    expect(needs({}, { step: 'temporary' }).denied.get(0)).toContain('--allow-operations exec');
    expect(needs({ allowedOperations: ['exec'] }, { step: 'temporary' }).denied.size).toBe(0);
    expect(needs({}, { step: 'create' }).denied.size).toBe(0);
  });
});

describe('a rule about a verb', () => {
  const about = (verb: string, given: Given): boolean => needs(demanding('human', { verbs: [verb] }), given).needs === 'person';

  test.each<[Name, Effect, readonly string[]]>([
    ['apply', 'create', ['create']],
    ['apply', 'change', ['patch']],
    ['apply', 'none', ['patch']],
    // What could not be tried may turn out to be either.
    ['apply', 'unknown', ['create', 'patch']],
    ['create', 'create', ['create']],
    ['temporary', 'create', ['create', 'delete']],
    ['patch', 'change', ['patch']],
    ['scale', 'change', ['patch']],
    ['delete', 'delete', ['delete']],
    ['evict', 'delete', ['delete']],
  ])('is about a step to %s with the effect %s when it is one of %j', (step, effect, verbs) => {
    const found = ['create', 'patch', 'delete'].filter((verb) => about(verb, { step, effect }));
    expect(found).toEqual(verbs);
  });
});

describe('a rule about a place', () => {
  test('of a namespace is about the Namespace itself as well, and about no other object of that name', () => {
    const inShop = demanding('human', { namespaces: ['shop'] });
    const [space, node] = [{ resource: 'namespaces' }, { resource: 'nodes' }];
    const named = (more: object): Needs => {
      const target = { subject: { ...subject, cluster, namespace: undefined, name: 'shop' }, kind: { group: '', ...more } };
      const draft = { step: STEPS.delete, target: target as unknown as Target, view: { effect: 'delete' } as never };
      return needsOf(normalisePolicy({ mode: 'plan', ...inShop }), [draft]);
    };
    expect(named(space).needs).toBe('person');
    expect(named(node).needs).toBe('agent');
    expect(named({ ...space, group: 'shop.test' }).needs).toBe('agent');
    expect(needs(inShop, { step: 'apply' }).needs).toBe('person');
    expect(needs(inShop, { step: 'apply', namespace: 'other' }).needs).toBe('agent');
  });

  test('of a cluster, a kind or a part of one is about nothing else', () => {
    const word = (rule: object, given: Given) => needs(demanding('human', rule), given).needs;
    expect(word({ clusters: ['prod'] }, { step: 'apply' })).toBe('person');
    expect(word({ clusters: ['test'] }, { step: 'apply' })).toBe('agent');
    const deployment = { group: 'apps', resource: 'deployments' };
    expect(word({ kinds: ['deployments.apps'] }, { step: 'patch', ...deployment })).toBe('person');
    expect(word({ kinds: ['deployments.apps'] }, { step: 'patch', group: 'shop.test', resource: 'deployments' })).toBe('agent');
    expect(word({ kinds: ['deployments/scale'] }, { step: 'scale', ...deployment })).toBe('person');
    expect(word({ kinds: ['deployments/scale'] }, { step: 'patch', ...deployment })).toBe('agent');
    expect(word({ kinds: ['deployments/status'] }, { step: 'status', ...deployment })).toBe('person');
  });
});
