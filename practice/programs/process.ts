import type { Clock } from '../model.ts';
import type { FileSystem } from './files.ts';
import type { Sink, Source } from './streams.ts';

/** What a command can see of the container that it runs in. */
export interface ContainerView {
  readonly hostname: string;
  /** What runs in it since its start, as one line. */
  readonly command: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A command under way, with all that it can reach. */
export interface Process {
  /** The command's name first. */
  readonly argv: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly directory: string;
  readonly files: FileSystem;
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Its streams are a terminal: a shell prompts. */
  readonly terminal: boolean;
  readonly clock: Clock;
  readonly container: ContainerView;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** A program of a container: resolves to its exit code. */
export type Command = (process: Process) => Promise<number> | number;

/** The absolute path of what a command's argument names. */
export const pathOf = ({ directory }: Process, name: string): string => (name.startsWith('/') ? name : `${directory}/${name}`);

/** Complains as programs do, and gives their exit code. */
export async function complain(process: Process, what: string, code = 1): Promise<number> {
  await process.stderr.write(`${process.argv[0] ?? ''}: ${what}\n`);
  return code;
}
