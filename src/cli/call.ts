import { quoted, UsageError } from '../platform/index.ts';
import { callTool, type AnyTool, type Outcome, type Person } from '../servers/mcp/index.ts';
import { askHere, someoneIsThere } from './ask.ts';
import { openHouse, type House } from './house.ts';
import type { Settings } from './settings.ts';
import { untilInterrupted } from './told-to-end.ts';

/** Calls one tool and prints its answer, exactly as an agent would get it. Who sits at the terminal is asked before a change. */
export async function call(settings: Settings, words: readonly string[]): Promise<number> {
  const house = openHouse(settings);
  try {
    const [name, ...rest] = words;
    if (name === undefined) {
      const width = Math.max(...house.tools.map((tool) => tool.name.length));
      process.stdout.write(house.tools.map((tool) => `${tool.name.padEnd(width)}  ${tool.description}\n`).join(''));
      return 0;
    }
    const tool = house.tool(name);
    const given = readArguments(rest);
    const outcome = await untilInterrupted((signal) => answered(house, tool, given, signal));
    process.stdout.write(`${textOf(outcome)}\n`);
    return outcome.isError ? 1 : 0;
  } finally {
    await house.close();
  }
}

async function answered(house: House, tool: AnyTool, given: unknown, signal: AbortSignal): Promise<Outcome> {
  const run = (person?: Person) => callTool(tool, given, house.contextFor(tool, signal, { person }), house.callOptions);
  let outcome = await run(someoneIsThere() ? {} : undefined);
  while ('question' in outcome) {
    const { plan, digest, message, title } = outcome.question;
    outcome = await run({ reply: { plan, digest, said: await askHere(message, signal, title) } });
  }
  return outcome;
}

function textOf(outcome: Outcome): string {
  return 'text' in outcome ? outcome.text : JSON.stringify(outcome.data, null, 2);
}

/** Arguments as one JSON object, or as `name=value` words. */
function readArguments(words: readonly string[]): unknown {
  const [first] = words;
  if (first === undefined) return {};
  if (first.trimStart().startsWith('{')) {
    if (words.length > 1)
      throw new UsageError('The arguments are one JSON object, or name=value words; not both.', { code: 'usage' });
    try {
      return JSON.parse(first);
    } catch (error) {
      throw new UsageError(`The arguments are no valid JSON: ${quoted(first)}.`, { code: 'usage', cause: error });
    }
  }
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      if (equals < 1) throw new UsageError(`${quoted(word, 60)} is not of the form name=value.`, { code: 'usage' });
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}
