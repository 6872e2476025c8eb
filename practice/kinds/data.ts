import { readFileSync } from 'node:fs';

/** A captured file, in UTF-8, a line for each thing. capture.ts says what is in them. */
export const dataOf = (name: 'kinds.jsonl' | 'definitions.jsonl'): Buffer =>
  readFileSync(new URL(`data/${name}`, import.meta.url));
