import { describe, expect, test } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import { kindNamed } from '../../test/support/kinds.ts';
import { KubernetesError, type KubernetesErrorCode, type KubernetesObject } from '../kubernetes/index.ts';
import type { WireRequest } from '../kubernetes/transport.ts';
import { planStep, type Draft } from './plan-step.ts';
import { fingerprintOf } from './still.ts';
import type { PatchStep, Step } from './step.ts';

const key = Buffer.alloc(32, 1);
const cluster = 'prod';
const named = (kind: string) => ({ apiVersion: 'v1', kind, namespace: 'shop', name: 'web' });
const objectOf = (kind: string, data: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '7', ...metadata },
  data,
});
const config = (a: string): KubernetesObject => objectOf('ConfigMap', { a });
const apply: Step = { action: 'apply', cluster, object: config('2') };
const create: Step = { action: 'create', cluster, object: config('2') };
const removal: Step = { action: 'delete', cluster, subject: named('ConfigMap') };
const evict: Step = { action: 'evict', cluster, subject: named('Pod') };
const patchOf = (kind: string, patch: PatchStep['patch']): Step => ({
  action: 'patch',
  cluster,
  subject: named(kind),
  type: 'merge',
  patch,
});
const scaling: Step = { action: 'scale', cluster, subject: named('ConfigMap'), replicas: 2 };

interface Scene {
  /** @default nothing is there */
  readonly before?: KubernetesObject | null;
  /** What a dry run of the write says. @default the object as it was */
  readonly tried?: (request: WireRequest) => SaidAnswer;
  /** What a read of the scale says. */
  readonly scale?: object;
  readonly awaited?: string;
  readonly pending?: boolean;
}

interface Planned extends Draft {
  readonly lines: readonly string[];
  readonly reads: number;
}

async function planned(step: Step, scene: Scene = {}): Promise<Planned> {
  const { before = null, tried, scale = {}, awaited, pending = false } = scene;
  const subject = { cluster, ...('object' in step ? named(step.object.kind ?? '') : step.subject) };
  const { connection, lines } = connectionTo((request) =>
    request.method === 'GET' ? { body: scale } : (tried?.(request) ?? { body: before ?? {} }),
  );
  let reads = 0;
  const read = async (): Promise<KubernetesObject | null> => {
    reads++;
    return before;
  };
  const target = { subject, kind: kindNamed(subject.kind, { subresources: ['scale', 'eviction'] }), connection, pending };
  const draft = await planStep(target, step, 3, { awaited, read, key });
  return { ...draft, lines: lines().map((line) => decodeURIComponent(line)), reads };
}

const budget: SaidAnswer = {
  status: 429,
  body: { kind: 'Status', message: 'no', details: { causes: [{ reason: 'DisruptionBudget', message: 'web needs 1 pod' }] } },
};

describe('a step that is tried', () => {
  test.each<[string, Step, KubernetesObject | null, KubernetesObject | undefined]>([
    ['create', apply, null, config('2')],
    ['create', create, null, config('2')],
    ['change', apply, config('1'), config('2')],
    ['none', apply, config('2'), config('2')],
    ['none', patchOf('ConfigMap', {}), config('2'), config('2')],
    ['delete', removal, config('1'), undefined],
    ['delete', evict, objectOf('Pod', {}), undefined],
  ])('says that it would %s: %o', async (effect, step, before, after) => {
    const { view, lines, takesOwn } = await planned(step, { before, tried: () => ({ body: after ?? { kind: 'Status' } }) });
    expect(view).toMatchObject({ index: 3, action: step.action, effect, conflicts: [], warnings: [], impact: [] });
    expect(view).not.toHaveProperty('problem');
    expect(takesOwn).toBe(false);
    expect(lines).toEqual([expect.stringContaining('dryRun=All')]);
    // What is new or goes is shown as it is, what changes field by field.
    const told = { create: after, delete: before, change: undefined, none: undefined }[effect];
    if (told === undefined) expect(view.object).toBeUndefined();
    else expect(view.object).toMatchObject({ kind: told?.kind, data: told?.['data'] });
    expect(view.changes).toEqual(effect === 'change' ? [{ path: 'data.a', before: '1', after: '2' }] : []);
  });

  test('of something new looks at nothing that is there, and must not find anything', async () => {
    const { reads, fingerprint, view } = await planned(create, {
      before: config('theirs'),
      tried: () => ({ body: config('2') }),
    });
    expect([reads, fingerprint]).toEqual([0, null]);
    expect(view).toMatchObject({ effect: 'create', precondition: { is: 'absent' } });
    expect((await planned(apply, { tried: () => ({ body: config('2') }) })).view.precondition).toEqual({ is: 'absent' });
  });

  test('of what is there knows which it was', async () => {
    const { reads, fingerprint, view, before } = await planned(apply, { before: config('1') });
    expect(reads).toBe(1);
    expect(before).toEqual(config('1'));
    expect(fingerprint).toBe(fingerprintOf(apply, config('1'), key));
    expect(view.precondition).toEqual({ is: 'present', uid: 'u', resourceVersion: '7' });
  });

  test('is told as temporary or forced where it was asked for, and nowhere else', async () => {
    const tried = () => ({ body: config('2') });
    const of = async (step: Step): Promise<unknown> => {
      const { view } = await planned(step, { tried });
      return [view.forced, 'temporary' in view];
    };
    expect(await of({ ...apply, force: true })).toEqual([true, false]);
    expect(await of(apply)).toEqual([false, false]);
    expect(await of({ ...create, temporary: true })).toEqual([false, true]);
    expect(await of({ ...create, temporary: false })).toEqual([false, false]);
    expect(await of(create)).toEqual([false, false]);
    expect((await planned({ ...create, temporary: true }, { tried })).view.temporary).toBe(true);
  });

  test('tells what the server warns of', async () => {
    const { view } = await planned(apply, { before: config('1'), tried: () => ({ body: config('2'), warnings: ['old'] }) });
    expect(view.warnings).toEqual([{ code: 'server', text: 'old' }]);
  });

  test('makes us an owner by an apply, and by nothing else', async () => {
    const after = objectOf(
      'ConfigMap',
      { a: '1' },
      { managedFields: [{ manager: 'fairlead', operation: 'Apply', fieldsV1: {} }] },
    );
    const effectOf = async (step: Step) =>
      (await planned(step, { before: config('1'), tried: () => ({ body: after }) })).view.effect;
    expect(await effectOf(apply)).toBe('change');
    expect(await effectOf(patchOf('ConfigMap', {}))).toBe('none');
  });

  test('scales from what the scale says, which is nothing where it does not say', async () => {
    const scaled = async (scale: object) => (await planned(scaling, { before: config('1'), scale })).view;
    expect(await scaled({ spec: { replicas: 5 } })).toMatchObject({
      effect: 'change',
      changes: [{ path: 'spec.replicas', before: 5, after: 2 }],
    });
    expect((await scaled({})).changes).toEqual([{ path: 'spec.replicas', before: 0, after: 2 }]);
    expect(await scaled({ spec: { replicas: 2 } })).toMatchObject({ effect: 'none', changes: [] });
  });
});

describe('fields that others own', () => {
  const owned = (owner: string, field = '.data.a'): SaidAnswer => ({
    status: 409,
    body: {
      kind: 'Status',
      reason: 'Conflict',
      details: { causes: [{ reason: 'FieldManagerConflict', field, message: `conflict with "${owner}"` }] },
    },
  });
  const trying =
    (answer: SaidAnswer, after: KubernetesObject) =>
    ({ path }: WireRequest): SaidAnswer =>
      path.includes('force=true') ? { body: after } : answer;

  test('are shown with what would become of them', async () => {
    const { view, takesOwn, lines } = await planned(apply, { before: config('1'), tried: trying(owned('theirs'), config('2')) });
    expect(view).toMatchObject({
      effect: 'change',
      conflicts: [{ field: 'data.a', owner: 'theirs' }],
      changes: [{ path: 'data.a', before: '1', after: '2' }],
    });
    expect(takesOwn).toBe(false);
    expect(lines).toEqual([expect.stringContaining('force=false'), expect.stringContaining('force=true')]);
    expect(lines.every((line) => line.includes('dryRun=All'))).toBe(true);
  });

  test('are none where we own them ourselves, by another way of writing', async () => {
    const { view, takesOwn } = await planned(apply, { before: config('1'), tried: trying(owned('fairlead'), config('2')) });
    expect([view.conflicts, takesOwn]).toEqual([[], true]);
  });

  test('and hold secret values are told once, whether the values differ or not', async () => {
    const theirs = [{ manager: 'theirs', operation: 'Apply', fieldsV1: { 'f:data': { 'f:password': {} } } }];
    const secret = objectOf('Secret', { password: 'aHVudGVyMg==' }, { managedFields: theirs });
    const step: Step = { action: 'apply', cluster, object: objectOf('Secret', { password: 'aHVudGVyMg==' }) };
    const expected = [{ field: 'data.password', owner: 'theirs' }];
    expect((await planned(step, { before: secret, tried: () => ({ body: secret }) })).view.conflicts).toEqual(expected);
    const refused = trying(owned('theirs', '.data.password'), secret);
    expect((await planned(step, { before: secret, tried: refused })).view.conflicts).toEqual(expected);
  });
});

describe('secret values', () => {
  const secret = objectOf('Secret', { password: 'aHVudGVyMg==', user: 'YQ==' });

  test('that a step sets are told as set, and those beside them are not', async () => {
    const step = patchOf('Secret', { data: { password: 'aHVudGVyMg==' } });
    const { view } = await planned(step, { before: secret });
    expect(view.changes).toEqual([{ path: 'data.password', after: expect.any(String), hidden: true }]);
    expect(JSON.stringify(view)).not.toContain('aHVudGVyMg');
  });

  test('that come are told once', async () => {
    const step = patchOf('Secret', { data: { token: 'dG9rZW4=' } });
    const after = objectOf('Secret', { password: 'aHVudGVyMg==', user: 'YQ==', token: 'dG9rZW4=' });
    const { view } = await planned(step, { before: secret, tried: () => ({ body: after }) });
    expect(view.changes.map(({ path }) => path)).toEqual(['data.token']);
  });
});

describe('a step that cannot be tried', () => {
  const failing = (code: KubernetesErrorCode) => ({
    before: config('1'),
    tried: () => {
      throw new KubernetesError(code, `It is ${code}.`, {});
    },
  });

  test.each<KubernetesErrorCode>(['forbidden', 'not-found', 'invalid', 'conflict', 'server'])(
    'because of what it is says why: %s',
    async (code) => {
      const { view, after, before, takesOwn } = await planned(apply, failing(code));
      expect(view).toMatchObject({ effect: 'unknown', problem: `It is ${code}.`, problemCode: code });
      expect(view.precondition).toMatchObject({ is: 'present' });
      expect([after, before, takesOwn]).toEqual([undefined, config('1'), false]);
    },
  );

  test.each<KubernetesErrorCode>(['unauthorized', 'credentials', 'unreachable', 'timeout', 'throttled', 'bad-answer'])(
    'because nothing can be asked is no plan at all: %s',
    async (code) => {
      await expect(planned(apply, failing(code))).rejects.toMatchObject({ code });
      await expect(planned(removal, failing(code))).rejects.toMatchObject({ code });
    },
  );

  test('for a reason that is ours is no plan either', async () => {
    const tried = (): never => {
      throw new RangeError('ours');
    };
    await expect(planned(apply, { tried })).rejects.toThrow('ours');
  });

  test('before another is done waits for it', async () => {
    const missing = { tried: failing('not-found').tried };
    const { view, after, fingerprint, before, takesOwn } = await planned(apply, { ...missing, awaited: 'namespace shop' });
    const text = 'cannot be tried before namespace shop, which this plan makes, is there';
    expect(view).toMatchObject({
      effect: 'unknown',
      object: { data: { a: '2' } },
      warnings: [{ code: 'unchecked', text }],
      precondition: { is: 'absent' },
    });
    expect(view).not.toHaveProperty('problem');
    expect([after, fingerprint, before, takesOwn]).toEqual([config('2'), null, null, false]);
    // What is wrong with it otherwise is wrong already now.
    const refused = await planned(apply, { tried: failing('forbidden').tried, awaited: 'namespace shop' });
    expect(refused.view.problemCode).toBe('forbidden');
  });

  test('of a kind that another will define asks for nothing', async () => {
    const { view, lines, reads } = await planned(apply, { pending: true });
    expect([lines, reads]).toEqual([[], 0]);
    expect(view).toMatchObject({ changes: [], conflicts: [], impact: [] });
    expect(view.warnings).toMatchObject([{ code: 'unchecked', text: expect.stringContaining('the definition of ConfigMap') }]);
    expect((await planned(removal, { pending: true })).view.object).toBeUndefined();
  });

  test('because a budget forbids an eviction now is tried again later, and warned of', async () => {
    const { view, takesOwn } = await planned(evict, { before: objectOf('Pod', {}), tried: () => budget });
    expect(takesOwn).toBe(false);
    expect(view).toMatchObject({ effect: 'delete', conflicts: [] });
    expect(view.warnings).toEqual([{ code: 'budget-blocks', text: expect.stringContaining('web needs 1 pod') }]);
    const causes = [{ reason: 'FieldValueInvalid', field: 'metadata.name', message: 'no' }];
    const refused: SaidAnswer = { status: 422, body: { kind: 'Status', message: 'invalid', details: { causes } } };
    expect((await planned(evict, { before: objectOf('Pod', {}), tried: () => refused })).view.problemCode).toBe('invalid');
  });
});
