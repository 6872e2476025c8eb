/** What the shell understands, as a tree. */

/** A piece of a word. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly fallback?: string; readonly quoted: boolean }
  | { readonly kind: 'output'; readonly of: List; readonly quoted: boolean };

export type Word = readonly Part[];

/** `2>>file`, `<file`, `2>&1`. */
export interface Redirection {
  readonly from: 0 | 1 | 2;
  readonly kind: 'read' | 'write' | 'append' | 'same';
  /** A path, or for `same` the number of another stream. */
  readonly target: Word;
}

export type Node =
  | {
      readonly kind: 'simple';
      readonly assignments: readonly { readonly name: string; readonly value: Word }[];
      readonly words: readonly Word[];
      readonly redirections: readonly Redirection[];
    }
  | { readonly kind: 'group'; readonly body: List; readonly redirections: readonly Redirection[] }
  | { readonly kind: 'if'; readonly when: List; readonly body: List; readonly otherwise: List }
  | { readonly kind: 'loop'; readonly when: List; readonly until: boolean; readonly body: List }
  | { readonly kind: 'for'; readonly name: string; readonly words: readonly Word[]; readonly body: List };

export interface Pipeline {
  readonly commands: readonly Node[];
  readonly negated: boolean;
  /** When it runs: after anything, or depending on how the one before it ended. */
  readonly after: 'any' | 'success' | 'failure';
}

export type List = readonly Pipeline[];

export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault';
}
