import type { ApiServer } from '../api/index.ts';
import type { PracticeClock } from '../clock.ts';
import type { KubeObject } from '../model.ts';
import { hexId } from '../random.ts';
import { timestamp } from '../timestamp.ts';
import type { Settled, World } from './world.ts';

const UID = /[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/;
const CONTAINER = /containerd:\/\/[\da-f]{64}/;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/;
/** The end of a name, and of the text that it stands in. */
const SUFFIX = /-[bcdfghjklmnpqrstvwxz2456789]{5}(?=["\\])/;
const OF_ITS_OWN = new RegExp([UID, CONTAINER, TIME, SUFFIX].map(({ source }) => source).join('|'), 'g');

/** As it is kept in a file: what it says of itself in the first line, then the objects. */
export const settledText = ({ objects, ...about }: Settled): string => `${JSON.stringify(about)}\n${objects}`;

export function readSettled(text: string): Settled {
  const end = text.indexOf('\n');
  return { ...(JSON.parse(text.slice(0, end)) as Omit<Settled, 'objects'>), objects: text.slice(end + 1) };
}

/**
 * Puts what a world's first happening has become into a cluster in which nothing has happened, where that is known: its
 * clock stands at that time afterwards. Whatever came about by chance does so anew, so that no two clusters share a uid,
 * and times are as long ago as they were.
 * @param present milliseconds since the epoch
 * @returns the world with what has yet to happen
 */
export function resume(world: World, api: Pick<ApiServer, 'restore' | 'store'>, clock: PracticeClock, present: number): World {
  if (world.settled === undefined) return world;
  const { ago, at, suffixes, objects } = world.settled;
  clock.advance(present - ago - clock.now());
  const { random } = api.store;
  const later = clock.now() - at;
  const known = new Map<string, string>();
  const anew = (found: string): string => {
    if (found.endsWith('Z')) return timestamp(Date.parse(found) + later);
    if (found.startsWith('containerd:')) return `containerd://${hexId(random)}`;
    if (!found.startsWith('-')) return random.uid();
    return suffixes.includes(found.slice(1)) ? `-${random.suffix(5)}` : found;
  };
  const ownText = objects.replace(OF_ITS_OWN, (found) => {
    let own = known.get(found);
    if (own === undefined) known.set(found, (own = anew(found)));
    return own;
  });
  api.restore(ownText.split('\n').map((line) => JSON.parse(line) as KubeObject));
  return { ...world, history: world.history.slice(1), settled: undefined };
}
