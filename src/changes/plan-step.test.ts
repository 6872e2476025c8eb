import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { practiceChanges, PRACTICE as cluster, type PracticeChanges } from '../../test/support/practice-changes.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';
import type { ApplyStep, PatchStep, PlannedStep, Step } from './index.ts';

let house: PracticeChanges;

beforeAll(async () => {
  house = await practiceChanges();
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

const namespace = 'default';
const BASE = `/api/v1/namespaces/${namespace}`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const object = (kind: string, name: string, data: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace },
  data,
});
const apply = (of: KubernetesObject, more: Partial<ApplyStep> = {}): Step => ({ action: 'apply', cluster, object: of, ...more });
const patch = (kind: string, name: string, type: PatchStep['type'], body: PatchStep['patch']): Step => ({
  action: 'patch',
  cluster,
  subject: { apiVersion: 'v1', kind, namespace, name },
  type,
  patch: body,
});
const planned = async (...steps: readonly Step[]): Promise<readonly PlannedStep[]> => (await house.plan(...steps)).steps;

describe('a plan cannot be asked what a secret is', () => {
  const [right, wrong] = [base64('right-guess'), base64('wrong-guess')];
  /** What a plan shows of a guess. */
  const shapes = async (stepOf: (guess: string) => Step): Promise<readonly unknown[]> =>
    Promise.all(
      [right, wrong].map(async (guess) => {
        const [step] = await planned(stepOf(guess));
        const { effect, changes, conflicts, problemCode, warnings } = step ?? ({} as PlannedStep);
        return { effect, changes, conflicts, problemCode, warnings };
      }),
    );

  test.each<[string, (guess: string) => Step]>([
    ['an apply', (password) => apply(object('Secret', 'ours', { password }))],
    ['a merge patch', (password) => patch('Secret', 'ours', 'merge', { data: { password } })],
    ['a strategic patch', (password) => patch('Secret', 'ours', 'strategic', { data: { password } })],
    ['a JSON patch', (value) => patch('Secret', 'ours', 'json', [{ op: 'replace', path: '/data/password', value }])],
  ])('by %s that sets it to a guess', async (_, stepOf) => {
    await house.done(apply(object('Secret', 'ours', { password: right })));
    const [one, other] = await shapes(stepOf);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ effect: 'change', changes: [{ path: 'data.password', hidden: true }] });
    expect(JSON.stringify(one)).not.toContain(right);
  });

  test('by an apply of one that others own', async () => {
    await house.ask(`POST ${BASE}/secrets?fieldManager=theirs`, { body: object('Secret', 'theirs', { password: right }) });
    const [one, other] = await shapes((password) => apply(object('Secret', 'theirs', { password })));
    expect(one).toEqual(other);
    expect(one).toMatchObject({ conflicts: [{ field: 'data.password', owner: 'theirs' }] });
  });

  test('by a patch that reads it', async () => {
    const [one, other] = await shapes((value) =>
      patch('Secret', 'theirs', 'json', [{ op: 'test', path: '/data/password', value }]),
    );
    expect(one).toEqual(other);
    expect(one).toMatchObject({ effect: 'unknown', problemCode: 'hidden-value' });
  });

  test('and a value that a step does not touch is not told as set', async () => {
    await house.done(apply(object('Secret', 'two', { password: right, user: right })));
    const [step] = await planned(patch('Secret', 'two', 'merge', { data: { user: wrong } }));
    expect(step?.changes.map(({ path }) => path)).toEqual(['data.user']);
  });
});

describe('an apply', () => {
  test('of what is there already makes us an owner, and does nothing the second time', async () => {
    await house.ask(`POST ${BASE}/configmaps?fieldManager=theirs`, { body: object('ConfigMap', 'joined', { a: '1' }) });
    const step = apply(object('ConfigMap', 'joined', { a: '1' }));
    expect(await planned(step)).toMatchObject([{ effect: 'change', changes: [] }]);
    await house.done(step);
    expect(await planned(step)).toMatchObject([{ effect: 'none' }]);
  });

  test('that takes fields of others says which and from whom, forced or not', async () => {
    await house.ask(`POST ${BASE}/configmaps?fieldManager=theirs`, { body: object('ConfigMap', 'taken', { a: '1', b: '1' }) });
    const taking = object('ConfigMap', 'taken', { a: '2', b: '1' });
    const [step] = await planned(apply(taking));
    expect(step).toMatchObject({
      conflicts: [{ field: 'data.a', owner: 'theirs' }],
      changes: [{ path: 'data.a', before: '1', after: '2' }],
      forced: false,
    });
    const plan = await house.plan(apply(taking, { force: true }));
    expect(plan).toMatchObject({ state: 'open', steps: [{ forced: true, conflicts: [{ field: 'data.a' }] }] });
    expect(plan.steps[0]?.warnings.map(({ code }) => code)).toContain('takes-fields');
  });

  test('that the server refuses is no plan, and says why', async () => {
    const plan = await house.plan(apply({ ...object('ConfigMap', 'wrong', {}), metdata: {} }));
    expect(plan).toMatchObject({ state: 'blocked', steps: [{ effect: 'unknown', problem: expect.stringContaining('metdata') }] });
  });
});

describe('what an earlier step makes', () => {
  const inside = { ...object('ConfigMap', 'inside', { a: '1' }), metadata: { name: 'inside', namespace: 'later' } };
  const later: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'later' } };

  test('is waited for by those that need it, and they say so', async () => {
    const plan = await house.plan(apply(inside), apply(later));
    expect(plan).toMatchObject({
      state: 'open',
      steps: [
        { index: 1, effect: 'create', subject: { kind: 'Namespace' } },
        {
          index: 0,
          effect: 'unknown',
          object: { data: { a: '1' } },
          warnings: [{ code: 'unchecked', text: expect.stringContaining('namespace later') }],
        },
      ],
    });
    expect(plan.steps[1]?.problem).toBeUndefined();
  });

  test('is missing where no step makes it', async () => {
    expect(await house.plan(apply(inside))).toMatchObject({ state: 'blocked', steps: [{ problemCode: 'not-found' }] });
    const elsewhere = { ...later, metadata: { name: 'another' } };
    expect(await house.plan(apply(inside), apply(elsewhere))).toMatchObject({ state: 'blocked' });
  });

  test('may be a kind, of which nothing can be tried before', async () => {
    const definition: KubernetesObject = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.shop.test' },
      spec: {
        group: 'shop.test',
        scope: 'Namespaced',
        names: { kind: 'Widget', plural: 'widgets' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    };
    const widget = { apiVersion: 'shop.test/v1', kind: 'Widget', metadata: { name: 'a', namespace } };
    expect(await planned(apply(widget), apply(definition))).toMatchObject([
      { effect: 'create' },
      { effect: 'unknown', warnings: [{ code: 'unchecked', text: expect.stringContaining('the definition of Widget') }] },
    ]);
  });
});

describe('scaling', () => {
  const deployment: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'nginx:1' }] } },
    },
  };
  const scale = (replicas: number): Step => ({
    action: 'scale',
    cluster,
    subject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' },
    replicas,
  });
  const AUTOSCALERS = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;

  test('tells from how many to how many, and nothing where it is so already', async () => {
    await house.done(apply(deployment));
    expect(await planned(scale(3))).toMatchObject([
      { effect: 'change', changes: [{ path: 'spec.replicas', before: 2, after: 3 }] },
    ]);
    expect(await planned(scale(2))).toMatchObject([{ effect: 'none', changes: [] }]);
  });

  test('is warned of where an autoscaler will do it again, and another change of it is not', async () => {
    const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 };
    await house.ask(`POST ${AUTOSCALERS}`, { body: { metadata: { name: 'web', namespace }, spec } });
    const codes = async (step: Step): Promise<readonly string[]> =>
      (await planned(step)).flatMap((each) => each.warnings.map(({ code }) => code));
    expect(await codes(scale(3))).toContain('autoscaled');
    expect(await codes(scale(2))).not.toContain('autoscaled');
    const labelled = { ...deployment, metadata: { name: 'web', namespace, labels: { a: 'b' } } };
    expect(await codes(apply(labelled))).not.toContain('autoscaled');
    const [touched] = await planned(apply(labelled));
    expect(touched?.impact).toEqual([{ relation: 'scaled-by', what: 'HorizontalPodAutoscaler web', count: 1 }]);
  });
});
