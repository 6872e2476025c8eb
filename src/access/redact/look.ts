/** A secret that is known by its looks, wherever it stands. */
export interface Look {
  /** What it is, and why it may be told by its looks. */
  readonly reason: string;
  /**
   * Found only where one of these stands, which is much faster to see. The first three letters of each are a trigger
   * (see triggers.ts), in either case, so they had better be rare.
   */
  readonly hints: readonly string[];
  /** Global, and linear in the length of the text: whoever writes the text may mean harm. */
  readonly finds: RegExp;
  /** What is left of it. @default nothing */
  readonly leaves?: string | ((...match: readonly string[]) => string);
}

/** An expression that is too long for one line. */
export function together(flags: 'g' | 'gi', ...parts: readonly string[]): RegExp {
  return new RegExp(parts.join(''), flags);
}
