import { at, listAt, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { didYouMean, quoted, UsageError } from '../../platform/index.ts';
import { isRolledOut, replicasOf } from '../trouble/index.ts';

/** How far an object is from what is waited for. `said` is a phrase; what it quotes of the object is text from outside. */
export type Progress =
  | { readonly state: 'met'; readonly said: string }
  | { readonly state: 'waiting'; readonly said: string }
  /** It will not come to that any more. */
  | { readonly state: 'failed'; readonly said: string };

/** What is waited for. */
export interface Goal {
  /** As it was written. */
  readonly text: string;
  /** @param object undefined when there is none of the name */
  readonly judge: (object: KubernetesObject | undefined) => Progress;
}

const WORDS = ['condition', 'delete', 'create', 'rollout', 'complete', 'jsonpath'];
const FORMS = 'condition=Ready, condition=Available=false, delete, create, rollout, complete (of a Job), .status.phase=Running.';

/**
 * Reads what is waited for, in the words of `kubectl wait --for` and a few more: `condition=TYPE[=STATUS]`, `delete`,
 * `create`, `jsonpath={.path}=VALUE` or just `.path=VALUE` (without a value: that it is there), `rollout` of a workload,
 * `complete` of a Job.
 * @throws UsageError
 */
export function goalOf(text: string): Goal {
  const trimmed = text.trim();
  const [, type, status = 'True'] = /^condition=([\w./-]{1,200})(?:=(\w{1,40}))?$/i.exec(trimmed) ?? [];
  if (type !== undefined) return { text: trimmed, judge: present((object) => judgeCondition(object, type, status)) };
  const [, path, value] = /^(?:jsonpath=)?['"]?\{?(\.[^{}=]{1,400})\}?['"]?(?:=(.{0,400}))?$/.exec(trimmed) ?? [];
  if (path !== undefined) {
    const steps = stepsOf(path);
    return { text: trimmed, judge: present((object) => judgePath(object, path, steps, value)) };
  }
  if (trimmed === 'delete') return { text: trimmed, judge: judgeDeleted };
  if (trimmed === 'create') return { text: trimmed, judge: present(() => ({ state: 'met', said: 'it exists' })) };
  if (trimmed === 'rollout') return { text: trimmed, judge: present(judgeRollout) };
  if (trimmed === 'complete') return { text: trimmed, judge: present(judgeJob) };
  const word = trimmed.split('=')[0] ?? '';
  throw new UsageError(
    `kube_wait: argument "for" cannot be ${quoted(trimmed, 80)}${didYouMean(word.slice(0, 40), WORDS) || '.'}`,
    {
      code: 'invalid-argument',
      field: 'for',
      advice: `For example: ${FORMS}`,
    },
  );
}

function present(judge: (object: KubernetesObject) => Progress): Goal['judge'] {
  return (object) => (object === undefined ? { state: 'waiting', said: 'it does not exist' } : judge(object));
}

function judgeDeleted(object: KubernetesObject | undefined): Progress {
  if (object === undefined) return { state: 'met', said: 'it is gone' };
  const since = object.metadata?.deletionTimestamp;
  if (since === undefined) return { state: 'waiting', said: 'it exists, and nobody has deleted it' };
  const finalizers = object.metadata?.finalizers ?? [];
  const held = finalizers.length === 0 ? '' : `, held by ${finalizers.join(', ')}`;
  return { state: 'waiting', said: `it is being deleted since ${since}${held}` };
}

function judgeCondition(object: KubernetesObject, type: string, status: string): Progress {
  const conditions = listAt(object, 'status', 'conditions');
  const found = conditions.find((each) => textAt(each, 'type')?.toLowerCase() === type.toLowerCase());
  if (found === undefined) {
    const there = conditions.flatMap((each) => textAt(each, 'type') ?? []);
    return { state: 'waiting', said: `it has no condition ${type}${there.length === 0 ? '' : ` (it has ${there.join(', ')})`}` };
  }
  const is = textAt(found, 'status') ?? 'Unknown';
  const why = [textAt(found, 'reason'), textAt(found, 'message')].filter((part) => part !== undefined && part !== '').join(': ');
  const said = `${textAt(found, 'type')} is ${is}${why === '' ? '' : ` (${why})`}`;
  return { state: is.toLowerCase() === status.toLowerCase() ? 'met' : 'waiting', said };
}

/** `.status.containerStatuses[0].ready`, `.metadata.labels['app.kubernetes.io/name']`. */
function stepsOf(path: string): readonly (string | number)[] {
  const steps = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]|\[['"]([^'"\]]+)['"]\]/g)];
  if (steps.length > 0 && steps.map(([all]) => all).join('') === path) {
    return steps.map(([, name, index, key]) => (index === undefined ? (name ?? key ?? '') : Number(index)));
  }
  throw new UsageError(`kube_wait: argument "for" has the path ${quoted(path, 80)}, which cannot be read.`, {
    code: 'invalid-argument',
    field: 'for',
    advice: "Write names and positions: .status.loadBalancer.ingress[0].ip, .metadata.labels['a/b'].",
  });
}

function judgePath(
  object: KubernetesObject,
  path: string,
  steps: readonly (string | number)[],
  wanted: string | undefined,
): Progress {
  const value = at(object, ...steps);
  if (value === undefined || value === null) return { state: 'waiting', said: `${path} is not there` };
  const is = typeof value === 'string' ? value : JSON.stringify(value);
  const met = wanted === undefined || is === wanted;
  return { state: met ? 'met' : 'waiting', said: `${path} is ${is.slice(0, 300)}` };
}

function judgeJob(object: KubernetesObject): Progress {
  const conditions = listAt(object, 'status', 'conditions').filter((each) => textAt(each, 'status') === 'True');
  const of = (type: string): unknown => conditions.find((each) => textAt(each, 'type') === type);
  if (of('Complete') !== undefined) return { state: 'met', said: 'it is complete' };
  const failed = of('Failed');
  if (failed !== undefined) {
    return { state: 'failed', said: `it has failed (${textAt(failed, 'reason') ?? ''}: ${textAt(failed, 'message') ?? ''})` };
  }
  const [active, succeeded, broken] = ['active', 'succeeded', 'failed'].map((field) => numberAt(object, 'status', field) ?? 0);
  const wanted = numberAt(object, 'spec', 'completions') ?? 1;
  return { state: 'waiting', said: `${succeeded} of ${wanted} pods succeeded, ${active} run, ${broken} failed` };
}

const ROLLING: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

function judgeRollout(object: KubernetesObject): Progress {
  if (!ROLLING.includes(object.kind ?? '')) {
    throw new UsageError(`${object.kind ?? 'It'} has no rollout.`, {
      code: 'invalid-argument',
      field: 'for',
      advice: `${ROLLING.join(', ')} have one; for others wait for a condition or a path.`,
    });
  }
  const generation = numberAt(object, 'metadata', 'generation') ?? 0;
  if ((numberAt(object, 'status', 'observedGeneration') ?? 0) < generation) {
    return { state: 'waiting', said: 'its controller has not seen the change yet' };
  }
  const late = listAt(object, 'status', 'conditions').find((each) => textAt(each, 'reason') === 'ProgressDeadlineExceeded');
  if (late !== undefined)
    return { state: 'failed', said: `the rollout is stuck (${textAt(late, 'message') ?? 'ProgressDeadlineExceeded'})` };
  const { wanted, updated, available, total } = replicasOf(object);
  const old = Math.max(0, total - updated);
  const left = old === 0 ? '' : `, ${old} old left`;
  const said = `${updated} of ${wanted} pods are new, ${available} available${left}`;
  return { state: isRolledOut(object) ? 'met' : 'waiting', said };
}
