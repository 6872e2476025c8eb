import { redactText } from '../access/index.ts';
import type { Target } from './target.ts';

/** Texts of one request that are kept, and characters of each. */
const MOST = 10;
const LONGEST = 400;

/** The target, and what the server warns of while it is asked by it: each text once, redacted. */
export function hearing(target: Target): { readonly target: Target; readonly heard: () => readonly string[] } {
  const texts = new Set<string>();
  const onWarning = (text: string): void => void (texts.size < MOST && texts.add(redactText(text).slice(0, LONGEST)));
  const connection = target.connection.during({ ...target.connection.call, onWarning });
  return { target: { ...target, connection }, heard: () => [...texts] };
}
