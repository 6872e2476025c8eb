/** What an answer may cost when the caller names no `max_tokens`. */
export const DEFAULT_TOKENS = 4000;

/** What an answer may cost at most, whatever the caller names. */
export const MAX_TOKENS = 20_000;

/** Below this nothing useful can be said: a head line, one row and the cursor. */
export const MIN_TOKENS = 200;

/**
 * UTF-8 bytes counted as one token.
 *
 * English prose takes about four characters a token, but answers are names with random suffixes, hashes and digits,
 * which tokenise badly, down to three and fewer. Three keeps the estimate above the truth for almost all answers.
 * Bytes and not characters, because a Chinese or Arabic character costs a token of its own; for ASCII both are the same.
 */
const BYTES_PER_TOKEN = 3;

/** Room that `fill` takes even from an empty budget, so that a caller who continues always gets further. In bytes. */
const LEAST_PROGRESS = 120;

/** The estimated cost of a text in tokens, rounded up. */
export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** The longest start of a text that has at most so many UTF-8 bytes; never half a character. */
export function cutBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(Math.max(0, Math.floor(bytes))));
  return text.slice(0, read);
}

/**
 * What an answer may still cost. Texts are blocks that stand on lines of their own: each costs its bytes and one
 * newline, so that blocks joined by newlines never cost more than what was taken.
 */
export class Budget {
  /** What it began with, in tokens. */
  readonly tokens: number;
  #bytes: number;

  constructor(tokens: number = DEFAULT_TOKENS) {
    this.tokens = tokens;
    this.#bytes = tokens * BYTES_PER_TOKEN;
  }

  /** The budget for a caller's `max_tokens`, brought between `MIN_TOKENS` and `MAX_TOKENS`; `DEFAULT_TOKENS` when missing. */
  static of(maxTokens?: number): Budget {
    return new Budget(Math.min(MAX_TOKENS, Math.max(MIN_TOKENS, maxTokens ?? DEFAULT_TOKENS)));
  }

  /** Whole tokens that are left; never negative. */
  get left(): number {
    return Math.max(0, Math.floor(this.#bytes / BYTES_PER_TOKEN));
  }

  /** UTF-8 bytes that are left, newlines included; for those who count line by line. */
  get leftBytes(): number {
    return Math.max(0, this.#bytes);
  }

  /** Whether a block would fit. */
  fits(text: string): boolean {
    return Buffer.byteLength(text) < this.#bytes;
  }

  /** Takes a block if it fits, and says whether it did. */
  take(text: string): boolean {
    const bytes = Buffer.byteLength(text) + 1;
    if (bytes > this.#bytes) return false;
    this.#bytes -= bytes;
    return true;
  }

  /** Takes a block that has to be said in any case, such as the head line, and hands it back. */
  spend(text: string): string {
    this.#bytes -= Buffer.byteLength(text) + 1;
    return text;
  }

  /** Sets tokens aside for the closing lines (cursor, notes). The function that comes back frees them, once. */
  reserve(tokens: number): () => void {
    let bytes = tokens * BYTES_PER_TOKEN;
    this.#bytes -= bytes;
    return () => {
      this.#bytes += bytes;
      bytes = 0;
    };
  }
}

/** What `fill` made of its units. */
export interface Filled {
  /** The rendered units, joined by newlines. */
  readonly text: string;
  /** How many of the units the text holds, counted from the first; 0 only when there were none. */
  readonly taken: number;
}

/**
 * Renders as many units as fit and takes them from the budget. A unit is never split; only when not even the first
 * fits, it is shortened with a note that says so, at some 60 tokens however little is left, so that every page
 * shows something and a cursor always advances.
 */
export function fill<Unit>(units: readonly Unit[], render: (unit: Unit, index: number) => string, budget: Budget): Filled {
  const texts: string[] = [];
  for (const [index, unit] of units.entries()) {
    const text = render(unit, index);
    if (budget.take(text)) {
      texts.push(text);
      continue;
    }
    if (index > 0) break;
    return { text: budget.spend(shortenBlock(text, budget.leftBytes)), taken: 1 };
  }
  return { text: texts.join('\n'), taken: texts.length };
}

/** The start of a block, whole lines where possible, and a note how much of it is missing. */
function shortenBlock(text: string, bytes: number): string {
  const note = (shown: number) => `… (shortened: the first ${shown} of ${text.length} characters; ask with more max_tokens)`;
  const room = Math.max(LEAST_PROGRESS, bytes - 2 - Buffer.byteLength(note(text.length)));
  const start = cutBytes(text, room);
  if (start.length === text.length) return text;
  const lineEnd = start.lastIndexOf('\n');
  const kept = lineEnd > start.length / 2 ? start.slice(0, lineEnd) : start;
  return `${kept}\n${note(kept.length)}`;
}
