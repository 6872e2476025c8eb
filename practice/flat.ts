/**
 * The same text in one piece. V8 keeps a text that was put together as its pieces, which take several times its room; for
 * what is made once and stays for long, ten thousand times over, that counts.
 */
export const flat = (text: string): string => Buffer.from(text).toString();
