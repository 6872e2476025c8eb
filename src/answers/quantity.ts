/** Units of bytes, each 1,024 times the one before. */
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/** Cores as people write them: `250m` below one, `1.5`, `64` from there on; at most three digits that count. */
export function cpu(cores: number): string {
  const size = Math.abs(cores);
  if (size === 0) return '0';
  const milli = size * 1000;
  if (milli < 999.5) return `${cores < 0 ? '-' : ''}${milli < 0.95 ? trimmed(Math.max(0.1, milli), 1) : Math.round(milli)}m`;
  return trimmed(cores, size < 10 ? 2 : 1);
}

/** Bytes in the largest binary unit that leaves a number of one or more: `512B`, `64Mi`, `1.2Gi`. */
export function memory(bytes: number): string {
  return inUnit(bytes, unitOf(bytes));
}

/**
 * One unit for a whole column, so that its numbers can be compared at sight: that of the smallest value, but at most one
 * below that of the largest. Undefined values become empty cells.
 */
export function memoryColumn(values: readonly (number | undefined)[]): { unit: string; cells: readonly string[] } {
  let least = BINARY.length - 1;
  let most = 0;
  for (const value of values) {
    if (value === undefined || value === 0) continue;
    least = Math.min(least, unitOf(value));
    most = Math.max(most, unitOf(value));
  }
  const unit = Math.min(most, Math.max(least, most - 1));
  return { unit: BINARY[unit] ?? '', cells: values.map((value) => (value === undefined ? '' : inUnit(value, unit))) };
}

/** `a` of `b` as `12%`; `<1%` for a little that is not nothing; empty when there is no whole. */
export function percent(a: number, b: number): string {
  if (!(b > 0)) return '';
  const share = (a / b) * 100;
  return share > 0 && share < 1 ? '<1%' : `${Math.round(share)}%`;
}

/** The index of the unit in which a value shows as one or more, and as less than 1,024. */
function unitOf(bytes: number): number {
  let size = Math.abs(bytes);
  let unit = 0;
  while (size >= 1023.5 && unit < BINARY.length - 1) {
    size /= 1024;
    unit++;
  }
  return unit;
}

function inUnit(bytes: number, unit: number): string {
  const value = bytes / 1024 ** unit;
  const size = Math.abs(value);
  const shown = value !== 0 && size < 0.05 ? '<0.1' : trimmed(value, size < 99.95 && unit > 0 ? 1 : 0);
  return `${shown}${value === 0 ? '' : unit === 0 ? 'B' : BINARY[unit]}`;
}

/** A number with at most so many decimals, without zeros at their end. */
function trimmed(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}
