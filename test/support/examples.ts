import { readFile } from 'node:fs/promises';

/** An example of the manual: its code, and what it is said to print, where that is said. */
export interface Example {
  /** The line of the file where it begins. */
  readonly line: number;
  readonly code: string;
  /** `…` stands for anything within a line. */
  readonly prints: string | undefined;
}

/** How strictly an example is compiled: as by somebody who has nothing but what the package brings. */
export const COMPILER = {
  target: 'es2023',
  lib: ['es2024', 'esnext.disposable', 'esnext.array'],
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  types: ['node'],
};

/** The examples of a page, in order: every `ts` block, with the `text` block that follows it directly. */
export async function examplesOf(file: string): Promise<readonly Example[]> {
  const text = await readFile(file, 'utf8');
  return [...text.matchAll(/^```ts\n([^]*?)^```\n(?:\n```text\n([^]*?)^```\n)?/gm)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    code: match[1] ?? '',
    prints: match[2],
  }));
}

/** The pattern of what an example is said to print. */
export function patternOf(prints: string): RegExp {
  const escaped = prints.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('…', '.*')}$`);
}
