import type { Question } from './questions.ts';

/** Who answers. `raw` are bare HTTP requests: what the API server alone costs. */
export type ContenderName = 'fairlead' | 'peer' | 'raw h1' | 'raw h2';

/** Somebody who answers the questions. */
export interface Contender {
  readonly name: ContenderName;
  /** False for a question that is put to the others only. */
  isAsked(question: Question): boolean;
  /** The answer's text. */
  ask(question: Question): Promise<string>;
  close(): Promise<void>;
}
