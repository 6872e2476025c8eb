import type { KubernetesObject } from '../../kubernetes/index.ts';
import { messageOf, quoted, UsageError } from '../../platform/index.ts';
import { Meter } from './meter.ts';

/** Decides whether an object is wanted. */
export type Predicate = (object: KubernetesObject) => boolean;

/**
 * Compiles a condition in CEL, the language of Kubernetes' own admission policies. An object's fields are variables
 * (`status.phase == "Running"`), the whole is `object`, and `now` is the time. A field that an object does not have makes
 * the condition false for it, as `has()` would.
 *
 * It runs on redacted objects, so that no question can be an oracle on a secret.
 * @throws UsageError where the expression is no CEL, or not a condition; while it runs, also where it costs too much
 */
export async function compileWhere(expression: string, now: number): Promise<Predicate> {
  const { compile, isMissingField } = await import('./cel.ts');
  let evaluate: (context: Record<string, unknown>) => unknown;
  try {
    evaluate = compile(expression, new Meter('where'));
  } catch (error) {
    throw invalid(expression, error);
  }
  const time = new Date(now);
  return (object) => {
    let result: unknown;
    try {
      result = evaluate({ metadata: {}, spec: {}, status: {}, ...object, object, now: time });
    } catch (error) {
      if (isMissingField(error)) return false;
      throw invalid(expression, error);
    }
    if (typeof result !== 'boolean') {
      throw new UsageError(`where: ${quoted(expression)} gives ${kindOf(result)}, not true or false.`, {
        code: 'invalid-argument',
        field: 'where',
        advice: EXAMPLE,
      });
    }
    return result;
  };
}

const EXAMPLE = 'Example: status.phase == "Running" && status.containerStatuses.exists(c, c.restartCount > 3)';

function invalid(expression: string, error: unknown): UsageError {
  if (error instanceof UsageError) return error;
  const [reason = ''] = messageOf(error).split('\n');
  return new UsageError(`where: ${quoted(expression)} is no valid CEL condition: ${reason.slice(0, 200)}.`, {
    code: 'invalid-argument',
    field: 'where',
    advice: EXAMPLE,
    cause: error,
  });
}

/** In a word: the value itself may be anything that an object holds. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'bigint' || typeof value === 'number') return 'a number';
  return typeof value === 'string' ? 'a text' : 'an object';
}
