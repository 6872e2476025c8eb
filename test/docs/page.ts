import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A text between fences. */
export interface Block {
  /** Of the page, from 1: that of the opening fence. */
  readonly line: number;
  /** What stands behind the opening fence. */
  readonly language: string;
  readonly text: string;
  /** Why it cannot be run, where a comment `<!-- Not run: … -->` stands right before it. */
  readonly notRun: string | undefined;
}

/** A piece of a line: what stands between backticks, or where a link leads. */
export interface Piece {
  readonly line: number;
  readonly text: string;
}

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** What links with a `#` can lead to. */
  readonly anchors: ReadonlySet<string>;
  readonly blocks: readonly Block[];
  readonly spans: readonly Piece[];
  readonly links: readonly Piece[];
}

const FENCE = /^(?:<!-- Not run: (.*) -->\n)?(```)(\w*)\n([^]*?)^```$/gm;

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** As GitHub makes them: lower case, without punctuation, words joined by dashes. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

/** Takes a page apart. */
export function pageOf(path: string, text: string): Page {
  const blocks = [...text.matchAll(FENCE)].map((match) => ({
    line: lineOf(text, match.index) + (match[1] === undefined ? 0 : 1),
    language: match[3] ?? '',
    text: match[4] ?? '',
    notRun: match[1],
  }));
  // Lines keep their numbers.
  const prose = text.replaceAll(FENCE, (block) => block.replaceAll(/[^\n]/g, ''));
  const pieces = (pattern: RegExp): readonly Piece[] =>
    [...prose.matchAll(pattern)].map((match) => ({ line: lineOf(prose, match.index), text: match[1] ?? '' }));
  return {
    path,
    text,
    blocks,
    anchors: new Set(pieces(/^#+ (.*)$/gm).map((heading) => anchorOf(heading.text))),
    // In a table a pipe is escaped.
    spans: pieces(/`([^`\n]+)`/g).map(({ line, text: span }) => ({ line, text: span.replaceAll(String.raw`\|`, '|') })),
    links: pieces(/\]\(([^)\s]+)\)/g),
  };
}

async function readPages(paths: readonly string[]): Promise<readonly Page[]> {
  return Promise.all(paths.map(async (path) => pageOf(path, await readFile(join(ROOT, path), 'utf8'))));
}

const manuals = (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);

/** What users read: every snippet and command in it is tried. */
export const MANUAL = await readPages(['README.md', ...manuals.toSorted()]);

/** Every page of the repository; names and links in them are right. */
export const PAGES = [
  ...MANUAL,
  ...(await readPages(['CHANGELOG.md', 'CONTRIBUTING.md', 'bench/README.md', 'test/cluster/README.md'])),
];
