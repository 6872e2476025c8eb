import type { Command, Process } from '../process.ts';
import type { Sink, Source } from '../streams.ts';
import type { List } from './syntax.ts';

/** Finds the program that a name means. */
export type FindCommand = (name: string) => Command | undefined;

/** What a running shell remembers. */
export interface Session {
  readonly process: Process;
  readonly find: FindCommand;
  /** Runs a part of a script; how the shell does it is no business of who needs its output. */
  readonly run: (session: Session, list: List, streams: Streams) => Promise<number>;
  readonly variables: Map<string, string>;
  /** `$0`, `$1`, … */
  readonly positional: readonly string[];
  directory: string;
  lastCode: number;
}

/** Where the streams of a part of a script lead. */
export interface Streams {
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
}

/** Raised by `exit`, to leave the whole script. */
export class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super('exit');
    this.code = code;
  }
}
