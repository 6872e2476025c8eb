import type { Node } from '../shapes.ts';

/**
 * What is wrong with a machine, as an annotation of its Node that worlds, tests and people set. `stopped`: its kubelet
 * is not heard of any more. `memory`, `disk` or `pid`: it is short of it.
 */
export const TROUBLE = 'practice.fairlead.dev/trouble';

export type Pressure = 'memory' | 'disk' | 'pid';

export const isStopped = ({ metadata }: Node): boolean => metadata.annotations?.[TROUBLE] === 'stopped';

export function pressureOf({ metadata }: Node): Pressure | undefined {
  const trouble = metadata.annotations?.[TROUBLE];
  return trouble === 'memory' || trouble === 'disk' || trouble === 'pid' ? trouble : undefined;
}
