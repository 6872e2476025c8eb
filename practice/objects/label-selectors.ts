import { badRequest } from '../status.ts';
import { KEY_WORDS, NAME_WORDS, QUALIFIED, VALUE_WORDS } from './rules/formats.ts';
import { fieldsOf, isFields, listOf, textOf } from './values.ts';

type Labels = Readonly<Record<string, string>>;

/** A selector that has been understood: does it take these labels? */
export type LabelSelector = (labels: Labels | undefined) => boolean;

type Operator = 'DoesNotExist' | 'Exists' | 'Gt' | 'In' | 'Lt' | 'NotIn';

interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

const TESTS: Readonly<Record<Operator, (value: string | undefined, values: readonly string[]) => boolean>> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
  Gt: (value, [bound]) => isInteger(value) && Number(value) > Number(bound),
  Lt: (value, [bound]) => isInteger(value) && Number(value) < Number(bound),
};

const isInteger = (value: string | undefined): boolean => value !== undefined && /^[+-]?\d+$/.test(value);

const selectorOf =
  (requirements: readonly Requirement[]): LabelSelector =>
  (labels) =>
    requirements.every(({ key, operator, values }) =>
      TESTS[operator](labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined, values),
    );

const NOTHING: LabelSelector = () => false;

/** A selector in an object: `spec.selector` of workloads with matchLabels and matchExpressions. Undefined selects nothing, an empty one all. */
export function labelSelector(selector: unknown): LabelSelector {
  if (!isFields(selector)) return NOTHING;
  const equal = Object.entries(fieldsOf(selector['matchLabels'])).map(([key, value]): Requirement => ({
    key,
    operator: 'In',
    values: [textOf(value)],
  }));
  const said = listOf(selector['matchExpressions'])
    .map(fieldsOf)
    .map(({ key, operator, values }): Requirement => ({
      key: textOf(key),
      operator: operator as Operator,
      values: listOf(values).map(textOf),
    }));
  return selectorOf([...equal, ...said]);
}

/**
 * The `labelSelector` of a list or watch: `app=shop,tier in (web,api),!canary,release!=old`. Empty selects everything.
 * @throws StatusError (400) in the server's words
 */
export function parseLabelSelector(text: string): LabelSelector {
  const tokens = tokensOf(text);
  const requirements: Requirement[] = [];
  while (tokens[0] !== undefined) {
    if (tokens[0] !== '!' && !isWord(tokens[0])) {
      throw badRequest(`found '${tokens[0]}', expected: !, identifier, or 'end of string'`);
    }
    requirements.push(requirement(tokens));
    const separator = tokens.shift();
    if (separator === undefined) break;
    if (separator !== ',') throw badRequest(`found '${separator}', expected: ',' or 'end of string'`);
    if (tokens[0] !== '!' && !isWord(tokens[0])) throw badRequest(`found '${tokens[0] ?? ''}', expected: identifier after ','`);
  }
  return selectorOf(requirements);
}

/** Two-character operators first; everything else up to the next space or sign is one word. */
const tokensOf = (text: string): string[] => text.match(/==|!=|[!=(),<>]|[^\s!=(),<>]+/g) ?? [];

const unreadable = (why: string): Error => badRequest(`unable to parse requirement: ${why}`);

const isWord = (token: string | undefined): boolean => token !== undefined && /^[^!=(),<>]/.test(token);

function requirement(tokens: string[]): Requirement {
  const absent = tokens[0] === '!';
  if (absent) tokens.shift();
  const key = tokens.shift() ?? '';
  if (!isWord(key)) throw unreadable(`found '${key}', expected: identifier`);
  checkKey(key);
  if (absent) return { key, operator: 'DoesNotExist', values: [] };
  if (tokens[0] === undefined || tokens[0] === ',') return { key, operator: 'Exists', values: [] };
  const sign = tokens.shift() ?? '';
  const operator = SIGNS[sign];
  if (operator === undefined) throw unreadable(`found '${sign}', expected: in, notin, =, ==, !=, gt, lt`);
  const values = sign === 'in' || sign === 'notin' ? set(tokens) : [isWord(tokens[0]) ? (tokens.shift() ?? '') : ''];
  values.forEach((value, i) => (operator === 'Gt' || operator === 'Lt' ? checkBound(value) : checkValue(key, value, i)));
  return { key, operator, values };
}

const SIGNS: Readonly<Record<string, Operator>> = {
  '=': 'In',
  '==': 'In',
  '!=': 'NotIn',
  in: 'In',
  notin: 'NotIn',
  gt: 'Gt',
  lt: 'Lt',
  '>': 'Gt',
  '<': 'Lt',
};

function set(tokens: string[]): readonly string[] {
  const open = tokens.shift();
  if (open !== '(') throw unreadable(`found '${open ?? ''}' expected: '('`);
  const values: string[] = [];
  for (;;) {
    values.push(isWord(tokens[0]) ? (tokens.shift() ?? '') : '');
    const next = tokens.shift();
    if (next === ')') return values;
    if (next !== ',') throw unreadable(`found '${next ?? ''}', expected: ',' or ')'`);
  }
}

function checkKey(key: string): void {
  const [name = '', prefix, ...more] = key.split('/').toReversed();
  if (more.length > 0 || prefix === '') throw unreadable(`<nil>: Invalid value: ${JSON.stringify(key)}: ${KEY_WORDS}`);
  if (!QUALIFIED.test(name)) throw unreadable(`<nil>: Invalid value: ${JSON.stringify(key)}: name part ${NAME_WORDS}`);
}

function checkValue(key: string, value: string, i: number): void {
  if (value === '' || QUALIFIED.test(value)) return;
  throw unreadable(`values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: ${VALUE_WORDS}`);
}

function checkBound(value: string): void {
  if (isInteger(value)) return;
  throw unreadable(`values[0]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`);
}
