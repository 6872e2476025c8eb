import type { Amounts } from './shapes.ts';

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** What a quantity amounts to in its base unit: `100m` is 0.1, `1Ki` is 1024. Nothing counts as zero. */
export function amountOf(quantity: string | number | undefined): number {
  if (quantity === undefined) return 0;
  const [, number = '0', suffix = ''] = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)$/.exec(String(quantity)) ?? [];
  return Number(number) * (FACTORS[suffix] ?? 1);
}

/** The same in thousandths, rounded up, as cpu is counted. */
export const milliOf = (quantity: string | number | undefined): number =>
  Math.max(Math.ceil(amountOf(quantity) * 1000 - 1e-9), 0);

const BINARY = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const;

/** A number of bytes in the largest unit that needs no fraction. */
export function bytesQuantity(bytes: number): string {
  const unit = BINARY.find((suffix) => bytes > 0 && bytes % (FACTORS[suffix] ?? 1) === 0);
  return unit === undefined ? String(bytes) : `${bytes / (FACTORS[unit] ?? 1)}${unit}`;
}

/** Thousandths of a cpu as a quantity. */
export const milliQuantity = (milli: number): string => (milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`);

/** The amounts of several, added up; nothing when none has any. */
export function sumOf(several: readonly (Amounts | undefined)[]): Amounts | undefined {
  const given = several.filter((amounts) => amounts !== undefined);
  if (given.length <= 1) return given[0];
  const names = new Set(given.flatMap((amounts) => Object.keys(amounts)));
  const total = (name: string): string =>
    name === 'cpu'
      ? milliQuantity(given.reduce((sum, amounts) => sum + milliOf(amounts[name]), 0))
      : bytesQuantity(given.reduce((sum, amounts) => sum + amountOf(amounts[name]), 0));
  return Object.fromEntries(Array.from(names, (name) => [name, total(name)]));
}
