import { Environment, EvaluationError } from '@marcbachmann/cel-js';

import { boundedBy, type Evaluator, type Node } from './cel-bounds.ts';
import type { Meter } from './meter.ts';

const environment = new Environment({
  // The fields of an object are not known in advance.
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 400, maxDepth: 24, maxListElements: 200, maxMapEntries: 100, maxCallArguments: 16 },
});

/** An expression as a function of its variables, whose every step is counted. */
export function compile(expression: string, meter: Meter): (context: Record<string, unknown>) => unknown {
  const parsed = environment.parse(expression);
  const root = parsed.ast as unknown as Node;
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the node below
  let evaluate = root.evaluate;
  let bounded: Evaluator | undefined;
  // The library hands its evaluator to the root alone, which then replaces its own method by one that is fit for it.
  Object.defineProperty(root, 'evaluate', {
    get: (): Node['evaluate'] => (evaluator, node, context) => {
      if (evaluator === bounded) return evaluate.call(root, bounded, node, context);
      bounded ??= boundedBy(meter, evaluator);
      return bounded.run(root, context);
    },
    set: (found: Node['evaluate']) => {
      evaluate = found;
    },
  });
  return (context) => meter.measure(() => parsed(context));
}

/** True when an expression asked for a field that the object does not have. */
export function isMissingField(error: unknown): boolean {
  return error instanceof EvaluationError && 'code' in error && error.code === 'no_such_key';
}
