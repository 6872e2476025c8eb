import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { COMMANDS, isComplete } from './commands.ts';
import { newcomer, type Newcomer } from './newcomer.ts';
import { ROOT } from './page.ts';

/** What of the commands is not simply run to its end; the first that fits holds. */
const HOW: readonly {
  readonly line: RegExp;
  /** What it says once it is at work; it stays until it is told to end. */
  readonly until?: RegExp;
  /** Why it is not run here. */
  readonly notRun?: string;
}[] = [
  { line: /^npm /, notRun: 'it installs packages, or runs what npm test runs already' },
  { line: /^(claude|codex|gemini|code|opencode) /, notRun: 'npm run test:clients runs them' },
  { line: /^fairlead (logs|exec|cp|apply|undo|client-config|port-forward)$/, notRun: 'it is spoken of, and takes arguments' },
  { line: /^fairlead exec -it/, notRun: 'it takes a terminal: test/cluster/terminal.test.ts' },
  { line: /^fairlead port-forward/, notRun: 'the port may be taken: test/cluster/terminal.test.ts' },
  { line: /^fairlead demo/, until: /Other clients: / },
  { line: /^fairlead serve/, until: /http:\/\/127\.0\.0\.1:\d+\/mcp/ },
  { line: /^fairlead practice/, until: /https:\/\/127\.0\.0\.1:\d+/ },
  { line: /^fairlead logs -f/, until: /listening/ },
];

const how = (line: string): (typeof HOW)[number] | undefined => HOW.find((each) => each.line.test(line));
const lines = [...new Set(COMMANDS.filter(({ notRun }) => notRun === undefined).map(({ line }) => line))];
const runnable = lines.filter((line) => isComplete(line) && how(line)?.notRun === undefined);

describe('a newcomer who types what the manual says', () => {
  let person: Newcomer;
  beforeAll(async () => {
    person = await newcomer(join(ROOT, 'test', 'docs', 'world.yaml'));
  });
  afterAll(async () => {
    await person?.[Symbol.asyncDispose]();
  });

  it.each(runnable)('gets something from %s', async (line) => {
    const until = how(line)?.until;
    const { code, stdout, stderr } = await person.type(line, until);
    const told = `${stdout}\n${stderr}`;
    if (until === undefined) expect(code, told).toBe(0);
    else expect(told).toMatch(until);
    expect(stderr).not.toMatch(/fairlead: |\bat \S+ \(/);
  });

  it('meets no rule that is about nothing', () => {
    expect(HOW.filter(({ line }) => !lines.some((each) => line.test(each)))).toEqual([]);
  });
});
