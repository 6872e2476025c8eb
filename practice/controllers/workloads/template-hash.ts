import type { PodTemplate } from '../shapes.ts';

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** A hash of a template in letters that make no words. @param collisions how many others had the same */
export function templateHash(template: PodTemplate, collisions = 0): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(JSON.stringify(template) + (collisions === 0 ? '' : String(collisions))))
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return Array.from(String(hash), (digit) => LETTERS[(digit.codePointAt(0) ?? 0) % LETTERS.length]).join('');
}
