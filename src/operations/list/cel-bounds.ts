import { compilePattern, type Pattern } from '../pattern.ts';
import type { Meter } from './meter.ts';

/** A node of the syntax tree, as far as we look at it. */
export interface Node {
  readonly op: string;
  /** For `rcall`: the method, then its receiver and arguments. */
  readonly args: unknown;
  readonly meta: { readonly macro?: unknown; readonly alternate?: unknown };
  readonly left?: Node;
  readonly right?: Node;
  readonly receiverWithArgs?: readonly Node[];
  readonly handle: (...values: readonly unknown[]) => unknown;
  evaluate(evaluator: Evaluator, node: Node, context: unknown): unknown;
}

/** What the library evaluates with; every node below the root passes `run`. */
export interface Evaluator {
  run(node: Node, context: unknown): unknown;
  debugTypeDeep(value: unknown): unknown;
}

/** Compares by walking through both sides. */
const COMPARING: ReadonlySet<string> = new Set(['==', '!=', 'in']);
/** Makes something that may be larger than what went in. */
const MAKING: ReadonlySet<string> = new Set(['+', 'rcall', 'call']);

/**
 * An evaluator that counts. The library bounds how large an expression may be, but not how long it runs: comprehensions
 * within comprehensions, texts that double, comparisons of values that hold one part many times, regular expressions.
 */
export function boundedBy(meter: Meter, evaluator: Evaluator): Evaluator {
  const patterns = new Map<string, Pattern>();
  const matches = (text: string, pattern: string): boolean => {
    const compiled = patterns.get(pattern) ?? compilePattern(pattern, 'where');
    // A pattern may be made of the object's own text: there can be any number of them.
    if (patterns.size < 64) patterns.set(pattern, compiled);
    meter.step(10 + text.length / 100);
    return compiled.test(text);
  };
  const bounded: Evaluator = Object.assign(Object.create(evaluator) as Evaluator, {
    // It has private parts, which only the original has.
    debugTypeDeep: (value: unknown) => evaluator.debugTypeDeep(value),
    run(node: Node, context: unknown): unknown {
      meter.step();
      const value = runNode(node, context);
      if (MAKING.has(node.op)) meter.made(value);
      return value;
    },
  });
  const runNode = (node: Node, context: unknown): unknown => {
    const plain = node.meta.macro === undefined && node.meta.alternate === undefined;
    if (plain && node.op === 'rcall' && node.receiverWithArgs !== undefined) {
      const method = (node.args as readonly unknown[])[0];
      const values = node.receiverWithArgs.map((each) => bounded.run(each, context));
      const [receiver, first] = values;
      if (method === 'matches' && typeof receiver === 'string' && typeof first === 'string') return matches(receiver, first);
      if (method === 'join' && Array.isArray(receiver)) meter.room(joinedLength(receiver, first));
      return node.handle(values, bounded, node);
    }
    if (plain && COMPARING.has(node.op) && node.left !== undefined && node.right !== undefined) {
      const [left, right] = [bounded.run(node.left, context), bounded.run(node.right, context)];
      for (const side of [left, right]) if (typeof side === 'object') meter.walk(side);
      return node.handle(left, right, node, bounded);
    }
    return node.evaluate(bounded, node, context);
  };
  return bounded;
}

function joinedLength(texts: readonly unknown[], separator: unknown): number {
  const between = typeof separator === 'string' ? separator.length : 0;
  return texts.reduce<number>((sum, text) => sum + between + (typeof text === 'string' ? text.length : 0), 0);
}
