import type { Constant } from '../../../answers/index.ts';

/** What all rows say, told once; not what the head line has said already. */
export function inAllRows(constants: readonly Constant[], place: string): string {
  const said = new Set(place.split(/[\s,]+/));
  const telling = constants.filter(({ value }) => !said.has(value));
  return telling.length === 0 ? '' : `In all rows: ${telling.map(({ name, value }) => `${name} ${value}`).join(', ')}.`;
}
