import { oneLine } from '../../../answers/index.ts';
import { openExec, podBehind } from '../../../operations/index.ts';
import type { ProcessEnd, RemoteProcess } from '../../../kubernetes/index.ts';
import type { CommandCall } from '../command.ts';
import { inPods, subjectOf, textFlag, usage } from './place.ts';

/** Runs a command in a container, with the streams of this terminal; its exit code becomes ours. */
export async function exec(call: CommandCall): Promise<number> {
  const { behind = [], words, flags, terminal } = call;
  const [word, ...more] = words.slice(0, words.length - behind.length);
  if (word === undefined || more.length > 0 || behind.length === 0) {
    throw usage('fairlead exec takes one pod, and a command behind --.', 'E.g. fairlead exec deploy/web -- ls -l /');
  }
  const stdin = flags['stdin'] === true;
  const wantsTerminal = flags['tty'] === true;
  if (wantsTerminal && !stdin) throw usage('A terminal (-t) without input (-i) is of no use.', 'Say -it.');
  const tty = wantsTerminal && process.stdin.isTTY;
  if (wantsTerminal && !tty) terminal.note('There is no terminal here, so that the command gets none.');
  return inPods(call, async ({ connection, namespace, signal }) => {
    const pod = await podBehind(connection, { namespace, ...subjectOf(word) });
    const target = { namespace, pod, container: textFlag(call, 'container'), command: behind, stdin, tty };
    const { process: remote } = await openExec(connection, target);
    const stop = (): void => remote.close();
    signal.addEventListener('abort', stop, { once: true });
    const restore = tty ? lendTerminal(remote) : undefined;
    const feeding = stdin ? feed(remote, call) : undefined;
    try {
      for await (const { from, data } of remote.output) await terminal.pass(from, data);
    } finally {
      restore?.();
      signal.removeEventListener('abort', stop);
      remote.close();
      // Nobody reads what is still typed, and it must not keep this program.
      if (stdin) process.stdin.destroy();
    }
    await feeding;
    signal.throwIfAborted();
    return exitCodeOf(remote.end, call);
  });
}

function exitCodeOf(end: ProcessEnd | undefined, { terminal }: CommandCall): number {
  if (end?.exitCode !== undefined) return end.exitCode;
  terminal.note(`The command could not be run: ${oneLine(end?.message ?? 'nobody says why', 600)}`);
  return 1;
}

/** Passes our input on, and its end. A command that does not read it must not be waited for because of it. */
async function feed(remote: RemoteProcess, { terminal }: CommandCall): Promise<void> {
  try {
    for await (const data of process.stdin as AsyncIterable<Buffer>) await remote.write(data);
    if (!(await remote.endInput())) terminal.note('This server cannot be told that the input has ended.');
  } catch {
    // The command has ended, or the connection; its output says which.
  }
}

/** Hands every key to the remote terminal, and tells it how large ours is. @returns what takes the keys back */
function lendTerminal(remote: RemoteProcess): () => void {
  const { stdin, stdout } = process;
  const tell = (): void => {
    // A resize that does not arrive is followed by the next, or by the end of the command.
    remote.resize(stdout.columns, stdout.rows).catch(() => undefined);
  };
  stdin.setRawMode(true);
  stdout.on('resize', tell);
  tell();
  return () => {
    stdout.removeListener('resize', tell);
    stdin.setRawMode(false);
  };
}
