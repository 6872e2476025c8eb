import { UsageError } from '../errors.ts';

/** A place in a text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Something wrong in a configuration file. The message quotes no value: any value may be a secret in the wrong place. */
export interface Problem {
  readonly position: Position;
  readonly message: string;
}

/** How many problems are told at once. */
const MOST_TOLD = 10;

/** Every problem on a line of its own, as compilers write them: `fairlead.yaml:7:5: unknown key "qsp"; did you mean "qps"?` */
export function sayProblems(file: string, problems: readonly Problem[]): string {
  const sorted = problems.toSorted((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
  const lines = sorted
    .slice(0, MOST_TOLD)
    .map(({ position, message }) => `${file}:${position.line}:${position.column}: ${message}`);
  if (problems.length > MOST_TOLD) lines.push(`${file}: and ${problems.length - MOST_TOLD} more`);
  return lines.join('\n');
}

/** Thrown when a configuration file cannot be meant as it stands; the message has all that is wrong with it. */
export class ConfigurationError extends UsageError {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    super(sayProblems(file, problems), { code: 'configuration', field: file });
    this.problems = problems;
  }
}
