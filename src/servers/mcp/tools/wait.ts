import { oneLine, quote } from '../../../answers/index.ts';
import { goalOf, waitFor, type Waited } from '../../../operations/wait/index.ts';
import { shortDuration } from '../../../platform/index.ts';
import { DISCOVERY } from '../requirements/needs.ts';
import { defineTool, SHARED } from '../tool.ts';
import { oneNamespace } from './place-of.ts';

/** Seconds; clients give up after a minute as a rule. */
const TIMEOUT = 50;

export const waitTool = defineTool({
  name: 'kube_wait',
  title: 'Wait',
  description: 'Wait until an object is ready, rolled out, complete, deleted or has a value.',
  arguments: {
    kind: { ...SHARED.kind, required: true },
    name: { ...SHARED.name, required: true },
    for: {
      type: 'string',
      required: true,
      maxLength: 600,
      description: 'rollout, complete, delete, condition=Ready, .status.phase=Running',
    },
    timeout: { type: 'integer', minimum: 1, maximum: 600, description: 'seconds; default 50' },
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
  },
  effect: 'read',
  toolset: 'core',
  needs: [{ of: 'read', verbs: ['get'], why: 'what is waited for' }],
  given: DISCOVERY,
  long: true,
  async run(input, context) {
    const goal = goalOf(input.for);
    const connection = await context.connect(input.cluster);
    const namespace = oneNamespace('kube_wait', input.namespace, connection, context);
    let steps = 0;
    const waited = await waitFor(connection, {
      kind: input.kind,
      namespace,
      name: input.name,
      goal,
      timeout: (input.timeout ?? TIMEOUT) * 1_000,
      onProgress: (said) => context.progress?.(oneLine(said, 200), ++steps),
    });
    return waitAnswer(waited, goal.text, input.name, connection.cluster);
  },
});

const VERDICTS = { met: 'Met', waiting: 'Not met', failed: 'Failed' } as const;

function waitAnswer({ kind, namespace, progress, milliseconds, problem }: Waited, goal: string, name: string, cluster: string) {
  const where = `${kind} ${name}${namespace === undefined ? '' : ` in namespace ${namespace}`} of cluster ${cluster}`;
  const said = oneLine(progress.said, 600);
  const trouble = problem === undefined ? '' : ` The last look failed: ${oneLine(problem, 300)}`;
  return {
    isError: progress.state !== 'met',
    text: () =>
      `${VERDICTS[progress.state]} after ${shortDuration(milliseconds / 1_000)}: ${goal} of ${where}: ${quote(progress.said, 600)}.${trouble}`,
    data: () => ({
      cluster,
      ...(namespace !== undefined && { namespace }),
      kind,
      name,
      for: goal,
      state: progress.state,
      said,
      milliseconds: Math.round(milliseconds),
      ...(problem !== undefined && { problem: oneLine(problem, 300) }),
    }),
  };
}
