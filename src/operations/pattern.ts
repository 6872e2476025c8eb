import { RE2JS, RE2JSSyntaxException } from 're2js';

import { quoted, UsageError } from '../platform/index.ts';

const LONGEST_PATTERN = 512;
/** Instructions that a pattern may become: a text is searched in as many steps a character at most. */
const LARGEST_PROGRAM = 2_000;

/** A regular expression in the syntax of RE2, https://github.com/google/re2/wiki/Syntax. */
export interface Pattern {
  /** Takes time in proportion to the text, whatever the pattern is. */
  readonly test: (text: string) => boolean;
  /**
   * Words of which one stands in every text that fits, where the pattern shows such; for skipping what cannot fit.
   */
  readonly words: { readonly any: readonly string[]; readonly ignoreCase: boolean } | undefined;
}

/**
 * Compiles a regular expression from outside.
 * @throws UsageError (`invalid-argument`) when it is none, or too large
 */
export function compilePattern(pattern: string, field: string): Pattern {
  if (pattern.length > LONGEST_PATTERN) {
    throw invalid(field, `a regular expression has ${pattern.length} characters; ${LONGEST_PATTERN} are the most.`);
  }
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    const why = error instanceof RE2JSSyntaxException ? `: ${error.getDescription()}` : '';
    throw invalid(field, `${quoted(pattern, 80)} is no valid regular expression${why}.`, adviceFor(pattern));
  }
  if (compiled.programSize() > LARGEST_PROGRAM) {
    throw invalid(field, `the regular expression ${quoted(pattern, 80)} repeats too much.`);
  }
  const matcher = compiled;
  return { test: (text) => matcher.test(text), words: wordsOf(pattern) };
}

function adviceFor(pattern: string): string | undefined {
  return /\(\?<?[=!]|\\[1-9]/.test(pattern)
    ? 'The syntax is that of RE2, which has no look-around and no references back.'
    : undefined;
}

/** Shorter ones are in most texts anyway. */
const SHORTEST_WORDS = 3;

/**
 * Reads only the simplest patterns: alternatives on the outside, and in each the longest run of plain characters outside
 * of groups. Of anything else it says nothing, which is always right.
 */
function wordsOf(pattern: string): Pattern['words'] {
  const ignoreCase = pattern.startsWith('(?i)');
  const rest = ignoreCase ? pattern.slice(4) : pattern;
  if (rest.includes('(?')) return undefined;
  const any: string[] = [];
  for (const branch of branchesOf(rest)) {
    const longest = runsOf(branch).reduce((best, run) => (run.length > best.length ? run : best), '');
    if (longest.length < SHORTEST_WORDS) return undefined;
    any.push(longest);
  }
  return { any, ignoreCase };
}

/** The tokens of a pattern: an escape, a class, a repetition, or one character. */
const TOKEN = /\\Q|\\(?:[pPx]\{[^}]*\}|x[\da-fA-F]{2}|pN|.)|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]])*\]|\{\d+(?:,\d*)?\}|[^]/gu;

/** The alternatives on the outside, each as its tokens; `(a|b)` as a whole is two of them. */
function branchesOf(pattern: string): readonly (readonly string[])[] {
  const tokens = pattern.match(TOKEN) ?? [];
  const branches: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (token === '|' && depth === 0) branches.push([]);
    else branches.at(-1)?.push(token);
  }
  const [only = []] = branches;
  const isOneGroup = branches.length === 1 && only[0] === '(' && only.at(-1) === ')' && closes(only);
  return isOneGroup ? branchesOf(only.slice(1, -1).join('')) : branches;
}

/** True when the first parenthesis is closed by the last one. */
function closes(tokens: readonly string[]): boolean {
  let depth = 0;
  return tokens.every((token, index) => {
    depth += Number(token === '(') - Number(token === ')');
    return depth > 0 || index === tokens.length - 1;
  });
}

/** Runs of plain characters that every fitting text holds. */
function runsOf(tokens: readonly string[]): readonly string[] {
  const runs = [''];
  let depth = 0;
  for (const token of tokens) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    const plain = depth === 0 && (/^[\w \-/:=,;"'<>@#%&~!`]$/.test(token) || /^\\[^\w\s]$/.test(token));
    if (plain) runs.push((runs.pop() ?? '') + token.at(-1));
    else {
      // What may be missing takes its last character with it.
      if (/^[*?{]/.test(token)) runs.push((runs.pop() ?? '').slice(0, -1));
      runs.push('');
    }
  }
  return runs;
}

function invalid(field: string, what: string, advice?: string): UsageError {
  return new UsageError(`${field}: ${what}`, { code: 'invalid-argument', field, advice });
}
