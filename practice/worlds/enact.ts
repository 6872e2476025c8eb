import type { PracticeClock } from '../clock.ts';
import type { Cancel, DraftObject } from '../model.ts';
import type { ApiServer } from '../api/index.ts';
import type { NodeShape } from '../controllers/index.ts';
import { StatusError } from '../status.ts';
import { bringIn, churn, machinesFor } from './crowd.ts';
import { lengthText } from './length.ts';
import { WorldError } from './world-error.ts';
import type { Happening, World } from './world.ts';

/** Who did what happened. */
const MANAGER = 'kubectl-client-side-apply';

/** How long a world has lived when it is looked at first: at least long enough for what begins to have begun. */
export const ageOf = ({ history, crowd }: World): number => Math.max(history[0]?.ago ?? 0, crowd === undefined ? 0 : 60_000);

/** The machines of a world, and as many as its crowd needs. */
export function nodesOf(world: World | undefined): readonly NodeShape[] {
  if (world?.crowd === undefined) return world?.nodes ?? [];
  return [
    ...world.nodes,
    ...Array.from({ length: machinesFor(world.crowd) }, (_, index) => ({ name: `node-${index}`, cpu: '16', memory: '64Gi' })),
  ];
}

/** The world without what went wrong in it, or with these incidents alone. */
export function withIncidents(world: World, incidents: readonly string[]): World {
  return { ...world, history: world.history.filter(({ incident }) => incident === undefined || incidents.includes(incident)) };
}

/**
 * Lets a world's history happen: the clock stands at the present when this returns. What never ends goes on until the
 * returned function is called.
 * @param present milliseconds since the epoch
 * @throws WorldError for an object that an API server would refuse
 */
export function enact(world: World, api: Pick<ApiServer, 'place' | 'store'>, clock: PracticeClock, present: number): Cancel {
  const { store } = api;
  if (world.crowd !== undefined) bringIn(world.crowd, store);
  for (const happening of world.history) {
    clock.advance(present - happening.ago - clock.now());
    for (const object of happening.apply) {
      try {
        api.place(object, { manager: MANAGER, checked: world.isChecked !== true });
      } catch (error) {
        throw error instanceof StatusError ? refused(happening, object, error) : error;
      }
    }
  }
  clock.advance(present - clock.now());
  return world.crowd === undefined ? () => undefined : churn(world.crowd, store);
}

function refused({ ago }: Happening, { kind, metadata }: DraftObject, { message }: StatusError): WorldError {
  const name = [metadata?.namespace, metadata?.name].filter((part) => part !== undefined).join('/');
  // Kind and version stand in the file.
  const why = message.replace(/^\w+ in version "[^"]*" cannot be handled as a \w+: /, '');
  return new WorldError(`${kind} ${name} of ${lengthText(ago)} ago cannot be: ${why}`);
}
