import { openHouse } from '../../src/cli/house.ts';
import { readCommandLine } from '../../src/cli/arguments.ts';
import { readSettings } from '../../src/cli/settings.ts';
import { callTool, TOOLS } from '../../src/servers/mcp/index.ts';

export interface Toolkit {
  /** Calls a tool as an agent would, and returns what the agent would see. */
  call(tool: string, given?: Readonly<Record<string, unknown>>): Promise<{ isError: boolean; text: string }>;
  /** The same as data. */
  data(tool: string, given?: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** The tools of a process with these flags, without the process. */
export function toolkit(...argv: readonly string[]): Toolkit {
  const house = openHouse(readSettings(readCommandLine(argv).flags, {}));
  const run = async (name: string, given: Readonly<Record<string, unknown>>, structured: boolean) => {
    // Tools that are not offered are called all the same: what stops them must be more than a list.
    const tool = TOOLS.find((each) => each.name === name) ?? house.tool(name);
    // A defect of ours must fail the test that met it, whatever the test looks at.
    const onDefect = (error: unknown): never => {
      throw error;
    };
    return callTool(tool, given, house.contextFor(tool, new AbortController().signal), { structured, onDefect });
  };
  return {
    async call(name, given = {}) {
      const outcome = await run(name, given, false);
      return { isError: outcome.isError, text: 'text' in outcome ? outcome.text : JSON.stringify(outcome.data) };
    },
    async data(name, given = {}) {
      const outcome = await run(name, given, true);
      if ('text' in outcome) throw new Error(`${name} answered with text: ${outcome.text}`);
      return { ...outcome.data };
    },
    close: () => house.close(),
  };
}
