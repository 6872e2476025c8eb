import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { COMPILER, examplesOf, patternOf } from '../support/examples.ts';
import { complaintOfOurs } from './commands.ts';
import { newcomer, type Newcomer } from './newcomer.ts';
import { MANUAL, ROOT } from './page.ts';

/** What stands in a block of each language, and what is done with it. */
const LANGUAGES: Readonly<Record<string, string>> = {
  sh: 'commands: commands.test.ts and running.test.ts',
  ts: 'a program: compiled, and run on a practice cluster',
  typescript: 'a part of a program: compiled; the page says why it is not run',
  json: 'what a client is told: the command in it is checked',
  yaml: 'a fairlead.yaml: `fairlead config check`',
  text: 'what the program above it prints',
  mermaid: 'a picture: node scripts/rooms.ts --check',
  '': 'what a command says, cut short',
};

/** What the part of a program takes to be there. */
const BEFORE = "import { ClusterManager } from 'fairlead';\nconst client = new ClusterManager().client();\n";

interface ClientJson {
  readonly mcpServers: Readonly<Record<string, { readonly command: string; readonly args: readonly string[] }>>;
}

const blocks = MANUAL.flatMap((page) => page.blocks.map((block) => ({ ...block, place: `${page.path}:${block.line}` })));
const of = (language: string) => blocks.filter((block) => block.language === language);
const programs = (
  await Promise.all(
    MANUAL.map(async ({ path }) =>
      (await examplesOf(join(ROOT, path))).map((example) => ({ ...example, place: `${path}:${example.line}` })),
    ),
  )
).flat();
const fileOf = (place: string): string => `${place.replaceAll(/\W/g, '-')}.ts`;

describe('the snippets of the manual', () => {
  let person: Newcomer;
  beforeAll(async () => {
    person = await newcomer(join(ROOT, 'test', 'docs', 'world.yaml'));
    // A program that has the package installed: what it imports is what we publish.
    const folder = join(person.folder, 'program');
    await mkdir(join(folder, 'node_modules'), { recursive: true });
    await symlink(ROOT, join(folder, 'node_modules', 'fairlead'));
    await symlink(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER, include: ['*.ts'] }));
    for (const { place, code } of programs) await writeFile(join(folder, fileOf(place)), code);
    for (const { place, text } of of('typescript')) await writeFile(join(folder, fileOf(place)), BEFORE + text);
  });
  afterAll(async () => {
    await person?.[Symbol.asyncDispose]();
  });

  it('are in languages that somebody looks at', () => {
    expect([...new Set(blocks.map(({ language }) => language))].toSorted()).toEqual(Object.keys(LANGUAGES).toSorted());
  });

  it('say why, where they are not run', () => {
    expect(of('typescript').filter(({ notRun }) => notRun === undefined)).toEqual([]);
  });

  it('that are programs are right to the compiler, which has nothing but what the package brings', async () => {
    const { stdout } = await person.type(`node '${join(ROOT, 'node_modules/typescript/bin/tsc')}' -p program`);
    expect(stdout).toBe('');
  });

  // In their order: a page begins with what its later examples use.
  it.each(programs)('that are programs do what they say: $place', async ({ place, prints }) => {
    const { code, stdout, stderr } = await person.type(
      `node --disable-warning=ExperimentalWarning program/${fileOf(place)}`,
      undefined,
      {
        KUBECONFIG: join(person.folder, '.kube', 'config'),
      },
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    if (prints !== undefined) expect(stdout.trim()).toMatch(patternOf(prints));
  });

  it.each(of('json'))('that clients are told start the program with flags that it has: $place', async ({ text }) => {
    for (const { command, args } of Object.values((JSON.parse(text) as ClientJson).mcpServers)) {
      expect([command, ...args.slice(0, 2)]).toEqual(['npx', '-y', 'fairlead']);
      expect(await complaintOfOurs(args.slice(2))).toBeUndefined();
    }
  });

  it.each(of('yaml'))('that are configuration files are right: $place', async ({ text, place }) => {
    const name = `${fileOf(place)}.yaml`;
    await writeFile(join(person.folder, name), text);
    const { code, stdout, stderr } = await person.type(`fairlead config check ${name}`, undefined, {
      EDGE_TOKEN: 'not-a-real-one',
    });
    expect(code, stdout + stderr).toBe(0);
  });
});
