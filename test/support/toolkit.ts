import { openHouse } from '../../src/cli/house.ts';
import { readCommandLine } from '../../src/cli/arguments.ts';
import { readSettings } from '../../src/cli/settings.ts';
import { callTool, TOOLS, type AnyTool } from '../../src/servers/mcp/index.ts';

export interface Toolkit {
  /** Calls a tool as an agent would, and returns what the agent would see. */
  call(tool: string, given?: Readonly<Record<string, unknown>>): Promise<{ isError: boolean; text: string }>;
  /** Calls a tool whether it is offered or not: the gate must hold without the list of tools. */
  force(tool: AnyTool, given?: Readonly<Record<string, unknown>>): Promise<{ isError: boolean; text: string }>;
  /** The same as data. */
  data(tool: string, given?: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** The tools of a process with these flags, without the process. */
export function toolkit(...argv: readonly string[]): Toolkit {
  const house = openHouse(readSettings(readCommandLine(argv).flags, {}));
  const run = async (tool: AnyTool, given: Readonly<Record<string, unknown>>, structured: boolean) => {
    // A defect of ours must fail the test that met it, whatever the test looks at.
    const onDefect = (error: unknown): never => {
      throw error;
    };
    const outcome = await callTool(tool, given, house.contextFor(tool, new AbortController().signal), { structured, onDefect });
    if ('question' in outcome) throw new Error(`${tool.name} asked, and there is nobody to ask`);
    return outcome;
  };
  // What needs a permission is called without it as well: what stops it must be more than a list.
  const named = (name: string): AnyTool =>
    TOOLS.find((tool) => tool.name === name && tool.permission !== undefined) ?? house.tool(name);
  const force: Toolkit['force'] = async (tool, given = {}) => {
    const outcome = await run(tool, given, false);
    return { isError: outcome.isError, text: 'text' in outcome ? outcome.text : JSON.stringify(outcome.data) };
  };
  return {
    call: async (name, given = {}) => force(named(name), given),
    force,
    async data(name, given = {}) {
      const outcome = await run(named(name), given, true);
      if ('text' in outcome) throw new Error(`${name} answered with text: ${outcome.text}`);
      return { ...outcome.data };
    },
    close: () => house.close(),
  };
}
