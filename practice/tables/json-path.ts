import type { Json } from '../model.ts';

/** What a path finds in a value, in order. */
export type JsonPath = (value: Json) => readonly Json[];

type Step = (value: Json) => readonly Json[];

const NOTHING: readonly Json[] = [];

/** The steps that a path is made of, each as it is written; the first that fits is taken. */
const STEPS: readonly { readonly written: RegExp; readonly step: (parts: readonly string[]) => Step | undefined }[] = [
  { written: /\.?\[\*\]|\.\*/y, step: () => everything },
  // A key in brackets is read as if it stood after a dot, dots in it included: so does the server.
  { written: /\.?\['([^']*)'\]/y, step: ([key = '']) => parseSteps(`.${key}`) },
  { written: /\.?\[(-?\d+)\]/y, step: ([index = '']) => itemAt(Number(index)) },
  { written: /\.?\[(-?\d*):(-?\d*)\]/y, step: ([from, to]) => slice(from, to) },
  { written: /\.?\[\?\(@([^!<>=]*)\)\]/y, step: ([left = '']) => filter(left, ({ length }) => length > 0) },
  {
    written: /\.?\[\?\(@([^!<>=]+)([!<>=]+)("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^)]+)\)\]/y,
    step: ([left = '', operator = '', right = '']) => comparison(left.trim(), operator, right.trim()),
  },
  { written: /\.((?:\\.|[^.,[\]$@{}\s\\])+)/y, step: ([name = '']) => member(name.replaceAll('\\', '')) },
];

/**
 * The JSONPath of printer columns: members, indexes, slices, wildcards and filters.
 * Source: https://kubernetes.io/docs/reference/kubectl/jsonpath/
 * @returns nothing for a path that is not written so
 */
export const parseJsonPath = (path: string): JsonPath | undefined => parseSteps(path);

function parseSteps(path: string): Step | undefined {
  const steps: Step[] = [];
  for (let position = 0; position < path.length;) {
    const found = STEPS.map(({ written, step }) => {
      written.lastIndex = position;
      return { match: written.exec(path), step };
    }).find(({ match }) => match !== null);
    const step = found?.match === undefined || found.match === null ? undefined : found.step(found.match.slice(1));
    if (found?.match === undefined || found.match === null || step === undefined) return path === '.' ? itself : undefined;
    steps.push(step);
    position += found.match[0].length;
  }
  return (value) => steps.reduce<readonly Json[]>((values, step) => values.flatMap(step), [value]);
}

const itself: Step = (value) => [value];

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const isObject = (value: Json): value is { readonly [field: string]: Json } =>
  typeof value === 'object' && value !== null && !isList(value);

const member =
  (name: string): Step =>
  (value) => {
    const found = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    return found === undefined ? NOTHING : [found];
  };

const everything: Step = (value) => (isList(value) ? value : isObject(value) ? Object.values(value) : NOTHING);

const itemAt =
  (index: number): Step =>
  (value) => {
    const item = isList(value) ? value.at(index) : undefined;
    return item === undefined ? NOTHING : [item];
  };

const slice =
  (from = '', to = ''): Step =>
  (value) =>
    isList(value) ? value.slice(from === '' ? 0 : Number(from), to === '' ? undefined : Number(to)) : NOTHING;

function filter(path: string, isKept: (found: readonly Json[]) => boolean): Step | undefined {
  const left = parseSteps(path);
  return left && ((value) => (isList(value) ? value.filter((item) => isKept(left(item))) : NOTHING));
}

type Comparable = string | number | boolean;

const OPERATORS: Readonly<Record<string, (left: Comparable, right: Comparable) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/** What cannot be compared, because it is missing or of another type, is not kept. */
function comparison(path: string, operator: string, literal: string): Step | undefined {
  const compare = OPERATORS[operator];
  const right = literalOf(literal);
  if (compare === undefined || right === undefined) return undefined;
  return filter(path, ([left]) => typeof left === typeof right && compare(left as Comparable, right));
}

function literalOf(text: string): Comparable | undefined {
  if (/^(["']).*\1$/.test(text)) return text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  if (text === 'true' || text === 'false') return text === 'true';
  return text === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
}
