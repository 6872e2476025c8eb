/**
 * Text from a cluster is written by whoever may write there: logs, events, annotations, names of images. It may steer a
 * terminal, hide words from the person who looks over the agent's shoulder, or smuggle words past them to the model.
 *
 * Hostile are control characters but newline and tab, lone surrogates, non-characters, and everything that shows nothing:
 * zero-width and bidi controls, tag characters (U+E0000…), variation selectors, soft hyphens, fillers. They take nothing
 * with them that a reader would see, so they all go, without judging single uses.
 */
const HOSTILE_CLASS = String.raw`\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\p{DI}\p{Cs}\p{NChar}`;
const HOSTILE = new RegExp(`[${HOSTILE_CLASS}]`, 'u');
const EVERY_HOSTILE = new RegExp(`[${HOSTILE_CLASS}]`, 'gu');

/**
 * ECMA-48 escape sequences: CSI; the strings OSC, DCS, SOS, PM, APC with what they carry; every other ESC sequence.
 * A string that is not closed on its line loses only its introducer, so that nothing can swallow the lines after it.
 * No part can begin again inside itself, which keeps matching linear.
 */
const SEQUENCES = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\0-\x08\n-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)`,
    String.raw`\x1b[ -/]*[0-~]`,
  ].join('|'),
  'g',
);

const NEWLINES = /\r\n?|[\v\f\u0085\u2028\u2029]/g;

/** True when `clean` would hand the text back as it is. */
export function isClean(text: string): boolean {
  return !HOSTILE.test(text);
}

/** The text without anything hostile, its newlines as `\n`. Clean text comes back as the same string. */
export function clean(text: string): string {
  if (!HOSTILE.test(text)) return text;
  return text.replace(SEQUENCES, '').replace(NEWLINES, '\n').replace(EVERY_HOSTILE, '');
}

/** Every hostile character by what `show` makes of it; for formats that can write it visibly instead of dropping it. */
export function replaceHostile(text: string, show: (character: string) => string): string {
  return HOSTILE.test(text) ? text.replace(EVERY_HOSTILE, show) : text;
}

/** The text with everything hostile written out: for those who must see what they decide about. */
export function visible(text: string): string {
  return replaceHostile(text, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
