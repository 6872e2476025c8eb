import {
  at,
  isKubernetesError,
  listAt,
  listPage,
  numberAt,
  textAt,
  type Connection,
  type KubernetesObject,
} from '../../kubernetes/index.ts';

/** How a Job of one pod has ended, or why it has not. */
export interface RunResult {
  readonly pod: string | undefined;
  /** Undefined while it runs, or has never begun. */
  readonly exitCode: number | undefined;
  /** `Completed`, `Error`, `OOMKilled`, `ImagePullBackOff`, `DeadlineExceeded`. */
  readonly reason: string | undefined;
  /** The end of what it wrote, redacted; undefined where it cannot be read. */
  readonly output: string | undefined;
  /** True when there is more of it than that. */
  readonly cut: boolean;
}

/** Lines and bytes of the output, from its end. */
const LINES = 200;
const BYTES = 32 * 1024;

/** What became of a run: its exit code and what it wrote. */
export async function runResult(
  connection: Connection,
  job: { readonly namespace?: string | undefined; readonly name: string },
): Promise<RunResult> {
  const { kind } = await connection.resolve('pods');
  const { items } = await listPage(connection, kind, {
    namespace: job.namespace,
    labels: `batch.kubernetes.io/job-name=${job.name}`,
  });
  const [pod] = items;
  if (pod === undefined) return { pod: undefined, exitCode: undefined, reason: undefined, output: undefined, cut: false };
  const state = at(listAt(pod, 'status', 'containerStatuses')[0], 'state');
  const output = await outputOf(connection, pod);
  return {
    pod: pod.metadata?.name,
    exitCode: numberAt(state, 'terminated', 'exitCode'),
    reason: textAt(pod, 'status', 'reason') ?? textAt(state, 'terminated', 'reason') ?? textAt(state, 'waiting', 'reason'),
    output,
    cut: output !== undefined && output.split('\n').length > LINES,
  };
}

/** A pod that has never begun has written nothing, and one may see pods without seeing logs. */
async function outputOf(connection: Connection, { metadata }: KubernetesObject): Promise<string | undefined> {
  try {
    const text = await connection.request({
      verb: 'get',
      group: '',
      version: 'v1',
      resource: 'pods',
      subresource: 'log',
      namespace: metadata?.namespace,
      name: metadata?.name,
      query: { tailLines: String(LINES), limitBytes: String(BYTES) },
      accept: '*/*',
    });
    return typeof text === 'string' ? text : undefined;
  } catch (error) {
    if (isKubernetesError(error, 'invalid', 'not-found', 'forbidden')) return undefined;
    throw error;
  }
}
