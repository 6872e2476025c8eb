import type { Pod } from './shapes.ts';

/** Its containers have ended for good. */
export const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
