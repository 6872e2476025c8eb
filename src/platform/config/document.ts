import type { Document, LineCounter, YAMLError } from 'yaml';

import { readTree, type Reading } from './document-tree.ts';
import type { Position, Problem } from './problems.ts';

/** Where a value stands in a document: keys and indexes from the root. */
export type Path = readonly (string | number)[];

/** A YAML document as plain data, with the place of everything in it. */
export interface ConfigDocument {
  /** `undefined` for a document that says nothing. */
  readonly value: unknown;
  /** The place of a value, or of its key; of the nearest thing around it when there is no such value. */
  position(path: Path, at?: 'key' | 'value'): Position;
}

/** Characters; a file beyond that is no configuration, and a parser's time should not depend on who wrote it. */
export const LONGEST_DOCUMENT = 256 * 1024;

/**
 * What the parser's codes mean for people. Its own messages are never used: some quote the text, and the text may be a
 * token that begins with a character of YAML.
 */
const SYNTAX: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation does not fit what stands around it',
  BAD_SCALAR_START: 'this character cannot begin a plain value; put the value in quotes',
  BAD_DQ_ESCAPE: 'there is no such escape in double quotes; use single quotes for a text with backslashes',
  BAD_DIRECTIVE: 'there is no such directive',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping cannot begin here; a value with a colon needs quotes',
  BLOCK_IN_FLOW: 'inside brackets and braces everything stands in brackets and braces',
  DUPLICATE_KEY: 'this key was given before',
  KEY_OVER_1024_CHARS: 'the key is too long',
  MISSING_CHAR: 'something is missing here: a colon with a space behind it, a comma, or a closing quote or bracket',
  MULTILINE_IMPLICIT_KEY: 'a key stands on one line, with a colon and a space behind it',
  MULTIPLE_DOCS: 'a second document begins here; one file holds one',
  TAB_AS_INDENT: 'tabs do not indent; use spaces',
  TAG_RESOLVE_FAILED: 'tags (!) are not supported; put a text that begins with ! in quotes',
  UNEXPECTED_TOKEN: 'this does not belong here; check the indentation',
};

/**
 * Reads YAML 1.2, with anchors and merge keys. The result is bounded whatever the text says: aliases that unfold to too
 * much, refer to themselves or nest too deep are problems like others.
 */
export async function parseConfig(
  text: string,
): Promise<{ readonly document: ConfigDocument } | { readonly problems: readonly Problem[] }> {
  const start = { line: 1, column: 1 };
  if (text.length > LONGEST_DOCUMENT) {
    return { problems: [{ position: start, message: `the file is longer than ${LONGEST_DOCUMENT / 1024} KiB` }] };
  }
  const { LineCounter, parseDocument } = await import('./yaml.ts');
  const lines = new LineCounter();
  let reading: Reading;
  try {
    // Pretty errors would quote the lines around the place, secrets and all.
    const parsed = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, prettyErrors: false, merge: true });
    const problems = syntaxProblems(parsed, lines);
    if (problems.length > 0) return { problems };
    reading = await readTree(parsed.contents, (offset) => placeOf(lines, offset));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { problems: [{ position: start, message: 'the file is nested too deep' }] };
  }
  if (reading.problems.length > 0) return { problems: reading.problems };
  const { value, places } = reading;
  return {
    document: {
      value,
      position(path, at = 'value') {
        for (let length = path.length; length >= 0; length--) {
          const found = places.get(JSON.stringify(path.slice(0, length)));
          if (found !== undefined) return (length === path.length && at === 'key' ? found.key : undefined) ?? found.value;
        }
        return start;
      },
    },
  };
}

function syntaxProblems(parsed: Document.Parsed, lines: LineCounter): readonly Problem[] {
  const told = [...parsed.errors, ...parsed.warnings].map((error: YAMLError) => ({
    position: placeOf(lines, error.pos[0]),
    message: `this is no valid YAML: ${SYNTAX[error.code] ?? 'check the indentation and the quotes'}`,
  }));
  // One slip makes the parser complain several times about what follows it in the same line.
  return told.filter(
    ({ position }, index) => told.findIndex((other) => Math.abs(other.position.line - position.line) <= 1) === index,
  );
}

function placeOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
