/**
 * The same text in one piece. V8 keeps a text that was put together as its pieces, which take several times its room; for
 * what is made once and stays for long, ten thousand times over, that counts.
 */
export const flat = (text: string): string => Buffer.from(text).toString();

/** How many texts are remembered, to be shared with those that come again. */
const MOST_SHARED = 1024;
const texts = new Map<string, string>();

/** The same text in one piece, and one for all who lately wrote the same. */
export function shared(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= MOST_SHARED) texts.clear();
  const kept = flat(text);
  texts.set(kept, kept);
  return kept;
}
