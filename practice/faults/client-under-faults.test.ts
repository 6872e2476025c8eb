/** Our own client against a cluster on bad days: it may fail, but never lie, hang, or do a thing twice. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  createObject,
  deleteObject,
  getObject,
  isKubernetesError,
  listPages,
  patchObject,
  type Connection,
  type KubernetesError,
  type ResourceKind,
} from '../../src/kubernetes/index.ts';
import { watchFrom } from '../../src/library/watch.ts';
import { startPractice, type Practice } from '../index.ts';
import { type HttpFault, type HttpFaultProxy, broken, httpFaultProxy, overloaded, throttled, tokenExpired } from './index.ts';
import { connectTo, plainKubeconfig, upstreamOf } from '../../test/support/faults.ts';

let practice: Practice;
let proxy: HttpFaultProxy;
let connection: Connection;
let secrets: ResourceKind;

beforeAll(async () => {
  practice = await startPractice();
  proxy = await httpFaultProxy(upstreamOf(practice.kubeconfig()));
  connection = connectTo(plainKubeconfig(proxy.server));
  ({ kind: secrets } = await connection.resolve('secrets'));
});
afterAll(async () => {
  await connection.close();
  await proxy.close();
  await practice.stop();
});

/** Faults after which the server may have done what it was asked. */
const MAYBE_DONE: ReadonlySet<string> = new Set(['lost', 'cut', 'half-open']);

const FAULTS: readonly HttpFault[] = [
  throttled(),
  overloaded,
  broken,
  tokenExpired,
  { kind: 'reset' },
  { kind: 'lost' },
  { kind: 'black-hole' },
  { kind: 'cut', afterBytes: 0 },
  { kind: 'cut', afterBytes: 90 },
  { kind: 'half-open', afterBytes: 90 },
  { kind: 'delay', milliseconds: 1 },
  { kind: 'slow', bytes: 700, everyMilliseconds: 1 },
];

/** Milliseconds: short where no answer comes, long where one does. */
const deadlineUnder = (fault: HttpFault | undefined): number =>
  fault?.kind === 'black-hole' || fault?.kind === 'half-open' ? 30 : 20_000;

/** What the cluster may hold: for each name the values that it can have, `undefined` for none. */
type Model = Map<string, ReadonlySet<string | undefined>>;

interface Scene {
  readonly namespace: string;
}

type Outcome = { readonly value: unknown } | { readonly error: KubernetesError };

async function attempt(fault: HttpFault | undefined, run: (client: Connection) => Promise<unknown>): Promise<Outcome> {
  if (fault !== undefined) proxy.inject({ contains: '/secrets', fault, times: fault.kind === 'answer' ? 2 : 1 });
  try {
    return { value: await run(connection.during({ origin: 'library', deadline: deadlineUnder(fault) })) };
  } catch (error) {
    // Whatever goes wrong is told in our own words, and as nothing but what it is.
    if (!isKubernetesError(error)) throw error;
    return { error };
  } finally {
    proxy.calm();
  }
}

const possible = (model: Model, name: string): ReadonlySet<string | undefined> => model.get(name) ?? new Set([undefined]);

/** What is really there. */
function truth({ namespace }: Scene, name: string): string | undefined {
  const object = practice.store.get('secrets', namespace, name) as { readonly data?: { readonly value: string } } | undefined;
  return object && (object.data?.value ?? '');
}

/** Brings the model up to date after a write, and checks that nothing else has happened than what may have. */
function settle(
  model: Model,
  scene: Scene,
  name: string,
  outcome: Outcome,
  fault: HttpFault | undefined,
  wanted: string | undefined,
): void {
  const before = possible(model, name);
  const after = new Set('value' in outcome ? [wanted] : before);
  if ('error' in outcome && fault !== undefined && MAYBE_DONE.has(fault.kind)) after.add(wanted);
  const now = truth(scene, name);
  expect([...after]).toContain(now);
  model.set(name, new Set([now]));
}

type Step = fc.AsyncCommand<Model, Scene>;

const target = ({ namespace }: Scene, name: string) => ({ name, namespace });

/** A write: what it asks for, and the only refusal that the cluster itself may answer. */
const write = (
  title: string,
  name: string,
  fault: HttpFault | undefined,
  wanted: string | undefined,
  fitsIf: (exists: boolean) => boolean,
  send: (client: Connection, scene: Scene) => Promise<unknown>,
): Step => ({
  check: () => true,
  toString: () => `${title}(${name}, ${wanted ?? ''}) under ${fault === undefined ? 'nothing' : JSON.stringify(fault)}`,
  async run(model, scene) {
    const exists = !possible(model, name).has(undefined);
    const outcome = await attempt(fault, (client) => send(client, scene));
    // A refusal that only a second try of ours could have met would show that it was sent twice.
    if ('error' in outcome && fitsIf(exists)) expect(['not-found', 'conflict']).not.toContain(outcome.error.code);
    if (fault === undefined) expect('value' in outcome).toBe(fitsIf(exists));
    settle(model, scene, name, outcome, fault, wanted);
  },
});

const create = (name: string, value: string, fault: HttpFault | undefined): Step =>
  write(
    'create',
    name,
    fault,
    value,
    (exists) => !exists,
    (client, { namespace }) =>
      createObject(client, secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data: { value } }),
  );

const patch = (name: string, value: string, fault: HttpFault | undefined): Step =>
  write(
    'patch',
    name,
    fault,
    value,
    (exists) => exists,
    (client, scene) => patchObject(client, secrets, target(scene, name), 'merge', { data: { value } }),
  );

const remove = (name: string, fault: HttpFault | undefined): Step =>
  write(
    'delete',
    name,
    fault,
    undefined,
    (exists) => exists,
    (client, scene) => deleteObject(client, secrets, target(scene, name)),
  );

const get = (name: string, fault: HttpFault | undefined): Step => ({
  check: () => true,
  toString: () => `get(${name}) under ${JSON.stringify(fault)}`,
  async run(_, scene) {
    const outcome = await attempt(fault, (client) => getObject(client, secrets, target(scene, name)));
    const there = truth(scene, name);
    if ('value' in outcome) expect(outcome.value).toMatchObject({ data: { value: there } });
    else if (fault === undefined || outcome.error.code === 'not-found')
      expect({ code: outcome.error.code, there }).toEqual({ code: 'not-found', there: undefined });
  },
});

const list = (fault: HttpFault | undefined): Step => ({
  check: () => true,
  toString: () => `list under ${JSON.stringify(fault)}`,
  async run(_, scene) {
    const outcome = await attempt(fault, async (client) => {
      const names: string[] = [];
      for await (const page of listPages(client, secrets, { namespace: scene.namespace, limit: 2 }))
        names.push(...page.items.map((item) => item.metadata?.name ?? ''));
      return names;
    });
    if (fault === undefined) expect(outcome).toHaveProperty('value');
    if ('value' in outcome)
      expect(outcome.value).toEqual(practice.store.list('secrets', scene.namespace).map(({ metadata }) => metadata.name));
  },
});

const names = fc.constantFrom('a', 'b', 'c');
/** In base64, as a Secret holds them. */
const values = fc.constantFrom('YQ==', 'Yg==', 'Yw==');
const faults = fc.option(fc.constantFrom(...FAULTS), { nil: undefined, freq: 2 });
const steps = fc.commands<Model, Scene, false>(
  [
    fc.tuple(names, values, faults).map((of) => create(...of)),
    fc.tuple(names, values, faults).map((of) => patch(...of)),
    fc.tuple(names, faults).map((of) => remove(...of)),
    fc.tuple(names, faults).map((of) => get(...of)),
    faults.map(list),
  ],
  { maxCommands: 15 },
);

let namespaces = 0;

/** A namespace of its own for each run. No controller makes Secrets in it. */
function newScene(): Scene {
  const namespace = `run-${++namespaces}`;
  practice.store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'test');
  return { namespace };
}

test('reads are right or fail, writes happen once, at most once, or not at all', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(steps, (run) => fc.asyncModelRun(() => ({ model: new Map(), real: newScene() }), run)),
    { numRuns: 40 },
  );
});

const streamFaults = fc.array(
  fc.constantFrom<HttpFault>(
    { kind: 'cut', afterBytes: 0 },
    { kind: 'cut', afterBytes: 100 },
    { kind: 'cut', afterBytes: 1000 },
    { kind: 'reset' },
    throttled(),
    overloaded,
    { kind: 'slow', bytes: 50, everyMilliseconds: 1 },
  ),
  { maxLength: 4 },
);

test('a watch misses nothing and repeats nothing, however its streams end', { timeout: 120_000 }, async () => {
  const changes = fc.array(fc.tuple(names, fc.option(values, { nil: undefined })), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(changes, streamFaults, async (wanted, faults) => {
      const { namespace } = newScene();
      const { store } = practice;
      const happened: string[] = [];
      const stopRecording = store.watch('secrets', ({ type, object }) => {
        if (object.metadata.namespace === namespace)
          happened.push(`${type} ${object.metadata.name} ${object.metadata.resourceVersion}`);
      });
      proxy.inject(...faults.map((fault) => ({ contains: `${namespace}/secrets?`, fault, after: 1 })));
      const seen: string[] = [];
      const watch = watchFrom(
        { connection, kind: secrets, namespace },
        namespace,
        {},
        { now: Date.now, sleep: () => Promise.resolve() },
      );
      // The version to begin at is asked for at once; nothing may happen before that is known.
      const first = watch.next();
      await expect
        .poll(() => proxy.requests.some(({ path }) => path.includes(`${namespace}/secrets?`) && path.includes('watch')), {
          interval: 1,
        })
        .toBe(true);
      happened.length = 0;
      for (const [name, value] of [...wanted, ['end', 'YQ=='] as const]) change(namespace, name, value);
      for (let next = await first; !next.done; next = await watch.next()) {
        const { type, object } = next.value;
        seen.push(`${type} ${object.metadata?.name} ${object.metadata?.resourceVersion}`);
        if (object.metadata?.name === 'end') break;
      }
      await watch.return();
      stopRecording();
      proxy.calm();
      expect(seen).toEqual(happened.slice(0, seen.length));
      expect(seen.length).toBe(happened.length);
    }),
    { numRuns: 30 },
  );
});

/** Makes an object have a value, or be gone. */
function change(namespace: string, name: string, value: string | undefined): void {
  const { store } = practice;
  const before = store.get('secrets', namespace, name);
  if (value === undefined) {
    if (before !== undefined) store.delete('secrets', namespace, name);
  } else if (before === undefined)
    store.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data: { value } }, 'test');
  else store.update('secrets', { ...before, data: { value } }, 'test');
}
