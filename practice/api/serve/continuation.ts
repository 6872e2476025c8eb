import { badRequest } from '../../status.ts';

/** Where the next page of a list begins, and of which revision. */
export interface Continuation {
  /** -1 for what is there now: the page does not fit those before it. */
  readonly revision: number;
  /** What stands up to here has been handed out. */
  readonly after: string;
}

const VERSION = 'meta.k8s.io/v1';

export const writeContinuation = ({ revision, after }: Continuation): string =>
  Buffer.from(JSON.stringify({ v: VERSION, rv: revision, start: `${after}\u0000` })).toString('base64url');

/** @throws StatusError (400) */
export function readContinuation(text: string): Continuation {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
    if (v === VERSION && typeof rv === 'number' && typeof start === 'string') return { revision: rv, after: start.slice(0, -1) };
  } catch {
    // Told below, as any other token that is none of ours.
  }
  throw badRequest('invalid continue token: continue key is not valid');
}
