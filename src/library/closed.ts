import { UsageError } from '../platform/index.ts';

/** What the calls of a manager that was closed fail with. */
export function closedError(): UsageError {
  return new UsageError('The cluster manager is closed.', { code: 'closed' });
}
