import {
  at,
  isKubernetesError,
  listAt,
  numberAt,
  readLog,
  textAt,
  type Connection,
  type KubernetesObject,
  type LogQuery,
} from '../../kubernetes/index.ts';
import { linesOf, timeAndText } from '../logs/index.ts';

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

/** Lines and characters of the output, from its end. */
const LINES = 200;
const CHARACTERS = 32 * 1024;

/** The state of a container, an ephemeral one as well: `waiting`, `running` or `terminated`. */
export function containerState(pod: KubernetesObject, name: string): unknown {
  const statuses = ['containerStatuses', 'ephemeralContainerStatuses'].flatMap((field) => listAt(pod, 'status', field));
  return at(
    statuses.find((status) => textAt(status, 'name') === name),
    'state',
  );
}

/** Exit code and output of a container as they are now. */
export async function containerResult(connection: Connection, pod: KubernetesObject, name: string): Promise<ContainerResult> {
  const state = containerState(pod, name);
  const { namespace = '', name: podName = '' } = pod.metadata ?? {};
  const end = await endOfLog(connection, { namespace, pod: podName, container: name });
  return {
    exitCode: numberAt(state, 'terminated', 'exitCode'),
    reason: textAt(pod, 'status', 'reason') ?? textAt(state, 'terminated', 'reason') ?? textAt(state, 'waiting', 'reason'),
    output: end?.output,
    cut: end?.cut ?? false,
  };
}

/**
 * How a log ends. A container that has never begun has written nothing, and one may see pods without seeing logs: then it
 * is undefined.
 */
async function endOfLog(
  connection: Connection,
  query: LogQuery,
): Promise<{ readonly output: string; readonly cut: boolean } | undefined> {
  const lines: string[] = [];
  let size = 0;
  let cut = false;
  try {
    // One more than is told shows that there are more. The server's own limit of bytes would take the end away.
    for await (const piece of readLog(connection, { ...query, tailLines: LINES + 1 })) {
      for (const raw of linesOf(piece)) {
        const [, line] = timeAndText(raw);
        lines.push(line.slice(-CHARACTERS));
        size += lines.at(-1)?.length ?? 0;
        cut ||= line.length > CHARACTERS;
        while (lines.length > LINES || (size > CHARACTERS && lines.length > 1)) {
          size -= lines.shift()?.length ?? 0;
          cut = true;
        }
      }
    }
    return { output: lines.join('\n'), cut };
  } catch (error) {
    if (isKubernetesError(error, 'invalid', 'not-found', 'forbidden')) return undefined;
    throw error;
  }
}
