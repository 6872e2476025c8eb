/**
 * The two errors that every room may throw.
 *
 * A message says what happened, where, and with what; `advice` says what would work instead.
 * Neither ever carries a credential or a raw response body.
 */
export class FairleadError extends Error {
  /** Written out in each class: the bundle shortens the names of classes. */
  override readonly name: string = 'FairleadError';
  /** Stable, lower-case, dashed: `unknown-argument`, `not-found`. Programs may rely on it. */
  readonly code: string;
  /** What the caller can do about it, as one sentence, or several. */
  readonly advice: string | undefined;

  constructor(code: string, message: string, options: { advice?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.advice = options.advice;
  }
}

/** True for every error of our own, whose message is complete. */
export function isFairlead(thrown: unknown): thrown is FairleadError {
  return thrown instanceof FairleadError;
}

/** Thrown when what was asked for cannot be meant: a wrong argument, setting or name. */
export class UsageError extends FairleadError {
  override readonly name: string = 'UsageError';
  /** The argument or setting at fault, as the caller wrote it. */
  readonly field: string | undefined;

  constructor(message: string, options: { code?: string; field?: string; advice?: string | undefined; cause?: unknown } = {}) {
    super(options.code ?? 'usage', message, options);
    this.field = options.field;
  }
}

/** The message of anything that was thrown, for messages of our own. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The `code` of a Node system error (`ECONNREFUSED`, `ENOENT`), looked for along the chain of causes. */
export function systemCode(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    if (error instanceof AggregateError && error.errors.length > 0) return systemCode(error.errors[0]);
  }
  return undefined;
}

/** At most `limit` characters of what came in, for quoting it in a message. */
export function quoted(value: unknown, limit = 200): string {
  const text = typeof value === 'string' ? value : jsonOf(value);
  return JSON.stringify(text.length > limit ? `${text.slice(0, limit)}…` : text);
}

/** As JSON, or as text where there is no JSON for it: a message about a value must not fail because of the value. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
