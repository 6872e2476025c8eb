import { randomBytes } from 'node:crypto';

/** A value that must never be seen, and every form in which it would be one. */
export interface Canary {
  /** Where it is planted, for the failure's message. */
  readonly place: string;
  readonly value: string;
}

export function canary(place: string): Canary {
  return { place, value: `cnry${randomBytes(12).toString('hex')}Zq` };
}

/** The forms in which any part of 12 characters and more of a secret would be readable. */
function formsOf(value: string): readonly string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)])
      .toString('base64')
      .replaceAll('=', '');
    // The first and last characters also depend on the neighbours.
    return encoded.slice(shift === 0 ? 0 : shift + 1, -2);
  });
  return [
    value,
    value.slice(4, 20),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('hex').toUpperCase(),
    [...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    value.split('').reverse().join(''),
  ];
}

/** The canaries that stand in a text in whatever form, by place. */
export function sightings(text: string, canaries: readonly Canary[]): readonly string[] {
  return canaries.flatMap(({ place, value }) => (formsOf(value).some((form) => text.includes(form)) ? [place] : []));
}
