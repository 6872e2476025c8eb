import type { PracticeClock } from '../clock.ts';
import type { Cancel, DraftObject, KubeObject, Store } from '../model.ts';
import { mergePatched } from '../objects/index.ts';
import type { NodeShape } from '../controllers/index.ts';
import { churn, machinesFor, settle } from './crowd.ts';
import { WorldError } from './world-error.ts';
import type { World } from './world.ts';

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
 * Lets a world's history happen: the clock stands at its beginning, and at the present when this returns. What never
 * ends goes on until the returned function is called.
 * @throws WorldError for an object of a kind that the cluster does not serve
 */
export function enact(world: World, store: Store, clock: PracticeClock): Cancel {
  const present = clock.now() + ageOf(world);
  if (world.crowd !== undefined) settle(world.crowd, store);
  for (const { ago, apply } of world.history) {
    clock.advance(present - ago - clock.now());
    for (const object of apply) place(object, store);
  }
  clock.advance(present - clock.now());
  return world.crowd === undefined ? () => undefined : churn(world.crowd, store);
}

function place(object: DraftObject, store: Store): void {
  const kind = store.kinds().find((each) => each.kind === object.kind && apiVersionOf(each) === object.apiVersion);
  if (kind === undefined) throw new WorldError(`No cluster serves ${object.kind} of ${object.apiVersion}.`);
  const resource = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
  const { name = '', namespace = 'default' } = object.metadata ?? {};
  const there = store.get(resource, kind.namespaced ? namespace : undefined, name);
  if (there === undefined) store.create(resource, object, MANAGER);
  else store.update(resource, mergePatched(there, object) as KubeObject, MANAGER);
}

const apiVersionOf = ({ group, version }: { readonly group: string; readonly version: string }): string =>
  group === '' ? version : `${group}/${version}`;
