/** What practice cluster can be filled with. Worlds are YAML; `data/shop.yaml` is one to read. */
export { ageOf, enact, nodesOf, withIncidents } from './enact.ts';
export { openWorld, WORLDS } from './open.ts';
export { resume, settledText } from './settled.ts';
export { WorldError } from './world-error.ts';
export type { Crowd, Happening, Settled, World } from './world.ts';
