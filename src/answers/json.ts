import { visible } from './clean.ts';

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; what `data` of an answer is made of. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A value as JSON has it: what is undefined in it goes, and what would not show in a text is made visible. */
export function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) => (typeof part === 'string' ? visible(part) : part)) as JsonObject;
}
