import type { Connection, ProcessEnd } from '../../kubernetes/index.ts';
import { UsageError } from '../../platform/index.ts';
import { openExec } from '../exec.ts';

/** A container, and something in it. */
export interface Place {
  readonly namespace: string;
  readonly pod: string;
  /** @default the pod's default container */
  readonly container?: string | undefined;
  readonly path: string;
}

/** A `tar` that runs in a container. */
export interface TarProcess {
  readonly output: AsyncIterable<Uint8Array>;
  write(data: Uint8Array): Promise<void>;
  endInput(): Promise<boolean>;
  /** Known when the output has ended. @throws UsageError when it ended badly, or never began */
  check(): void;
  close(): void;
}

/** Bytes of its complaints that are kept. */
const COMPLAINTS = 4_000;

/** Starts `tar` with these arguments; no shell reads them. */
export async function startTar(
  connection: Connection,
  { namespace, pod, container, path }: Place,
  argv: readonly string[],
  stdin: boolean,
): Promise<TarProcess> {
  const opened = await openExec(connection, { namespace, pod, container, command: ['tar', ...argv], stdin });
  const { process } = opened;
  let complaints = '';
  async function* output(): AsyncGenerator<Uint8Array> {
    for await (const { from, data } of process.output) {
      if (from === 'stdout') yield data;
      else if (complaints.length < COMPLAINTS) complaints += Buffer.from(data).toString('utf8');
    }
  }
  return {
    output: output(),
    write: (data) => process.write(data),
    endInput: () => process.endInput(),
    check() {
      const { end } = process;
      if (end !== undefined && end.exitCode !== 0) throw failure(end, complaints, pod, path);
    },
    close: () => process.close(),
  };
}

/** What a shell and the runtime say of a program that is not there. */
const NOT_FOUND = /executable file not found|no such file or directory.*tar|not found/i;

function failure({ exitCode, message = '' }: ProcessEnd, complaints: string, pod: string, path: string): UsageError {
  if ((exitCode === undefined || exitCode === 126 || exitCode === 127) && NOT_FOUND.test(message + complaints)) {
    return new UsageError(`There is no tar in the container of pod ${pod}, by which files are copied.`, {
      code: 'no-tar',
      advice: 'Where there is a shell, cat with kube_exec shows a file.',
    });
  }
  const said = (complaints || message).trim().split('\n').slice(-3).join(' ').slice(0, 400);
  return new UsageError(
    `tar in pod ${pod} could not copy ${JSON.stringify(path.slice(0, 200))}: ${said || 'it did not say why'}.`,
    {
      code: 'copy-failed',
      field: 'path',
    },
  );
}
