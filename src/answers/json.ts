/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; what `data` of an answer is made of. */
export interface JsonObject {
  readonly [key: string]: Json;
}
