/**
 * What a container does, as data: nothing runs. A world gives programs to images; everything that can be seen of a
 * container (state, log, exec, ports, usage) follows from its program, its start and the clock.
 */
export interface Program {
  /** How the pull of the image goes. @default it is there after a second */
  readonly pull?: { readonly seconds?: number; readonly error?: 'NotFound' | 'Unauthorized' | 'Unreachable' };
  /** Written once, each at its offset from the start, then `every`. @default nothing */
  readonly log?: readonly LogLine[];
  /**
   * Written again and again after these, one line at a time and each in its turn. In any line `{n}` is its count, `{pod}`
   * the pod's name, `{date}` its time, `{env:NAME}` a variable, `{pick:a|b|c}` one of them.
   */
  readonly repeats?: { readonly everySeconds: number; readonly lines: readonly string[] };
  /** It ends by itself. @default it runs until it is stopped */
  readonly exit?: {
    readonly afterSeconds: number;
    readonly code: number;
    /** @default Completed for 0, Error for others */
    readonly reason?: 'Completed' | 'Error' | 'OOMKilled';
    readonly message?: string;
  };
  /** Seconds from the start until its readiness and startup probes succeed. `never` fails for good. @default 1 */
  readonly readyAfterSeconds?: number | 'never';
  /** Seconds from the start until its liveness probe fails. @default never */
  readonly unhealthyAfterSeconds?: number;
  /** What it uses, for metrics. @default 1m and 8Mi */
  readonly usage?: { readonly cpu: string; readonly memory: string };
  /** Environment variables without which it ends with code 1 at once, saying which. */
  readonly needsEnvironment?: readonly string[];
  /** What answers on a port over port-forward. @default nobody listens */
  readonly ports?: Readonly<Record<number, PortService>>;
  /** What can be read of its files with `cat` and `ls`, by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface LogLine {
  readonly atSeconds: number;
  readonly text: string;
  /** @default stdout */
  readonly stream?: 'stdout' | 'stderr';
}

export type PortService =
  | { readonly kind: 'http'; readonly paths: Readonly<Record<string, { readonly status?: number; readonly body: string }>> }
  | { readonly kind: 'echo' };

/** The programs of a world by image. A name without tag stands for all tags; `*` at the end for anything. */
export type Images = Readonly<Record<string, Program>>;
