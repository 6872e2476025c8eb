/** Lengths of time as worlds write them: `90s`, `25m`, `3h`, `2d`. */
const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

export const LENGTH = /^\d+[smhd]$/;

/** In milliseconds. @param text of the form of `LENGTH` */
export const lengthOf = (text: string): number => Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 1);

/** In the largest unit of which it is a whole number. */
export function lengthText(milliseconds: number): string {
  const [unit, size] = Object.entries(UNITS).find(([, size]) => milliseconds % size === 0) ?? ['s', 1_000];
  return `${milliseconds / size}${unit}`;
}
