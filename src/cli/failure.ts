import { blocks, clean } from '../answers/index.ts';
import type { FairleadError } from '../platform/index.ts';

/** An error as it is told in a terminal. Servers have their word in it, and no say over the terminal. */
export function sayFailure({ code, message, advice }: Pick<FairleadError, 'code' | 'message' | 'advice'>): string {
  // What is wrong with a file begins with its place already.
  return clean(blocks(`${code === 'configuration' ? '' : 'fairlead: '}${message}`, advice));
}
