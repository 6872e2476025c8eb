import { listPage, type Connection } from '../../kubernetes/index.ts';
import { containerResult, type ContainerResult } from './container-result.ts';
import { RUN_CONTAINER } from './run.ts';

/** How a Job of one pod has ended, or why it has not. */
export interface RunResult extends ContainerResult {
  readonly pod: string | undefined;
}

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
  return { pod: pod.metadata?.name, ...(await containerResult(connection, pod, RUN_CONTAINER)) };
}
