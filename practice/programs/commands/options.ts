import type { Process } from '../process.ts';

/** A command's options, single letters, and what else stands on its line. */
export interface Options {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/** @param withValue the letters whose options take a value: `-n 5` or `-n5` */
export function optionsOf({ argv }: Process, withValue: string): Options {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') {
      rest.push(...argv.slice(at + 1));
      break;
    }
    if (!/^-[A-Za-z0-9]/.test(word)) {
      rest.push(word);
      continue;
    }
    for (let letter = 1; letter < word.length; letter++) {
      const flag = word[letter] ?? '';
      if (!withValue.includes(flag)) {
        flags.add(flag);
        continue;
      }
      values.set(flag, letter + 1 < word.length ? word.slice(letter + 1) : (argv[++at] ?? ''));
      break;
    }
  }
  return { flags, values, rest };
}
