import { readFileSync } from 'node:fs';

/** The lines of a captured file. capture.ts says what is in them. */
export const linesOf = (name: 'kinds.jsonl' | 'definitions.jsonl'): string[] =>
  readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
