import { flat } from './flat.ts';
import type { Random } from './model.ts';

/** The letters of generated names: no vowels, so that no words come about, and nothing that looks like another. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** Draws repeat with the seed (the generator is mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const hex = (digits: number): string =>
    Math.floor(next() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return {
    next,
    suffix(length) {
      let text = '';
      while (text.length < length) text += LETTERS[Math.floor(next() * LETTERS.length)];
      return text;
    },
    uid: () => flat(`${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[Math.floor(next() * 4)]}${hex(3)}-${hex(6)}${hex(6)}`),
  };
}

/** 64 hexadecimal digits, as containers are called. */
export const hexId = (random: Random): string => `${random.uid()}${random.uid()}`.replaceAll('-', '');
