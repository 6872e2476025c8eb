import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { resourceName } from './api/index.ts';
import { practiceClock } from './clock.ts';
import { startPractice, withIncidents, type Practice } from './index.ts';
import type { KubeObject } from './model.ts';
import { settle, settledText } from './settle.ts';
import { openWorld, type World } from './worlds/index.ts';
import { readSettled } from './worlds/settled.ts';

const PRESENT = Date.parse('2026-06-01T12:34:56.789Z');
const HOUR = 3_600_000;

/** What differs from cluster to cluster, or comes a few seconds sooner or later. */
const CHANCE = [
  [/[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/g, 'UID'],
  [/containerd:\/\/[\da-f]{64}/g, 'CONTAINER'],
  [/-[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z\d])/g, '-SUFFIX'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME'],
  [/-----BEGIN CERTIFICATE-----[^]*/g, 'CERTIFICATE'],
  [/\bworker-\w+/g, 'NODE'],
  [/\b(10|172)(\.\d+){3}\b/g, 'ADDRESS'],
] as const;
/** What is counted while chance decides how long something takes, and where a server listens or a pod runs. */
const CHANCES = /\.(resourceVersion|restartCount|zone)=|^EndpointSlice .*\.generation=|kubernetes\..*\.(port|targetPort)=/;

const objectsOf = ({ store }: Practice): readonly KubeObject[] =>
  [...new Set(store.kinds().map(resourceName))]
    .filter((resource) => !resource.startsWith('events'))
    .flatMap((resource) => store.list(resource));

/** An object's values with where they stand, whatever the order of lists. */
function linesOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path}=${String(value)}`];
  return Object.entries(value).flatMap(([name, part]) => linesOf(part, Array.isArray(value) ? `${path}[]` : `${path}.${name}`));
}

const told = (practice: Practice): readonly string[] =>
  objectsOf(practice)
    .flatMap((object) => linesOf(object, `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`))
    .map((line) => CHANCE.reduce((said, [pattern, word]) => said.replaceAll(pattern, word), line))
    .filter((line) => !CHANCES.test(line))
    .toSorted();

const start = (world: World, seed = 1): Promise<Practice> =>
  startPractice({ world, seed, clock: practiceClock(PRESENT - (world.history[0]?.ago ?? 0)) });

const statusOf = ({ status }: KubeObject) =>
  status as {
    readonly containerStatuses?: readonly { readonly restartCount: number }[];
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
const restartsOf = (pod: KubeObject): number =>
  statusOf(pod).containerStatuses?.reduce((sum, { restartCount }) => sum + restartCount, 0) ?? 0;
const isReady = (pod: KubeObject): boolean =>
  statusOf(pod).conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

describe('a world that has settled', () => {
  let shop: World;
  let settled: World;
  const started: Practice[] = [];
  const open = async (world: World, seed?: number): Promise<Practice> => {
    const practice = await start(world, seed);
    started.push(practice);
    return practice;
  };
  beforeAll(async () => {
    shop = await openWorld('shop');
    const found = await settle(shop);
    settled = { ...shop, settled: found && readSettled(settledText(found)) };
  });
  afterAll(() => Promise.all(started.map((practice) => practice.stop())));

  it.each([[undefined], [[]]])('goes on as the one that begins at its beginning, with incidents %j', async (incidents) => {
    const as = (world: World): World => (incidents === undefined ? world : withIncidents(world, incidents));
    const [one, other] = [await open(as(shop)), await open(as(settled))];
    const [expected, found] = [told(one), told(other)];
    expect(expected.length).toBeGreaterThan(5_000);
    expect(found).toEqual(expected);
    // Nothing that is named is missing.
    const uids = new Set(objectsOf(other).map(({ metadata }) => metadata.uid));
    const owners = objectsOf(other).flatMap(({ metadata }) => metadata.ownerReferences ?? []);
    expect(owners.length).toBeGreaterThan(30);
    expect(owners.filter(({ uid }) => !uids.has(uid))).toEqual([]);
  });

  it('is as old as it would be, and its pods run on', async () => {
    const practice = await open(settled);
    const web = practice.store.get('deployments.apps', 'shop', 'web');
    expect(web?.metadata.creationTimestamp).toBe('2026-06-01T09:34:56Z');
    const restarts = () => practice.store.list('pods', 'shop').reduce((sum, pod) => sum + restartsOf(pod), 0);
    const before = restarts();
    expect(before).toBeGreaterThan(4);
    practice.clock.advance(HOUR);
    expect(restarts()).toBeGreaterThan(before);
    const webs = () => practice.store.list('pods', 'shop').filter(({ metadata }) => metadata.labels?.['app'] === 'web');
    const gone = webs()[0]?.metadata.name ?? '';
    practice.store.delete('pods', 'shop', gone);
    practice.clock.advance(60_000);
    expect(webs().map(isReady)).toEqual([true, true, true]);
    expect(webs().map(({ metadata }) => metadata.name)).not.toContain(gone);
  });

  it('has uids and names of its own in each cluster, and the same with the same seed', async () => {
    const named = (practice: Practice) =>
      practice.store.list('pods', 'shop').map(({ metadata: { name, uid } }) => `${name} ${uid}`);
    const [one, again, other] = [await open(settled, 4), await open(settled, 4), await open(settled, 5)];
    expect(named(again)).toEqual(named(one));
    const parts = (practice: Practice) => new Set(named(practice).flatMap((text) => text.split(' ')));
    // What a StatefulSet or a CronJob names is called alike everywhere.
    expect([...parts(other)].filter((part) => parts(one).has(part))).toEqual(['orders-db-0']);
  });

  it('is none where that would not be all of its first minutes', async () => {
    const [first, ...later] = shop.history;
    if (first === undefined) throw new Error('the shop has no history');
    expect(await settle({ ...shop, history: [] })).toBeUndefined();
    expect(await settle({ ...shop, history: [{ ...first, incident: 'fire' }, ...later] })).toBeUndefined();
    expect(await settle({ ...shop, history: [{ ...first, ago: 2 * HOUR }, ...later] })).toBeUndefined();
    expect(await settle({ ...shop, history: [first, { ...first, ago: first.ago - 60_000 }] })).toBeUndefined();
    expect(await settle(await openWorld('fleet'))).toBeUndefined();
  });
});
