import {
  at,
  isKubernetesError,
  listAt,
  numberAt,
  textAt,
  type Connection,
  type KubernetesObject,
} from '../../kubernetes/index.ts';

/** How a container has ended, or why it has not. */
export interface ContainerResult {
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

/** What is told of containers, ephemeral ones as well; the first is that of the pod's first container. */
function statusesOf(pod: KubernetesObject): readonly unknown[] {
  return ['containerStatuses', 'ephemeralContainerStatuses'].flatMap((field) => listAt(pod, 'status', field));
}

/** The state of a container: `waiting`, `running` or `terminated`. @param name @default the first that is told of */
export function containerState(pod: KubernetesObject, name?: string): unknown {
  const statuses = statusesOf(pod);
  return at(name === undefined ? statuses[0] : statuses.find((status) => textAt(status, 'name') === name), 'state');
}

/** Exit code and output of a container as they are now. @param name @default the pod's only container */
export async function containerResult(connection: Connection, pod: KubernetesObject, name?: string): Promise<ContainerResult> {
  const state = containerState(pod, name);
  const output = await outputOf(connection, pod, name);
  return {
    exitCode: numberAt(state, 'terminated', 'exitCode'),
    reason: textAt(pod, 'status', 'reason') ?? textAt(state, 'terminated', 'reason') ?? textAt(state, 'waiting', 'reason'),
    output,
    cut: output !== undefined && output.split('\n').length > LINES,
  };
}

/** A container that has never begun has written nothing, and one may see pods without seeing logs. */
async function outputOf(
  connection: Connection,
  { metadata }: KubernetesObject,
  container: string | undefined,
): Promise<string | undefined> {
  try {
    const text = await connection.request({
      verb: 'get',
      group: '',
      version: 'v1',
      resource: 'pods',
      subresource: 'log',
      namespace: metadata?.namespace,
      name: metadata?.name,
      query: { tailLines: String(LINES), limitBytes: String(BYTES), ...(container !== undefined && { container }) },
      accept: '*/*',
    });
    return typeof text === 'string' ? text : undefined;
  } catch (error) {
    if (isKubernetesError(error, 'invalid', 'not-found', 'forbidden')) return undefined;
    throw error;
  }
}
