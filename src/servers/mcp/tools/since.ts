import { parseDuration, quoted, UsageError } from '../../../platform/index.ts';

/**
 * Seconds of an argument `since`.
 * @throws UsageError for what is no length of time
 */
export function sinceSeconds(tool: string, since: string): number {
  const seconds = parseDuration(since.trim());
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new UsageError(`${tool}: argument "since" cannot be ${quoted(since, 60)}.`, {
    code: 'invalid-argument',
    field: 'since',
    advice: 'Write a length of time such as 30m, 2h or 1h30m.',
  });
}
