import { numberAt, textAt } from '../../kubernetes/index.ts';
import { lastLine, oneLine, unwrapped } from './words.ts';

/** Exit codes that mean something by themselves. */
const EXIT_CODES: Readonly<Record<number, string>> = {
  126: 'command not executable',
  127: 'command not found',
  128: 'did not start',
  134: 'SIGABRT',
  135: 'SIGBUS',
  136: 'SIGFPE',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
};

/** Codes that a container has when something else ended it: the probes, the kubelet, an eviction. */
const KILLED: ReadonlySet<number> = new Set([137, 143]);

export interface Exit {
  readonly code: number;
  readonly reason: string;
  /** What the container, or the runtime for it, left as its last words: the telling line. */
  readonly message: string | undefined;
  readonly finishedAt: string | undefined;
  readonly startedAt: string | undefined;
  /** True when something outside the container ended it. */
  readonly killed: boolean;
}

/** A `terminated` state. */
export function exitOf(terminated: unknown): Exit | undefined {
  const code = numberAt(terminated, 'exitCode');
  if (code === undefined) return undefined;
  const message = textAt(terminated, 'message');
  const reason = textAt(terminated, 'reason') ?? 'Error';
  return {
    code,
    reason,
    message: oneLine(
      reason === 'Error' || reason === 'Completed' ? lastLine(message) : message === undefined ? undefined : unwrapped(message),
    ),
    finishedAt: realTime(textAt(terminated, 'finishedAt')),
    startedAt: realTime(textAt(terminated, 'startedAt')),
    killed: KILLED.has(code) && reason !== 'OOMKilled',
  };
}

/** `exit 1`, `exit 127 (command not found)`, `did not start`. */
export function sayExit(exit: Exit): string {
  if (exit.reason === 'ContainerCannotRun' || exit.reason === 'StartError') return 'did not start';
  const means = EXIT_CODES[exit.code];
  return means === undefined ? `exit ${exit.code}` : `exit ${exit.code} (${means})`;
}

/** How long it ran, in seconds; undefined when the times are not known. */
export function ranFor(exit: Exit): number | undefined {
  if (exit.startedAt === undefined || exit.finishedAt === undefined) return undefined;
  return (Date.parse(exit.finishedAt) - Date.parse(exit.startedAt)) / 1000;
}

/** A container that never started has the epoch as its time. */
function realTime(time: string | undefined): string | undefined {
  return time === undefined || time.startsWith('1970-') || time.startsWith('0001-') ? undefined : time;
}
