import { isClean, replaceHostile } from './clean.ts';

/** Words that one YAML reader or another takes for null or a boolean. */
const RESERVED: ReadonlySet<string> = new Set(['null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** The usual: names, paths, most values. Only `RESERVED` can be wrong with it; `e8` is a number to npm's `yaml` in 1.1. */
const SIMPLE = /^(?![eE][-\d])[A-Za-z_/][A-Za-z0-9_./-]*$/;

/** A start that means something to YAML: indicators, document marks, merge and default keys, null. */
const AWKWARD_START = /^(?:$|[?:,[\]{}#&*!|>'"%@`\s]|-(?![-A-Za-z_/])|---|\.\.\.|=$|<<$|~$)/;

/** What ends a plain scalar, or is whitespace that readers disagree about. */
const AWKWARD_INSIDE = /: |:$| #| $|[^\S ]/;

/** What ends a plain scalar within `[…]`; the question mark only for PyYAML. */
const AWKWARD_IN_FLOW = /[,[\]{}?]/;

/** Numbers of YAML 1.2 core and of 1.1 (underscores, binary, octal, base 60), infinities, and dates. */
const NUMBERISH =
  /^(?:[-+]?(?:0x[\da-f_]+|0o?[0-7_]+|0b[01_]+|(?:\d[\d_]*)?\.?[\d_]*(?:e[-+]?\d+)?|\d[\d_]*(?::\d[\d_]*)+(?:\.[\d_]*)?|\.(?:inf|nan))|\d{4}-\d\d?-\d\d?.*)$/i;

/** True when every YAML reader takes the bare text for exactly this text. */
function isPlain(text: string, flow: boolean): boolean {
  if (SIMPLE.test(text)) return text.length > 5 || !RESERVED.has(text.toLowerCase());
  if (AWKWARD_START.test(text) || AWKWARD_INSIDE.test(text) || NUMBERISH.test(text)) return false;
  return isClean(text) && !(flow && AWKWARD_IN_FLOW.test(text));
}

/** A string on one line: bare where that is safe, else in double quotes with everything hostile visible as an escape. */
export function yamlString(text: string, flow = false): string {
  return isPlain(text, flow) ? text : replaceHostile(JSON.stringify(text), escaped);
}

/** `\u` or `\U` with four or eight digits; JSON knows only the first. */
function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** A number as all YAML readers know it: an exponent needs a point before it for readers of YAML 1.1. */
export function yamlNumber(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  return /^-?\d+e/.test(text) ? text.replace('e', '.0e') : text;
}

/** True for text that is better read as a `|` block: clean, more than one line, something on the first and the last. */
export function isBlock(text: string): boolean {
  const newline = text.indexOf('\n');
  return newline >= 0 && newline < text.length - 1 && /\S/.test(text) && !/[ \t]\n*$/.test(text) && isClean(text);
}

/**
 * A string as a literal block, header first, every line with its newline. `indent` is that of the content, two more than
 * that of the node it belongs to; the header says so where the first line begins with a blank itself.
 */
export function yamlBlock(text: string, indent: string): string {
  let trailing = 0;
  while (text.endsWith('\n', text.length - trailing)) trailing++;
  const chomping = trailing === 0 ? '-' : trailing === 1 ? '' : '+';
  const lines = text.split('\n');
  if (trailing > 0) lines.pop();
  const body = lines.map((line) => (line === '' ? '\n' : `${indent}${line}\n`)).join('');
  return `|${/^\n*[ \t]/.test(text) ? '2' : ''}${chomping}\n${body}`;
}
