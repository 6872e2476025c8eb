import type { Taint, Toleration } from './shapes.ts';

/** Whether a toleration is meant for a taint. */
export function isToleratedBy(taint: Taint, { key = '', operator = 'Equal', value = '', effect }: Toleration): boolean {
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  return operator === 'Exists' || (key !== '' && value === (taint.value ?? ''));
}

export const tolerates = (tolerations: readonly Toleration[] | undefined, taint: Taint): boolean =>
  tolerations?.some((toleration) => isToleratedBy(taint, toleration)) ?? false;
