import { describe, expect, test } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import { jumpingClock } from '../../test/support/jumping-clock.ts';
import { kindNamed } from '../../test/support/kinds.ts';
import { fakeStep } from '../../test/support/plans.ts';
import type { KubernetesObject } from '../kubernetes/index.ts';
import type { WireRequest } from '../kubernetes/transport.ts';
import { applyStep, type Work } from './apply-step.ts';
import type { ChangedStep, StepState } from './change.ts';
import { imageOf } from './image.ts';
import type { StepImages } from './journal.ts';
import type { PlannedStep } from './plan.ts';
import { fingerprintOf } from './still.ts';
import type { PatchStep, Step } from './step.ts';

const key = Buffer.alloc(32, 1);
const cluster = 'prod';
const named = (kind: string) => ({ apiVersion: 'v1', kind, namespace: 'shop', name: 'web' });
const objectOf = (kind: string, data: object, resourceVersion = '1'): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion },
  data,
});
const config = (a: string, resourceVersion?: string): KubernetesObject => objectOf('ConfigMap', { a }, resourceVersion);
const secret = (data: object): KubernetesObject => objectOf('Secret', data);

const apply: Step = { action: 'apply', cluster, object: config('2') };
const patchOf = (kind: string, patch: PatchStep['patch'], type: PatchStep['type'] = 'merge'): Step => ({
  action: 'patch',
  cluster,
  subject: named(kind),
  type,
  patch,
});
const removal = (kind: string): Step => ({ action: 'delete', cluster, subject: named(kind) });

interface Scene {
  readonly step: Step;
  /** The object as it was planned, and when the plan was looked at again. */
  readonly seen: KubernetesObject | null;
  /** What the server answers to a write, and to a read. */
  readonly write?: (request: WireRequest, nth: number) => SaidAnswer;
  readonly read?: () => SaidAnswer;
  readonly planned?: Partial<PlannedStep>;
  readonly takesOwn?: boolean;
  readonly sealed?: boolean;
  /** What is there when the plan was made. @default seen */
  readonly fingerprint?: string | null;
}

/** Does a step, and tells what went to the journal and over the wire. */
async function done({ step, seen, write, read, planned, takesOwn = false, sealed = false, fingerprint }: Scene) {
  const subject = 'object' in step ? named(step.object.kind ?? '') : step.subject;
  let writes = 0;
  const { connection, sent, lines } = connectionTo((request) => {
    if (request.method === 'GET') return read?.() ?? { body: seen };
    return write?.(request, writes++) ?? { body: seen };
  });
  const work: Work = {
    target: {
      subject: { cluster, ...subject },
      kind: kindNamed(subject.kind, { subresources: ['eviction'] }),
      connection,
      pending: false,
    },
    step,
    takesOwn,
    seen,
    base: seen === null ? null : imageOf(seen, false).object,
    fingerprint: fingerprint === undefined ? (seen === null ? null : fingerprintOf(step, seen, key)) : fingerprint,
    planned: fakeStep(subject.name, {
      action: step.action,
      subject: { cluster, ...subject },
      changes: [],
      precondition: { is: 'absent' },
      ...planned,
    }),
  };
  const journal: { readonly state: StepState; readonly step: ChangedStep; readonly images: StepImages }[] = [];
  const entry = {
    id: 'change-1',
    step: (_: number, state: StepState, of: ChangedStep, images: StepImages) => void journal.push({ state, step: of, images }),
    amend: () => undefined,
    end: () => undefined,
  };
  const clock = jumpingClock();
  const bench = { entry, key, sealed, clock, until: clock.now(), signal: undefined, say: () => undefined };
  const outcome = await applyStep(work, 0, bench).catch((error: unknown) => ({ thrown: error }));
  const states = journal.map(({ state }) => state);
  return { outcome, journal, states, last: journal.at(-1), sent, lines: lines().map((line) => decodeURIComponent(line)) };
}

const modified: SaidAnswer = { status: 409, body: { kind: 'Status', reason: 'Conflict', message: 'modified' } };
const owned: SaidAnswer = {
  status: 409,
  body: {
    kind: 'Status',
    reason: 'Conflict',
    message: 'conflict with "theirs"',
    details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.a', message: 'conflict with "theirs"' }] },
  },
};

describe('the fields of others', () => {
  const taking: Step = { ...apply, force: true };

  test.each<[string, string, Partial<Scene>]>([
    ['are left to whoever became their owner after the plan', 'force=false', {}],
    ['are taken where the plan was to take them', 'force=true', { step: taking }],
    ['are taken from ourselves, where we patched them before', 'force=true', { takesOwn: true }],
    ['of an object that was not there are left to whoever makes it meanwhile', 'force=false', { step: taking, seen: null }],
    ['of such an object are, even if we owned some', 'force=false', { takesOwn: true, seen: null }],
  ])('%s', async (_, force, scene) => {
    const { lines, outcome } = await done({
      step: apply,
      seen: config('1'),
      write: () => ({ body: config('2', '2') }),
      ...scene,
    });
    expect(outcome).toBeUndefined();
    expect(lines).toEqual([expect.stringContaining(force)]);
  });

  test('are a reason to fail at once, not to try again', async () => {
    const read = (): SaidAnswer => ({ body: config('1', '2') });
    const { lines, states, outcome } = await done({ step: apply, seen: config('1'), write: () => owned, read });
    expect(lines).toHaveLength(1);
    expect(states).toEqual(['sent', 'failed']);
    expect(outcome).toContain('theirs');
  });
});

describe('an object whose version moves on while nothing that matters changes', () => {
  test('is written with its new version', async () => {
    const write = (_: WireRequest, nth: number): SaidAnswer => (nth === 0 ? modified : { body: config('2', '3') });
    const { outcome, sent, lines, states } = await done({
      step: apply,
      seen: config('1'),
      write,
      read: () => ({ body: config('1', '2') }),
    });
    expect(outcome).toBeUndefined();
    expect(states).toEqual(['sent', 'sent', 'done']);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['PATCH', 'GET', 'GET', 'PATCH']);
    expect([sent[0]?.body, sent[3]?.body]).toEqual([
      expect.stringContaining('"resourceVersion":"1"'),
      expect.stringContaining('"resourceVersion":"2"'),
    ]);
  });

  test('is tried eight times, and then the step has failed', async () => {
    let version = 1;
    const read = (): SaidAnswer => ({ body: config('1', String(version++)) });
    const { outcome, lines, last } = await done({ step: apply, seen: config('1', '0'), write: () => modified, read });
    expect(outcome).toContain('8 times');
    expect(lines.filter((line) => line.startsWith('PATCH'))).toHaveLength(8);
    expect(last).toEqual({ state: 'failed', step: expect.objectContaining({ problem: outcome }), images: { hidden: false } });
  });

  test('is tried again where a JSON patch was refused for its version', async () => {
    const write = (_: WireRequest, nth: number): SaidAnswer =>
      nth === 0
        ? { status: 422, body: { kind: 'Status', reason: 'Invalid', message: 'test failed' } }
        : { body: config('2', '3') };
    const step = patchOf('ConfigMap', [{ op: 'replace', path: '/data/a', value: '2' }], 'json');
    const { outcome } = await done({ step, seen: config('1'), write, read: () => ({ body: config('1', '2') }) });
    expect(outcome).toBeUndefined();
  });

  test('is not written when something that matters changed, or it went, or somebody made it', async () => {
    const gone: SaidAnswer = { status: 404, body: { kind: 'Status', reason: 'NotFound', message: 'gone' } };
    const refused = async (seen: KubernetesObject | null, read: SaidAnswer): Promise<unknown> => {
      const { outcome, states, lines } = await done({ step: apply, seen, write: () => modified, read: () => read });
      expect(states).toEqual(['sent', 'failed']);
      expect(lines.filter((line) => line.startsWith('PATCH'))).toHaveLength(1);
      return outcome;
    };
    expect(await refused(config('1'), { body: config('theirs', '2') })).toContain('data.a "1" → "theirs"');
    expect(await refused(config('1'), gone)).toContain('not there any more');
    expect(await refused(null, { body: config('theirs', '2') })).toContain('made by somebody else');
    // It is as it was: the refusal was about something else.
    expect(await refused(config('1'), { body: config('1') })).toContain('modified');
    expect(await refused(null, gone)).toContain('modified');
  });

  test('but a name that is taken is not asked for again', async () => {
    const { outcome, lines } = await done({
      step: { action: 'create', cluster, object: config('2') },
      seen: null,
      write: () => modified,
    });
    expect(outcome).toContain('modified');
    expect(lines).toHaveLength(1);
  });
});

describe('a write that went wrong', () => {
  const failing = async (write: () => SaidAnswer) => done({ step: apply, seen: config('1'), write });

  test.each([
    [403, 'failed'],
    [422, 'failed'],
    [499, 'failed'],
    [500, 'sent'],
    [503, 'sent'],
  ])('with status %i is told as %s', async (status, state) => {
    const { states, last, outcome } = await failing(() => ({ status, body: { kind: 'Status', message: 'no' } }));
    expect(states).toEqual(['sent', state]);
    expect(last?.step.problem).toBe(outcome);
    if (state === 'sent') expect(outcome).toMatch(/^No answer came, it may or may not have been done: /);
    else expect(outcome).not.toContain('may or may not');
    // What it was stays in the journal, so that it can be found out what became of it.
    expect(last?.images.before).toMatchObject({ data: { a: '1' } });
  });

  test('for a reason that is ours is told as such, and thrown', async () => {
    const broken = new RangeError('ours');
    const { outcome, last } = await failing(() => {
      throw broken;
    });
    expect(outcome).toEqual({ thrown: broken });
    expect(last).toMatchObject({ state: 'sent', step: { problem: expect.stringContaining('wrong inside Fairlead') } });
  });

  test('in a way that cannot even be asked for has done nothing', async () => {
    const step: Step = { action: 'scale', cluster, subject: named('ConfigMap'), replicas: 2 };
    const { states, lines, outcome } = await done({ step, seen: config('1') });
    expect([states, lines]).toEqual([['sent', 'failed'], []]);
    expect(outcome).toContain('cannot be scaled');
  });

  test('before it went out has done nothing', async () => {
    const { journal, lines, outcome } = await done({ step: apply, seen: config('1'), fingerprint: 'another' });
    expect(lines).toEqual([]);
    expect(outcome).toContain('not true any more');
    expect(journal).toEqual([
      { state: 'failed', step: expect.objectContaining({ problem: outcome }), images: { hidden: false } },
    ]);
  });
});

describe('what needs no write', () => {
  const nothing = { images: { hidden: false }, state: 'done', step: expect.objectContaining({ effect: 'none' }) };

  test('is an object that is already as it should be', async () => {
    const { journal, lines } = await done({ step: apply, seen: config('1'), planned: { effect: 'none' } });
    expect(lines).toEqual([]);
    expect(journal).toEqual([nothing]);
  });

  test('is a pod that is gone when it is to be evicted', async () => {
    const step: Step = { action: 'evict', cluster, subject: named('Pod') };
    const { journal, lines, outcome } = await done({ step, seen: null, fingerprint: 'of a pod' });
    expect([lines, outcome]).toEqual([[], undefined]);
    expect(journal).toEqual([nothing]);
  });
});

describe('the journal says of a step', () => {
  test.each<[string, string, Step, KubernetesObject | null, Partial<PlannedStep>]>([
    ['delete', 'a deletion', removal('ConfigMap'), config('1'), {}],
    ['delete', 'an eviction', { action: 'evict', cluster, subject: named('Pod') }, objectOf('Pod', {}), {}],
    ['create', 'an apply of what was not there', apply, null, { effect: 'unknown' }],
    ['change', 'an apply of what was there', apply, config('1'), { effect: 'change' }],
    ['change', 'one that could not be tried', apply, config('1'), { effect: 'unknown' }],
  ])('that it was a %s: %s', async (effect, _, step, seen, planned) => {
    const { journal } = await done({ step, seen, planned, write: () => ({ body: config('2') }) });
    expect(journal.map(({ state, step: { effect: told } }) => [state, told])).toEqual([
      ['sent', effect],
      ['done', effect],
    ]);
  });

  test('what the object was before the request goes out, and what it became', async () => {
    const { journal } = await done({ step: apply, seen: config('1'), write: () => ({ body: config('2', '2') }) });
    expect(journal.map(({ images }) => images)).toEqual([
      { before: config('1'), hidden: false },
      { before: config('1'), after: config('2', '2'), hidden: false },
    ]);
    expect(journal[1]?.step).not.toHaveProperty('warnings');
    expect(journal[1]?.step).not.toHaveProperty('notUndoable');
  });

  test('which part of the object it was', async () => {
    const step: Step = { ...patchOf('ConfigMap', {}), subresource: 'status' } as PatchStep;
    expect((await done({ step, seen: config('1') })).last?.step.subresource).toBe('status');
  });

  test('that nothing takes back an ephemeral container, or a pod that was evicted, and of others nothing', async () => {
    const why = async (step: Step) => (await done({ step, seen: objectOf('Pod', {}) })).last?.step.notUndoable;
    const patch = patchOf('Pod', {}) as PatchStep;
    expect(await why({ ...patch, subresource: 'ephemeralcontainers' })).toContain('ephemeral container cannot be removed');
    expect(await why({ action: 'evict', cluster, subject: named('Pod') })).toContain('controller');
    expect([await why({ ...patch, subresource: 'status' }), await why(patch), await why(removal('Pod'))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('the name that the server gave', async () => {
    const made = { ...config('2'), metadata: { name: 'made-x7k2p' } };
    const step: Step = { action: 'create', cluster, object: config('2') };
    expect((await done({ step, seen: null, write: () => ({ body: made }) })).last?.step.subject.name).toBe('made-x7k2p');
    // One that says nothing of it leaves the name that was asked for.
    expect((await done({ step, seen: null, write: () => ({ body: {} }) })).last?.step.subject.name).toBe('web');
  });

  test('what the server warned of that the plan had not said', async () => {
    const write = (): SaidAnswer => ({ body: config('2', '2'), warnings: ['known', 'new'] });
    const planned = { warnings: [{ code: 'server', text: 'known' }] } as const;
    expect((await done({ step: apply, seen: config('1'), write, planned })).last?.step.warnings).toEqual(['new']);
  });
});

describe('secret values', () => {
  const full = secret({ password: 'aHVudGVyMg==' });

  test.each<[string, KubernetesObject, KubernetesObject, boolean]>([
    ['that were there', full, secret({}), true],
    ['that came', secret({}), full, true],
    ['that stayed', full, full, true],
    ['that never were', secret({}), secret({}), false],
  ])('%s make an entry one that is sealed, or else holds none', async (_, before, after, hidden) => {
    const scene: Scene = { step: patchOf('Secret', { data: {} }), seen: before, write: () => ({ body: after }) };
    const bare = await done(scene);
    expect(bare.last?.images.hidden).toBe(hidden);
    expect(JSON.stringify(bare.journal)).not.toContain('aHVudGVyMg');
    const sealed = await done({ ...scene, sealed: true });
    expect(sealed.last?.images).toEqual({ before, after, hidden });
  });

  test('are not sought in an object that was not there and holds none now', async () => {
    const { last } = await done({ step: apply, seen: null, write: () => ({ body: config('2') }) });
    expect(last?.images).toEqual({ after: config('2'), hidden: false });
  });

  test('that a deletion loses for want of a key are said to be lost, and no others', async () => {
    const step = removal('Secret');
    const lostBy = async (scene: Partial<Scene>) => (await done({ step, seen: full, ...scene })).last?.step.notUndoable;
    expect(await lostBy({})).toContain('the Secret held secret values');
    expect(await lostBy({ sealed: true })).toBeUndefined();
    expect(await lostBy({ seen: secret({}) })).toBeUndefined();
    // The rest of what was changed can still be taken back.
    expect(await lostBy({ step: patchOf('Secret', { data: {} }) })).toBeUndefined();
  });
});
