import { didYouMean, quoted, UsageError } from '../platform/index.ts';

/** The entries of a list. An empty one would allow nothing, and is more likely an empty variable. */
export function listOf(value: readonly string[] | undefined, field: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const list: unknown = value;
  if (!Array.isArray(list) || list.some((entry) => typeof entry !== 'string')) {
    throw invalid(field, `${field} is a list of names, not ${quoted(value, 60)}.`);
  }
  if (list.length === 0) throw invalid(field, `${field} is empty.`, { advice: 'Leave it out to set no such rule.' });
  return value;
}

/** Refuses what is no setting: somebody meant something by it. */
export function knownOnly(value: object, known: readonly string[], where: string): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    throw new UsageError(`There is no setting ${quoted(key, 60)} in ${where}${didYouMean(key.slice(0, 60), known) || '.'}`, {
      code: 'unknown-setting',
      field: key,
      advice: `Settings: ${known.join(', ')}.`,
    });
  }
}

export function unknownValue(field: string, value: unknown, known: readonly string[]): UsageError {
  const close = didYouMean(String(value).slice(0, 60), known) || '.';
  return invalid(field, `${field} cannot be ${quoted(value, 60)}${close}`, { advice: `Possible: ${known.join(', ')}.` });
}

export function invalid(field: string, message: string, options: { advice?: string } = {}): UsageError {
  return new UsageError(message, { code: 'invalid-setting', field, ...options });
}
