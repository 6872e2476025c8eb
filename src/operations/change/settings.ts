import { quoted, UsageError } from '../../platform/index.ts';

/** What an argument such as `a=1,b-` sets and takes away. */
export interface Assignments {
  /** Undefined for what is taken away. */
  readonly [name: string]: string | undefined;
}

/**
 * Reads `name=value` and `name-`, several by comma, as kubectl has them. A value may hold anything but a comma; `\,`
 * stands for one.
 * @param argument its name, for messages
 * @throws UsageError for what is neither, and for a name that is given twice
 */
export function assignmentsOf(text: string, argument: string): Assignments {
  const found: Record<string, string | undefined> = {};
  for (const part of text.split(/(?<!\\),/)) {
    const entry = part.replaceAll('\\,', ',').trim();
    if (entry === '') continue;
    const equals = entry.indexOf('=');
    const name = equals > 0 ? entry.slice(0, equals) : entry.replace(/-$/, '');
    if (equals === 0 || name === '' || (equals < 0 && !entry.endsWith('-'))) {
      throw new UsageError(`${quoted(entry, 80)} in "${argument}" is neither name=value nor name-.`, {
        code: 'invalid-argument',
        field: argument,
        advice: 'e.g. tier=web,canary- sets one and takes the other away.',
      });
    }
    if (Object.hasOwn(found, name)) {
      throw new UsageError(`${quoted(name, 80)} stands in "${argument}" twice.`, { code: 'invalid-argument', field: argument });
    }
    Object.defineProperty(found, name, {
      value: equals > 0 ? entry.slice(equals + 1) : undefined,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  if (Object.keys(found).length === 0) {
    throw new UsageError(`"${argument}" sets nothing.`, { code: 'invalid-argument', field: argument });
  }
  return found;
}

/** As a merge patch has it: null takes away. */
export function patchOf(assignments: Assignments): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(assignments).map(([name, value]) => [name, value ?? null]));
}
