import { describe, expect, test } from 'vitest';

import type { ResourceRequest } from '../kubernetes/index.ts';
import { createAudit } from './audit.ts';
import { changeVerbsOf, demandOn, readChangesPolicy, type ChangesPolicyOptions } from './change-rules.ts';
import { PolicyError } from './errors.ts';
import { createGate } from './gate.ts';
import { normalisePolicy, type PolicyOptions } from './policy.ts';

const deployment = { group: 'apps', resource: 'deployments' };

describe('rules about changes', () => {
  const demand = (options: ChangesPolicyOptions, scene: Partial<Parameters<typeof demandOn>[1]> = {}): string | undefined =>
    demandOn(readChangesPolicy(options), { cluster: 'prod', kind: deployment, namespace: 'shop', verbs: ['patch'], ...scene })
      ?.demand;

  test.each([
    ['by cluster', { clusters: ['prod*'] }, 'human'],
    ['by namespace', { namespaces: ['shop'] }, 'human'],
    ['by kind', { kinds: ['deploy'] }, 'human'],
    ['by verb', { verbs: ['patch', 'delete'] }, 'human'],
    ['about everything', {}, 'human'],
    ['by all parts at once', { clusters: ['prod'], namespaces: ['shop'], kinds: ['deployments'], verbs: ['patch'] }, 'human'],
    ['by a cluster that is another', { clusters: ['test'] }, undefined],
    ['by one of several', { clusters: ['test', 'prod'], namespaces: ['web', 'shop'], kinds: ['pods', 'deploy'] }, 'human'],
    ['by a kind that is another', { kinds: ['pods'] }, undefined],
    ['by a namespace that is another', { namespaces: ['web'] }, undefined],
    ['by a part that fits and one that does not', { clusters: ['prod'], verbs: ['delete'] }, undefined],
  ] as const)('fit %s', (_, rule, expected) => {
    expect(demand({ rules: [{ ...rule, require: 'human' }] })).toBe(expected);
  });

  test('only ever tighten: the strictest wins, wherever it stands', () => {
    const rules = [{ require: 'plan' }, { require: 'deny' }, { require: 'human' }];
    expect(demand({ rules })).toBe('deny');
    expect(demand({ rules: rules.toReversed() })).toBe('deny');
    expect(demand({ rules: [{ require: 'plan' }] })).toBe('plan');
  });

  test('protect the namespaces of the cluster itself unless others are named', () => {
    for (const namespace of ['kube-system', 'kube-public', 'kube-node-lease']) expect(demand({}, { namespace })).toBe('human');
    expect(demand({ protectedNamespaces: ['prod-*'] }, { namespace: 'kube-system' })).toBeUndefined();
    expect(demand({ protectedNamespaces: ['prod-*'] }, { namespace: 'prod-shop' })).toBe('human');
    expect(demand({}, { namespace: undefined })).toBeUndefined();
  });

  test('about namespaces are not about what is in none', () => {
    expect(demand({ protectedNamespaces: ['*'] }, { namespace: undefined })).toBeUndefined();
    expect(demand({ rules: [{ namespaces: ['*'], require: 'deny' }] }, { namespace: undefined })).toBeUndefined();
  });

  test('are named in what they ask for', () => {
    const policy = readChangesPolicy({ rules: [{ clusters: ['prod'], require: 'human' }] });
    const scene = { cluster: 'prod', kind: deployment, namespace: 'shop', verbs: ['patch'] } as const;
    expect(demandOn(policy, scene)?.because).toContain('{"clusters":["prod"],"require":"human"}');
    expect(demandOn(policy, { ...scene, cluster: 'test', namespace: 'kube-system' })?.because).toContain('kube-system');
  });

  test('let a plan touch 500 objects unless it is said otherwise', () => {
    expect(readChangesPolicy().maxObjects).toBe(500);
    expect(readChangesPolicy({ maxObjects: 1 }).maxObjects).toBe(1);
  });

  test.each([
    [{ rules: [{ require: 'humans' }] }, 'changes.rules[0].require', 'did you mean "human"'],
    [{ rules: [{ require: 'human', verbs: ['update'] }] }, 'changes.rules[0].verbs', 'cannot be "update"'],
    [{ rules: [{ require: 'deny', kinds: [] }] }, 'changes.rules[0].kinds', 'is empty'],
    [{ rules: [{ require: 'deny', clusters: 'prod' as never }] }, 'changes.rules[0].clusters', 'list of names'],
    [{ maxObjects: 0 }, 'changes.maxObjects', '0'],
    [{ maxObjects: 1.5 }, 'changes.maxObjects', '1.5'],
    [{ rules: [{ require: 'plan' }, { require: 'plan', kinds: ['a b'] }] }, 'changes.rules[1].kinds', '"a b"'],
  ] as const)('%j are no rules', (options, field, value) => {
    const read = (): unknown => normalisePolicy({ changes: options });
    expect(read).toThrow(expect.objectContaining({ code: 'invalid-setting', field, message: expect.stringContaining(value) }));
  });

  test.each([
    [{ rule: [] }, 'rule', 'did you mean "rules"'],
    [{ rules: [{ require: 'deny' }, { require: 'deny', namespace: ['shop'] }] }, 'namespace', 'in changes.rules[1]'],
  ])('%j are none either: what is misspelt would be lost', (options, field, message) => {
    const read = (): unknown => normalisePolicy({ changes: options as ChangesPolicyOptions });
    expect(read).toThrow(expect.objectContaining({ code: 'unknown-setting', field, message: expect.stringContaining(message) }));
  });
});

describe('what a request counts as', () => {
  const request: ResourceRequest = { verb: 'patch', ...deployment, version: 'v1', namespace: 'shop', name: 'web' };
  test.each([
    [{ verb: 'create' }, ['create']],
    [{ verb: 'create', resource: 'pods', subresource: 'binding' }, ['patch']],
    [{ verb: 'delete' }, ['delete']],
    [{ contentType: 'application/json-patch+json' }, ['patch']],
    [{ verb: 'update' }, ['patch']],
    [{ verb: 'deletecollection' }, ['delete']],
    [{ verb: 'create', resource: 'pods', subresource: 'eviction' }, ['delete']],
    [{ contentType: 'application/apply-patch+yaml' }, ['create', 'patch']],
    [{ subresource: 'scale' }, ['patch']],
  ] as const)('%j is %j', (more, verbs) => {
    expect(changeVerbsOf({ ...request, ...more })).toEqual(verbs);
  });
});

describe('the gate', () => {
  const refused = (options: PolicyOptions, request: Partial<ResourceRequest>): string => {
    const gate = createGate(normalisePolicy(options), createAudit());
    const whole: ResourceRequest = { verb: 'patch', ...deployment, version: 'v1', namespace: 'shop', name: 'web', ...request };
    try {
      gate.admit(whole, { cluster: 'prod', identity: 'me' }, { origin: 'test' });
      return 'admitted';
    } catch (error) {
      if (error instanceof PolicyError) return error.rule;
      throw error;
    }
  };

  test('asks for a plan in mode direct where a rule does', () => {
    const options = { mode: 'direct', changes: { rules: [{ namespaces: ['shop'], require: 'plan' }] } } as const;
    expect(refused(options, {})).toBe('plan');
    expect(refused(options, { namespace: 'other' })).toBe('admitted');
    expect(refused({ mode: 'direct' }, { namespace: 'kube-system' })).toBe('plan');
    expect(refused({ mode: 'direct' }, { group: '', resource: 'namespaces', namespace: undefined, name: 'kube-system' })).toBe(
      'plan',
    );
  });
});
