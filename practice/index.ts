/** A Kubernetes cluster in this process, for demos, tests and load: no containers run, all else is as in a real one. */
import { startApiServer, type ApiServer } from './api/index.ts';
import { practiceClock, type PracticeClock } from './clock.ts';
import { ADMISSION, startControllers, type NodeShape } from './controllers/index.ts';
import type { Cancel } from './model.ts';
import type { Images } from './programs/index.ts';
import { seededRandom } from './random.ts';
import { ageOf, enact, nodesOf, resume, type World } from './worlds/index.ts';

export { openWorld, withIncidents, WorldError, WORLDS, type World } from './worlds/index.ts';

export interface PracticeOptions {
  /** @default one that shows the present and runs */
  readonly clock?: PracticeClock;
  /** Repeats everything that happens by chance: names, uids, back-offs. @default 1 */
  readonly seed?: number;
  /** What is there, and what has happened before this returns. @default nothing but what every cluster has */
  readonly world?: World;
  /** What containers do, by image, beside those of the world. @default what well-known images do */
  readonly images?: Images;
  /** Machines that join at the start, beside those of the world. @default none */
  readonly nodes?: readonly NodeShape[];
  /** Roles count. @default false: everybody may do everything who logs in */
  readonly rbac?: boolean;
  /** @default one that is free */
  readonly port?: number;
  /** Changes that a watch can begin at and a list be continued over. @default 1000 */
  readonly history?: number;
}

/** A cluster that runs. */
export interface Practice extends ApiServer {
  readonly clock: PracticeClock;
}

/** Starts a cluster; it is ready when this returns. */
export async function startPractice(options: PracticeOptions = {}): Promise<Practice> {
  const { seed = 1, world, rbac, port, history } = options;
  const images = { ...world?.images, ...options.images };
  const nodes = [...nodesOf(world), ...(options.nodes ?? [])];
  // A world has lived before it is seen: its clock begins in the past, and is at the present when all has happened.
  const age = world === undefined ? 0 : ageOf(world);
  const clock = options.clock ?? practiceClock(Date.now() - age);
  const present = clock.now() + age;
  const api = await startApiServer({ clock, random: seededRandom(seed), images, admission: ADMISSION, rbac, port, history });
  const stops: Cancel[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.toReversed()) each();
    clock.stop();
    await api.stop();
  };
  try {
    const left = world && resume(world, api, clock, present);
    stops.push(startControllers(api.store, { images, nodes, present }));
    if (left !== undefined) stops.push(enact(left, api, clock, present));
  } catch (error) {
    // Nobody else could stop it: what does not start is nobody's.
    await stop();
    throw error;
  }
  if (options.clock === undefined) clock.run();
  return { ...api, clock, stop };
}
