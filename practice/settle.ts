import { resourceName, startApiServer } from './api/index.ts';
import { practiceClock } from './clock.ts';
import { ADMISSION, startControllers } from './controllers/index.ts';
import type { KubeObject, Random, Store } from './model.ts';
import { seededRandom } from './random.ts';
import { enact, nodesOf, type Settled, type World } from './worlds/index.ts';

export { settledText } from './worlds/index.ts';

/** So long after it happened nothing of a happening is under way any more. */
const SETTLING_MS = 600_000;
/** Events of the first happening have to be over before somebody looks, with some time to spare. */
const LEAST_AGE_MS = 2 * 3_600_000;
/** No CronJob of every hour or half hour falls due from here on until all has settled. */
const BEGINNING = Date.parse('2026-01-01T00:01:00Z');

/**
 * Lets the first happening of a world happen, for those who start the world often: what has become of it ten minutes
 * later. Nothing for a world in which that is not all of those minutes, or not long enough ago.
 */
export async function settle(world: World): Promise<Settled | undefined> {
  const [first, next] = world.history;
  if (first === undefined || first.incident !== undefined || world.crowd !== undefined) return undefined;
  const ago = first.ago - SETTLING_MS;
  if (ago < LEAST_AGE_MS || (next?.ago ?? 0) > ago) return undefined;
  const { images } = world;
  const clock = practiceClock(BEGINNING);
  const suffixes: string[] = [];
  const random = noting(seededRandom(1), suffixes);
  const api = await startApiServer({ clock, random, images, admission: ADMISSION });
  const known = new Set(allOf(api.store));
  const stop = startControllers(api.store, { images, nodes: nodesOf(world), present: BEGINNING + first.ago });
  enact({ ...world, history: [{ ...first, ago: SETTLING_MS }] }, api, clock, BEGINNING + SETTLING_MS);
  // Certificates are of this server alone: the next one hands out its own.
  const certificate = JSON.stringify(api.certificate).slice(1, -1);
  const objects = allOf(api.store)
    .filter((object) => !known.has(object))
    .sort((one, other) => Number(one.metadata.resourceVersion) - Number(other.metadata.resourceVersion))
    .map((object) => JSON.stringify(object))
    .filter((text) => !text.includes(certificate));
  stop();
  clock.stop();
  await api.stop();
  return { ago, at: clock.now(), suffixes, objects: objects.join('\n') };
}

function allOf(store: Store): readonly KubeObject[] {
  const resources = new Set(store.kinds().map(resourceName));
  return [...resources].flatMap((resource) => store.list(resource));
}

/** The same draws, which notes the ends of names. */
const noting = (random: Random, suffixes: string[]): Random => ({
  ...random,
  suffix(length) {
    const drawn = random.suffix(length);
    suffixes.push(drawn);
    return drawn;
  },
});
