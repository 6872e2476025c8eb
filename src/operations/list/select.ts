import type { KubernetesObject } from '../../kubernetes/index.ts';
import { messageOf, quoted, UsageError } from '../../platform/index.ts';
import { Meter } from './meter.ts';

/** Takes named values out of an object. */
export interface Projection {
  /** The columns, in order; undefined when each object decides them (a JMESPath expression that gives an object). */
  readonly columns: readonly string[] | undefined;
  /** @throws UsageError where the expression does not fit the object, or costs too much */
  take(object: KubernetesObject): Readonly<Record<string, unknown>>;
}

/** A row of more columns is read by nobody, and each is a value for each object. */
const MOST_PATHS = 64;

/** Plain paths: `spec.containers[*].image`, `metadata.labels."app.kubernetes.io/name"`. */
const PATH = String.raw`\.?(?:[A-Za-z_$][\w-]*|"[^"]+")(?:\.(?:[A-Za-z_][\w-]*|"[^"]+"|\*)|\[(?:\*|-?\d+|)\])*`;
const PATHS = new RegExp(`^\\s*${PATH}(?:\\s*,\\s*${PATH})*\\s*$`);

/**
 * Compiles what to show of each object: paths by comma, each a column named by its last part, or one JMESPath
 * expression.
 * @throws UsageError where it is neither
 */
export async function compileSelect(expression: string): Promise<Projection> {
  const { compile } = await import('./jmespath.ts');
  const meter = new Meter('select');
  const compiled = (text: string): ((object: unknown) => unknown) => {
    let take: (object: unknown) => unknown;
    try {
      take = compile(text, meter);
    } catch (error) {
      throw invalid(`${quoted(text)} is neither a path nor JMESPath: ${reasonOf(error)}`, error);
    }
    return (object) => {
      try {
        return take(object);
      } catch (error) {
        if (error instanceof UsageError) throw error;
        throw invalid(`${quoted(text)} cannot be taken from an object: ${reasonOf(error)}`, error);
      }
    };
  };
  if (PATHS.test(expression)) {
    const paths = splitPaths(expression);
    if (paths.length > MOST_PATHS) {
      throw new UsageError(`select: there are ${paths.length} paths; ${MOST_PATHS} are the most.`, {
        code: 'invalid-argument',
        field: 'select',
      });
    }
    const columns = columnNames(paths);
    const takers = paths.map((path) => compiled(quoteDashes(path.replace(/^\./, '').replaceAll('[]', '[*]'))));
    return {
      columns,
      take: (object) => Object.fromEntries(columns.map((column, index) => [column, takers[index]?.(object) ?? null])),
    };
  }
  const taker = compiled(expression);
  return {
    columns: undefined,
    take: (object) => {
      const value = taker(object);
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)
        : { value };
    },
  };
}

function invalid(what: string, cause: unknown): UsageError {
  return new UsageError(`select: ${what}`, {
    code: 'invalid-argument',
    field: 'select',
    advice: 'Examples: spec.nodeName,spec.containers[*].image or {image: spec.containers[0].image, node: spec.nodeName}',
    cause,
  });
}

/** What the library says, in one line; a sentence ends with a stop. */
function reasonOf(error: unknown): string {
  const [line = ''] = messageOf(error).split('\n');
  return `${line.slice(0, 200).replace(/\.$/, '')}.`;
}

/** Splits at commas outside quotes. */
function splitPaths(expression: string): readonly string[] {
  return (expression.match(/(?:"[^"]*"|[^,])+/g) ?? []).map((path) => path.trim());
}

/** JMESPath takes a dash for a minus unless the name is quoted. */
function quoteDashes(path: string): string {
  return path.replaceAll(/"[^"]*"|[A-Za-z_]\w*-[\w-]*/g, (part) => (part.startsWith('"') ? part : `"${part}"`));
}

/** The last named part of each path; the whole path where two would be alike. */
function columnNames(paths: readonly string[]): readonly string[] {
  const last = paths.map((path) => /([\w$-]+)"?(?:\[[^\]]*\])*(?:\.\*)?$/.exec(path)?.[1] ?? path);
  return last.map((name, index) => (last.indexOf(name) === last.lastIndexOf(name) ? name : (paths[index] ?? name)));
}
