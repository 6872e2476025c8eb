/** Names that the pages may use, taken from what knows them. */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { SETTINGS } from '../../src/cli/settings.ts';
import { commandFlags } from '../../src/cli/commands/dispatch.ts';
import { configJsonSchema } from '../../src/cli/config/schema.ts';
import { listedTool, TOOLS } from '../../src/servers/mcp/index.ts';
import { MANUAL, PAGES, ROOT, type Page, type Piece } from './page.ts';

async function textOf(...patterns: readonly string[]): Promise<string> {
  const files = await Array.fromAsync(glob([...patterns], { cwd: ROOT }));
  return (await Promise.all(files.map((file) => readFile(join(ROOT, file), 'utf8')))).join('\n');
}

const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map((match) => match.findLast((group) => group !== undefined) ?? '');

const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { readonly scripts: Record<string, string> };

export const SCRIPTS: Readonly<Record<string, string>> = manifest.scripts;
export const TOOL_NAMES: ReadonlySet<string> = new Set(TOOLS.map(({ name }) => name));
const FLAGS: ReadonlySet<string> = new Set([...SETTINGS, ...commandFlags()].map(({ flag }) => flag).concat('help', 'version'));

/** Every word of fairlead.yaml and of the tools' arguments. */
const KEYS: ReadonlySet<string> = new Set(
  found(JSON.stringify([configJsonSchema(), TOOLS.map(listedTool)]), /"([a-z_]+)"/g).concat(
    SETTINGS.flatMap((setting) => ('key' in setting ? [setting.key] : [])),
  ),
);
const VARIABLES: ReadonlySet<string> = new Set([
  ...SETTINGS.map(({ env }) => env),
  ...found(await textOf('{test,bench,scripts}/**/*.ts'), /env(?:\['(\w+)'\]|\.([A-Z_]+))/g),
]);
/** Of programs of the repository that are not ours to offer. */
const TOOL_FLAGS: ReadonlySet<string> = new Set(
  found(
    await textOf('bench/{options,practice}.ts', 'scripts/test-clients.ts'),
    /(?:'([a-z-]+)'|\b([a-z]+)): (?:\{ type: '(?:string|boolean)'|text\()/g,
  ),
);
const WORDS: ReadonlySet<string> = new Set(
  found(await textOf('dist/types/**/*.d.ts', 'practice/worlds/**/*.ts', 'practice/programs/**/*.ts'), /\b([a-z]\w+)\b/g),
);

/** The programs whose flags and words are their own. */
const FOREIGN = /^(?:npm|npx|claude|codex|gemini|code|opencode|kubectl|node) /;

export interface Rule {
  readonly what: string;
  readonly pages: readonly Page[];
  /** Where such names stand: in all of the text, or in what stands between backticks. */
  readonly within: 'text' | 'spans';
  /** Finds the names: the last group, or the whole. */
  readonly pattern: RegExp;
  /** Left out of it. */
  readonly except?: RegExp;
  knows(name: string): boolean | Promise<boolean>;
}

const exists = async (pattern: string): Promise<boolean> => {
  for await (const _ of glob([pattern, `src/${pattern}`], { cwd: ROOT })) return true;
  return false;
};

export const RULES: readonly Rule[] = [
  {
    what: 'npm scripts',
    pages: PAGES,
    within: 'text',
    pattern: /\bnpm (?:run )?((?<=run )[\w:]*\w|test)\b/g,
    knows: (name) => name in SCRIPTS,
  },
  { what: 'tools', pages: PAGES, within: 'text', pattern: /\bkube_[a-z_]*[a-z]\b/g, knows: (name) => TOOL_NAMES.has(name) },
  {
    what: 'flags',
    pages: PAGES,
    within: 'spans',
    pattern: /(?<![\w-])--([a-z][a-z0-9-]*)/g,
    except: FOREIGN,
    knows: (name) => FLAGS.has(name) || TOOL_FLAGS.has(name),
  },
  {
    what: 'environment variables',
    pages: PAGES,
    within: 'text',
    pattern: /\b(?:FAIRLEAD|CONTRACT|KUBEBUILDER)_[A-Z_]*[A-Z]\b/g,
    // A slip that is shown as one.
    except: /^FAIRLEAD_ALOW_NAMESPACES$/,
    knows: (name) => VARIABLES.has(name),
  },
  {
    what: 'keys of fairlead.yaml and arguments of tools',
    pages: MANUAL,
    within: 'spans',
    pattern: /^(?!kube_)[a-z]+(?:_[a-z]+)+$|^([a-z]+_[a-z_]+)(?=\.|: )|(?<=^[a-z]+_[a-z]+\.)[a-z_]+$/g,
    except: FOREIGN,
    knows: (name) => KEYS.has(name),
  },
  {
    what: 'names of the library and of worlds',
    pages: MANUAL,
    within: 'spans',
    pattern: /^(?:\w+\.)?([a-z]+[A-Z]\w*)(?:\(.*\))?$/g,
    // What Kubernetes, Node and our own inside call something.
    except: /^(?:includeObject|parseArgs)/,
    knows: (name) => WORDS.has(name),
  },
  {
    what: 'files of the repository',
    pages: PAGES,
    within: 'spans',
    pattern: /^(?:src|test|docs|scripts|bench|bin|dist|practice|[a-z]+(?=\/[\w/-]+\.ts$))\/[\w./*-]*$/g,
    knows: exists,
  },
];

/** The names of a rule in a page. */
export function namesIn(page: Page, { within, pattern, except }: Rule): readonly Piece[] {
  const pieces = within === 'spans' ? page.spans : page.text.split('\n').map((text, index) => ({ line: index + 1, text }));
  return pieces
    .filter(({ text }) => within === 'text' || except?.test(text) !== true)
    .flatMap(({ line, text }) => found(text, pattern).map((name) => ({ line, text: name })))
    .filter(({ text }) => except?.test(text) !== true);
}
