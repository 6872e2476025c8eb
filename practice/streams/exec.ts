import type { Cancel } from '../model.ts';
import { execute, nothing, nowhere, type FileSystem } from '../programs/index.ts';
import type { Channels } from './channels.ts';
import { environmentOf, hostnameOf } from './environment.ts';
import { sayOutcome } from './outcome.ts';
import { KubeletRefusal } from './refusal.ts';
import type { Pod, Run } from './shapes.ts';
import type { StreamContext } from './stream.ts';
import { statusOf, type Target } from './target.ts';
import { terminal } from './terminal.ts';

/** The numbers of the channels. */
export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3 } as const;

/** Which streams a client wants: PodExecOptions and PodAttachOptions. */
export interface StreamOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** @throws KubeletRefusal (400) when no stream is asked for */
export function streamOptions(query: URLSearchParams): StreamOptions {
  const wants = (name: string): boolean => ['1', 'true'].includes(query.get(name) ?? '');
  const options = { stdin: wants('stdin'), stdout: wants('stdout'), stderr: wants('stderr'), tty: wants('tty') };
  if (!options.stdin && !options.stdout && !options.stderr)
    throw new KubeletRefusal(400, 'you must specify at least 1 of stdin, stdout, stderr');
  // A terminal has one stream out.
  return options.tty ? { ...options, stderr: false } : options;
}

/** Everything that running a command in a container takes. */
export interface ExecOrder extends StreamContext, Target {
  readonly files: FileSystem;
  readonly run: Run;
  readonly argv: readonly string[];
}

/** Runs a command over a client's channels, and says how it ended. */
export async function runCommand(order: ExecOrder, options: StreamOptions, channels: Channels, protocol: string): Promise<void> {
  const { store, pod, container, argv } = order;
  const error = channels.sink(CHANNEL.error);
  const stdin = options.stdin ? channels.source(CHANNEL.stdin) : nothing;
  const stdout = options.stdout ? channels.sink(CHANNEL.stdout) : nowhere;
  const stderr = options.stderr ? channels.sink(CHANNEL.stderr) : nowhere;
  // An empty message on the first channel tells the client that the way is open.
  await (options.stdout ? stdout : options.stderr ? stderr : error).write('');
  const environment = environmentOf(store, pod, container);
  if (options.tty) environment.set('TERM', 'xterm');
  const streams = options.tty ? terminal(stdin, stdout) : { stdin, stdout, stderr };
  const killed = untilItEnds(order);
  try {
    const running = execute({
      argv,
      environment,
      directory: container.workingDir ?? '/',
      files: order.files,
      ...streams,
      terminal: options.tty,
      clock: store.clock,
      container: {
        hostname: hostnameOf(pod),
        command: commandLine(order),
        startedAt: Date.parse(order.run.startedAt),
      },
      signal: channels.gone,
    });
    const code = await Promise.race([running, killed.ended]);
    await sayOutcome(error, protocol, argv, code === undefined ? { failed: notThere(order) } : { code });
  } catch (cause) {
    if (!channels.gone.aborted)
      await sayOutcome(error, protocol, argv, { failed: cause instanceof Error ? cause.message : String(cause) });
  }
  killed.cancel();
  channels.close();
}

/** What the system's kill makes of an exit code. */
const KILLED = 137;

/** Resolves to the code of a command whose container ends before it does. */
function untilItEnds({ store, pod, container, run }: ExecOrder): { readonly ended: Promise<number>; readonly cancel: Cancel } {
  const { promise, resolve } = Promise.withResolvers<number>();
  const cancel = store.watch('pods', ({ type, object }) => {
    if (object.metadata.uid !== pod.metadata.uid) return;
    const running = statusOf(object as Pod, container.name)?.state?.running;
    if (type === 'DELETED' || running?.startedAt !== run.startedAt) resolve(KILLED);
  });
  return { ended: promise, cancel };
}

/** The container runtime's words for a command that the image does not have. */
function notThere({ pod, argv: [name] }: ExecOrder): string {
  const why =
    name === undefined
      ? 'args must not be empty'
      : `unable to start container process: exec: "${name}": ${name.includes('/') ? `stat ${name}: no such file or directory` : 'executable file not found in $PATH'}`;
  const id = pod.metadata.uid.replaceAll('-', '').padEnd(64, '0');
  return `error executing command in container: failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: ${why}: unknown`;
}

function commandLine({ container }: ExecOrder): string {
  const { command = [], args = [] } = container;
  const said = [...command, ...args].join(' ');
  if (said !== '') return said;
  const [, name = ''] = /([^/:@]+)(?:[:@][^/]*)?$/.exec(container.image) ?? [];
  return `/${name}`;
}
