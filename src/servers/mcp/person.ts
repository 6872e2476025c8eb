/** What a person is asked before something is done: a plan applied, or secrets shown. */
export interface Question {
  /** The plan, or what else it is about. */
  readonly plan: string;
  /** What a yes does. @default applies the plan */
  readonly title?: string;
  /** Of what was shown: an answer to this question is none to a plan that says something else. */
  readonly digest: string;
  /** For a reader who has seen nothing else. Holds the digest. */
  readonly message: string;
}

/** What came back. `unanswered`: nobody answered in time, or the client could not show the question. */
export type Said = 'accepted' | 'declined' | 'cancelled' | 'unanswered';

/** What a person said to the question of a plan. */
export interface Reply {
  readonly plan: string;
  readonly digest: string;
  readonly said: Said;
}

/** The person behind a client that can ask one. */
export interface Person {
  /** What they said to the question that this very call has led to; missing while it has not been asked. */
  readonly reply?: Reply;
}
