import type { FilteredText, TextFilter } from '../../kubernetes/index.ts';
import { mayEndKey } from './key-ends.ts';
import { redactLog } from './log.ts';

/** Bytes of a line that are kept; a program that never ends its line must not fill the memory. */
const LONGEST_LINE = 256 * 1024;
/** Bytes that are held back for the end of a key, which is longer than any key is. */
const LONGEST_KEY = 64 * 1024;

/** What markers are made of, any number as 0. */
const MARKERS = 'redacted 0 bytes';

const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);

/**
 * Cuts a text into whole lines that can be redacted by themselves: a private key, which is recognised by its first line,
 * is never cut in two. A piece is decoded and redacted when it is looked at, so that what nobody looks for costs little.
 */
export function redactedLines(): TextFilter {
  let rest: Buffer = NOTHING;
  /** The rest of a line that is too long is left out. */
  let leavesOut = false;
  /** Nothing was let through yet that cannot be the rest of a key. */
  let begins = true;
  return {
    push(part) {
      let bytes = asBuffer(part);
      if (leavesOut) {
        const end = bytes.indexOf(NEWLINE);
        if (end === -1) return undefined;
        leavesOut = false;
        bytes = bytes.subarray(end + 1);
      }
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      if (end === 0) {
        rest = joined(rest, bytes);
        if (rest.length <= LONGEST_LINE) return undefined;
        const cut = joined(rest.subarray(0, LONGEST_LINE), Buffer.from('…\n'));
        rest = NOTHING;
        leavesOut = true;
        return redacted(cut);
      }
      const whole = joined(rest, bytes.subarray(0, end));
      if (begins && whole.length < LONGEST_KEY && mayEndKey(whole.toString('latin1'))) {
        rest = joined(whole, bytes.subarray(end));
        return undefined;
      }
      begins = false;
      const open = openKey(whole);
      rest = joined(whole.subarray(open), bytes.subarray(end));
      return open === 0 ? undefined : redacted(whole.subarray(0, open));
    },
    end() {
      return rest.length === 0 ? undefined : redacted(rest);
    },
  };
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const joined = (first: Buffer, second: Buffer): Buffer => {
  if (first.length === 0) return second;
  return second.length === 0 ? first : Buffer.concat([first, second]);
};

/** Where the line begins in which a key begins that does not end, or the end of the text. */
function openKey(bytes: Buffer): number {
  // A capital letter is rarer than a dash, and looking forward is faster than looking back.
  if (!bytes.includes('BEGIN ')) return bytes.length;
  const begin = bytes.lastIndexOf('-----BEGIN ');
  if (begin === -1 || bytes.length - begin > LONGEST_KEY || bytes.includes('-----END ', begin)) return bytes.length;
  return bytes.lastIndexOf(NEWLINE, begin) + 1;
}

function redacted(bytes: Buffer): FilteredText {
  let clean: string | undefined;
  let lower: string | undefined;
  return {
    get text() {
      return (clean ??= redactLog(bytes.toString('utf8')));
    },
    bytes: bytes.length,
    mayHold(words, ignoreCase = false) {
      const wanted = ignoreCase ? words.toLowerCase() : words;
      if (mayBeMarker(wanted)) return true;
      if (!ignoreCase) return bytes.includes(words);
      return (lower ??= bytes.toString('utf8').toLowerCase()).includes(wanted);
    },
  };
}

function mayBeMarker(words: string): boolean {
  return /[<>]/.test(words) || MARKERS.includes(words.replaceAll(/\d+/g, '0'));
}
