import type { Path } from './document.ts';

/** A string of a document and what became of it. */
export interface Interpolation {
  readonly path: Path;
  /** As it stands in the file. */
  readonly source: string;
  /** The variables it took from the environment. */
  readonly variables: readonly string[];
}

export interface Interpolated {
  readonly value: unknown;
  /** Every string with a variable in it, by its path as JSON. */
  readonly interpolations: ReadonlyMap<string, Interpolation>;
  readonly problems: readonly { readonly path: Path; readonly message: string }[];
}

const MARK = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g;

/**
 * Puts environment variables into the strings of a document: `${NAME}`; `$${` stands for `${`. Keys stay as they are,
 * and what a variable holds is text, never YAML and never looked into again.
 */
export function interpolate(value: unknown, env: Readonly<Record<string, string | undefined>>): Interpolated {
  const interpolations = new Map<string, Interpolation>();
  const problems: { path: Path; message: string }[] = [];

  function text(source: string, path: Path): string {
    const variables: string[] = [];
    const result = source.replaceAll(MARK, (mark, name: string | undefined) => {
      if (mark === '$${') return '${';
      if (name === undefined) {
        problems.push({
          path,
          message: '${ begins the name of an environment variable: ${NAME}; for the characters themselves write $${',
        });
        return '';
      }
      variables.push(name);
      const found = Object.hasOwn(env, name) ? env[name] : undefined;
      if (found === undefined) problems.push({ path, message: `the environment variable ${name} is not set` });
      return found ?? '';
    });
    if (variables.length > 0) interpolations.set(JSON.stringify(path), { path, source, variables });
    return result;
  }

  function walk(each: unknown, path: Path): unknown {
    if (typeof each === 'string') return text(each, path);
    if (Array.isArray(each)) return each.map((item, index) => walk(item, [...path, index]));
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([key, item]) => [key, walk(item, [...path, key])]));
  }

  return { value: walk(value, []), interpolations, problems };
}
