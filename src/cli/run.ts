import { isFairlead } from '../platform/index.ts';
import { readCommandLine } from './arguments.ts';
import { commandFlags, commandHelp, commandOf, runCommand } from './commands/dispatch.ts';
import { helpText } from './help.ts';
import { loadSettings, type Loaded } from './settings.ts';

/** Replaced by the build; a run from the sources says so. */
const VERSION = process.env['FAIRLEAD_VERSION'] ?? '0.0.0-source';

/**
 * Runs a command line. Without words it is an MCP server on stdin and stdout, and nothing else is ever written there.
 * @returns the exit code
 */
export async function run(argv: readonly string[]): Promise<number> {
  const practice = new Stages();
  try {
    const line = readCommandLine(argv, commandFlags);
    if (line.version) return say(VERSION);
    if (line.help) return say(helpText(VERSION, commandHelp()));
    const command = commandOf(line);
    if (command !== undefined)
      return await runCommand(command, line, { load: (flags) => practice.load(flags), version: VERSION });
    const [name, ...words] = line.words;
    if (name !== undefined && name !== 'call' && name !== 'serve') {
      process.stderr.write(`There is no command "${name.slice(0, 60)}"; fairlead --help lists them.\n`);
      return 2;
    }
    const loaded = await practice.load(line.flags);
    for (const notice of loaded.notices) process.stderr.write(`${notice}\n`);
    if (name === 'call') return await (await import('./call.ts')).call(loaded.settings, words);
    const start = { loaded, flags: line.flags, version: VERSION };
    return name === 'serve' ? await (await import('./serve.ts')).serve(start) : await (await import('./stdio.ts')).stdio(start);
  } catch (error) {
    if (!isFairlead(error)) throw error;
    process.stderr.write(`${(await import('./failure.ts')).sayFailure(error)}\n`);
    return 2;
  } finally {
    await practice.stop();
  }
}

/** The settings of a run, and the practice clusters that they ask for. */
class Stages {
  #stop: (() => Promise<void>) | undefined;

  async load(flags: Readonly<Record<string, string | boolean>>): Promise<Loaded> {
    const loaded = await loadSettings(flags, process.env);
    const worlds = loaded.values.get('practice');
    if (worlds === undefined) return loaded;
    const { practised, stageOf, startStages } = await import('./practice.ts');
    const { clusters, stop } = await startStages(worlds.map(stageOf));
    this.#stop = stop;
    return practised(loaded, clusters);
  }

  async stop(): Promise<void> {
    await this.#stop?.();
  }
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
