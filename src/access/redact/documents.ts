import { blockScalar, endOfLine, type Span } from './lines.ts';
import { together } from './look.ts';
import { HIDDEN } from './marker.ts';
import { familyOf } from './names.ts';
import { isHarmless } from './values.ts';

/** Values are written apart from their names: `name: DB_PASSWORD`, then `value: x`, in YAML and in JSON. */
const PAIRS = together(
  'gi',
  String.raw`(\b(?:name|key|variable)\\{0,4}["']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,4}["']?([\w./-]{3,100})\\{0,4}["']?`,
  String.raw`\s{0,8},?\s{0,80}\\{0,4}["']?(?:value|default)\\{0,4}["']?[ \t]{0,4}[:=][ \t]{0,4})(\\{0,4}["'])?`,
);

/** The value stands below its name: `password:`, then `value: x` on the next line. */
const BELOW = together(
  'gi',
  String.raw`((?<![\w.-])([\w.-]{3,256})["']?[ \t]{0,4}:[ \t]{0,8}\{?[ \t]{0,4}\r?\n[ \t]{1,80}`,
  String.raw`["']?(?:value|plain|plaintext|literal|inline|raw|text)["']?[ \t]{0,4}:[ \t]{0,8})(["'])?`,
);

/** Hides the second of two neighbours that are a name and its value. */
export function redactPairs(text: string): string {
  return hideSecond(hideSecond(text, PAIRS), BELOW);
}

function hideSecond(text: string, pattern: RegExp): string {
  let out = '';
  let done = 0;
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const family = familyOf(found[2] ?? '');
    if (family === undefined) continue;
    const span = secondValue(text, pattern.lastIndex, found);
    if (span === undefined || isHarmless(text.slice(span.from, span.to).trim(), family)) continue;
    out += text.slice(done, span.from) + span.hidden;
    done = span.to;
    pattern.lastIndex = done;
  }
  return done === 0 ? text : out + text.slice(done);
}

/** The value that follows a match of PAIRS or BELOW: quoted, a block of lines, or a single word. */
function secondValue(text: string, from: number, found: RegExpExecArray): Span | undefined {
  const quote = found[3];
  const lineEnd = endOfLine(text, from);
  if (quote !== undefined) {
    const end = text.slice(from, from + 4096).indexOf(quote);
    return { from, to: end === -1 ? lineEnd : from + end, hidden: HIDDEN };
  }
  const key = text.lastIndexOf('\n', from - 1) + 1;
  const indent = text.slice(key, from).search(/[^\s-]/);
  const block = blockScalar(text, from, lineEnd, indent);
  if (block !== undefined) return block ?? undefined;
  const value = text.slice(from, lineEnd);
  if (value.startsWith('<redacted') || /^[{[&*]/.test(value)) return undefined;
  const flow = /[,}]/.test(text.slice(key, from));
  const end = value.search(flow ? /[,}]|\s#/ : /\s#/);
  return { from, to: from + (end === -1 ? value : value.slice(0, end)).trimEnd().length, hidden: HIDDEN };
}

/** Hides the data of Secrets that are written as YAML inside a text: a manifest in a ConfigMap, in an annotation, in a log. */
export function redactManifests(text: string): string {
  if (!/kind["']?[ \t]{0,4}:[ \t]{0,4}["']?Secret\b/.test(text)) return text;
  return text
    .split(/^(?=---)/m)
    .map((document) =>
      /^[ \t-]*["']?kind["']?[ \t]*:[ \t]*["']?Secret["']?[ \t]*(?:#.*)?\r?$/m.test(document)
        ? redactManifest(document)
        : document,
    )
    .join('');
}

function redactManifest(document: string): string {
  const lines = document.split('\n');
  /** The indentation of the `data:` whose entries we are in. */
  let block: number | undefined;
  /** The indentation of the entry whose further lines are hidden. */
  let entry: number | undefined;
  const kept: string[] = [];
  for (const line of lines) {
    const indent = line.length - line.trimStart().length;
    const blank = line.trim() === '';
    if (block !== undefined && !blank && indent <= block) [block, entry] = [undefined, undefined];
    if (block === undefined) {
      if (/^[\s-]*["']?(?:data|stringData)["']?[ \t]*:[ \t]*(?:#.*)?\r?$/.test(line)) block = line.search(/[^\s-]/);
      kept.push(line);
      continue;
    }
    const key = /^(\s*["']?[\w.-]+["']?[ \t]*:)[ \t]*(.*?)\r?$/.exec(line);
    if (key === null || (entry !== undefined && indent > entry)) {
      // The lines of a block scalar: nothing of them is kept, not even their number.
      if (blank) kept.push(line);
      continue;
    }
    entry = indent;
    const empty = (key[2] ?? '').trim() === '';
    kept.push(empty ? (key[1] ?? '') : `${key[1] ?? ''} ${HIDDEN}`);
  }
  return kept.join('\n');
}

/** Longer runs are decoded in part. */
const DECODE_AT_MOST = 16_384;
/** Further runs of one text are hidden unread when they are as long as a key; nothing that is honest has so many. */
const RUNS_AT_MOST = 64;
/** Lines of base64, of which the last may be short: what `base64` and PEM print. */
const RUNS = together(
  'g',
  String.raw`[A-Za-z0-9+/_-]{32,}(?:\\?\r?\n[ \t]*[A-Za-z0-9+/_-]{16,})*`,
  String.raw`(?:\\?\r?\n[ \t]*(?:[A-Za-z0-9+/_-]{4}){0,3}[A-Za-z0-9+/_-]{2}(?:==|[A-Za-z0-9+/_-][A-Za-z0-9+/_=-])(?![^\s"'\\]))?={0,2}`,
);
/** Paths before a run that are looked behind. */
const SLASHES_AT_MOST = 8;

/**
 * Hides runs of base64 that hold a secret, when they are decoded.
 * @param holdsSecret judges the decoded text
 */
export function redactEncoded(text: string, holdsSecret: (decoded: string) => boolean): string {
  let runs = 0;
  return text.replace(RUNS, (run) => {
    // Digests and uids are hexadecimal, and so often met that they would eat the bound.
    if (/^[0-9a-f-]+$/i.test(run)) return run;
    if (++runs > RUNS_AT_MOST) return run.length > 1_024 ? HIDDEN : run;
    const compact = run.slice(0, DECODE_AT_MOST).replaceAll(/\s/g, '');
    // A run may have caught a path before it, which shifts all that follows; so each alignment counts, and each slash.
    const slashes = [...compact.slice(0, 256).matchAll(/\//g)].slice(0, SLASHES_AT_MOST);
    const starts = [0, 1, 2, 3, ...slashes.map(({ index }) => index + 1)];
    return starts.some((start) => isTextWith(compact.slice(start), holdsSecret)) ? HIDDEN : run;
  });
}

function isTextWith(encoded: string, holdsSecret: (decoded: string) => boolean): boolean {
  const probe = Buffer.from(encoded.slice(0, 32), 'base64');
  // Most of what decodes to bytes is no text, and seen by its first few.
  if (probe.some((byte) => byte < 9 || (byte > 13 && byte < 32) || byte === 127)) return false;
  return holdsSecret(Buffer.from(encoded, 'base64').toString('latin1'));
}
