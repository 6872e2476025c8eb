import { readCommandLine } from '../../src/cli/arguments.ts';
import { commandFlags, commandOf, runCommand } from '../../src/cli/commands/dispatch.ts';
import { terminalOf } from '../../src/cli/terminal.ts';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command of the terminal without the process.
 * @param env what the command sees of the environment; nothing of ours unless it is given
 */
export async function runCli(argv: readonly string[], env: NodeJS.ProcessEnv = {}, isTTY = false): Promise<CommandResult> {
  const said = { stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({
    isTTY,
    columns: 120,
    write: (data: Uint8Array | string, written?: () => void) => {
      said[stream] += Buffer.from(data as Uint8Array).toString();
      written?.();
    },
  });
  const line = readCommandLine(argv, commandFlags);
  const command = commandOf(line);
  if (command === undefined) throw new Error(`there is no command ${line.words[0] ?? ''}`);
  // A configuration file of whoever runs the tests must not take part.
  const own = { FAIRLEAD_CONFIG: 'none', ...env };
  const terminal = terminalOf({ stdout: into('stdout'), stderr: into('stderr') }, own);
  const code = await runCommand(command, line, { env: own, terminal });
  return { code, ...said };
}
