import type { Credentials } from './credentials.ts';
import { together } from './together.ts';

/** Nothing is sent; the server decides what `system:anonymous` may do. */
export function anonymous(identity = 'anonymous'): Credentials {
  return together(identity, []);
}
