import { isDeepStrictEqual } from 'node:util';

import { compile as parse, getRegisteredFunctions, TreeInterpreter, type JSONValue } from '@jmespath-community/jmespath';

import { didYouMean, quoted } from '../../platform/index.ts';
import type { Meter } from './meter.ts';

type ExpressionNode = ReturnType<typeof parse>;
type JSONObject = { [field: string]: JSONValue };

/** How deep the syntax tree may be: `a.b.c` is three. The interpreter calls itself for each. */
const DEEPEST = 400;

/** An expression as a function of an object, whose every step is counted. @throws Error where it is none */
export function compile(expression: string, meter: Meter): (object: unknown) => unknown {
  const tree = parsed(expression);
  check(tree, 0);
  const interpreter = new Counting(meter);
  return (object) =>
    meter.measure(() => {
      const found = interpreter.search(tree, object as JSONValue);
      // Whoever writes it down walks through all of it.
      meter.walk(found);
      return found;
    });
}

function parsed(expression: string): ExpressionNode {
  try {
    return parse(expression);
  } catch (error) {
    // The parser calls itself for each bracket and sign.
    throw error instanceof RangeError ? tooDeep() : error;
  }
}

const tooDeep = (): Error => new Error(`it has more than ${DEEPEST} parts within or behind each other`);

/** Names of functions are looked up here: the library would take `constructor` for one. */
function check(node: unknown, depth: number): void {
  if (typeof node !== 'object' || node === null) return;
  if (depth > DEEPEST) throw tooDeep();
  if (Array.isArray(node)) return node.forEach((part) => check(part, depth + 1));
  const { type, name } = node as { readonly type?: unknown; readonly name?: unknown };
  if (type === 'Literal') return;
  if (type === 'Function' && typeof name === 'string') {
    const known = getRegisteredFunctions();
    if (!known.includes(name)) throw new Error(`there is no function ${quoted(name, 40)}${didYouMean(name.slice(0, 40), known)}`);
  }
  for (const part of Object.values(node)) check(part, depth + 1);
}

/** The class of the library's one interpreter, which it does not export. */
const Interpreter = TreeInterpreter.constructor as new () => typeof TreeInterpreter;

/** Makes something that may be larger than what went in. */
const MAKING: ReadonlySet<string> = new Set([
  'Flatten',
  'Projection',
  'ValueProjection',
  'FilterProjection',
  'Function',
  'Slice',
]);

/**
 * Counts, and closes what a value has beside its own fields. The library bounds nothing: projections within projections,
 * paddings of any width, values that hold one part many times.
 */
class Counting extends Interpreter {
  readonly #meter: Meter;

  constructor(meter: Meter) {
    super();
    this.#meter = meter;
    const call = this.runtime.callFunction.bind(this.runtime);
    this.runtime.callFunction = (name: string, values: Parameters<typeof call>[1]) => {
      this.#allow(name, values);
      return call(name, values);
    };
  }

  /** What a `let` binds is seen by an interpreter of its own, which must count as well. */
  override withScope(scope: JSONObject): this {
    const { runtime: _, ...rootAndScope } = super.withScope(scope);
    return Object.assign(new Counting(this.#meter), rootAndScope) as this;
  }

  override visit(node: ExpressionNode, value: JSONValue): ReturnType<typeof TreeInterpreter.visit> {
    this.#meter.step();
    const found = this.#visit(node, value);
    if (MAKING.has(node.type)) this.#meter.made(found);
    return found;
  }

  #visit(node: ExpressionNode, value: JSONValue): ReturnType<typeof TreeInterpreter.visit> {
    if (node.type === 'Field') return fieldOf(value, node.name);
    if (node.type === 'Comparator' && (node.name === 'EQ' || node.name === 'NE')) {
      const [left, right] = [this.visit(node.left, value), this.visit(node.right, value)];
      this.#meter.walk(left);
      this.#meter.walk(right);
      return isDeepStrictEqual(left, right) === (node.name === 'EQ');
    }
    return super.visit(node, value);
  }

  /** What a function would make, or walk through, is asked for before it does. */
  #allow(name: string, values: readonly unknown[]): void {
    const [first, second, third] = values;
    const length = (value: unknown): number => (typeof value === 'string' || Array.isArray(value) ? value.length : 1);
    if (name === 'to_string') this.#meter.walk(first);
    if (name === 'pad_left' || name === 'pad_right') this.#meter.room(Number(second));
    if (name === 'replace') this.#meter.room((length(first) / Math.max(1, length(second))) * Math.max(1, length(third)));
    if (name === 'join' && Array.isArray(second)) {
      this.#meter.room(second.reduce<number>((sum, text) => sum + length(text) + length(first), 0));
    }
    // These search with a regular expression that starts again at every character.
    if (name.startsWith('trim')) this.#meter.step(Math.floor(length(first) ** 2 / 16));
    for (const each of values) this.#meter.step(Math.floor(length(each) / 16));
  }
}

function fieldOf(value: JSONValue, name: string): JSONValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return null;
  return value[name] ?? null;
}
