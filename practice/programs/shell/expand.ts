import { bytesOf } from '../streams.ts';
import { Exit, type Session, type Streams } from './session.ts';
import type { Part, Word } from './syntax.ts';

/** The words that come of words: what is not quoted falls apart at blanks. */
export async function expandAll(session: Session, words: readonly Word[], streams: Streams): Promise<string[]> {
  const all: string[] = [];
  for (const word of words) {
    let current: string | undefined;
    for (const part of word) {
      const text = await expand(session, part, streams);
      if (part.quoted || part.kind === 'text') {
        current = (current ?? '') + text;
        continue;
      }
      const [first = '', ...more] = text.split(/[ \t\n]+/);
      if (first !== '') current = (current ?? '') + first;
      for (const next of more) {
        if (current !== undefined) all.push(current);
        current = next === '' ? undefined : next;
      }
    }
    if (current !== undefined) all.push(current);
  }
  return all;
}

/** A word as one text, blanks and all. */
export async function expandToText(session: Session, word: Word, streams: Streams): Promise<string> {
  const texts: string[] = [];
  for (const part of word) texts.push(await expand(session, part, streams));
  return texts.join('');
}

async function expand(session: Session, part: Part, streams: Streams): Promise<string> {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'variable') return valueOf(session, part.name) || (part.fallback ?? '');
  const chunks: Uint8Array[] = [];
  const own = { ...session, variables: new Map(session.variables) };
  try {
    await session.run(own, part.of, { ...streams, stdout: { write: (chunk) => void chunks.push(bytesOf(chunk)) } });
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  }
  return Buffer.concat(chunks).toString().replace(/\n+$/, '');
}

function valueOf({ variables, positional, lastCode }: Session, name: string): string {
  if (name === '?') return String(lastCode);
  if (name === '$') return '7';
  if (name === '#') return String(positional.length - 1);
  if (/^\d$/.test(name)) return positional[Number(name)] ?? '';
  return variables.get(name) ?? '';
}
