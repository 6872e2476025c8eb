import { isBlock, yamlBlock, yamlNumber, yamlString } from './scalar.ts';

/** Lists of scalars up to this length stand on one line. */
const INLINE_MAX = 80;

/** YAML wants a key and its colon within 1,024 characters; longer ones take the explicit form. */
const KEY_MAX = 1000;

/** Nothing that people write is deeper; what is deeper was written to exhaust somebody's stack. */
const DEPTH_MAX = 200;

/**
 * A JSON value as YAML, ending in a newline: block style, no line folding, short lists of scalars as `[a, b]`, clean text
 * of several lines as `|` blocks. Readers of YAML 1.1 and of 1.2 get back the same value. Keys with `undefined` are left
 * out; what JSON does not know is null. Hostile characters appear as escapes, so the result needs no cleaning.
 */
export function toYaml(value: unknown): string {
  if (typeof value === 'string') return `${yamlString(value)}\n`;
  const whole = onOneLine(value, 0);
  if (whole !== undefined) return `${whole}\n`;
  return Array.isArray(value) ? sequence(value, '', '', 0) : mapping(value as Readonly<Record<string, unknown>>, '', '', 0);
}

/** The lines of a map. `first` stands before the first key instead of `indent`: nothing, when a `- ` is there already. */
function mapping(map: Readonly<Record<string, unknown>>, indent: string, first: string, depth: number): string {
  let out = '';
  let lead = first;
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (value === undefined) continue;
    const name = yamlString(key);
    out += name.length > KEY_MAX ? `${lead}? ${name}\n${indent}:` : `${lead}${name}:`;
    lead = indent;
    const line = onOneLine(value, depth);
    if (line !== undefined) out += ` ${line}\n`;
    else if (typeof value === 'string') out += ` ${yamlBlock(value, `${indent}  `)}`;
    else if (Array.isArray(value)) out += `\n${sequence(value, indent, indent, depth + 1)}`;
    else out += `\n${mapping(value as Readonly<Record<string, unknown>>, `${indent}  `, `${indent}  `, depth + 1)}`;
  }
  return out;
}

/** The lines of a list, its dashes at `indent`; `first` as for maps. */
function sequence(list: readonly unknown[], indent: string, first: string, depth: number): string {
  const inner = `${indent}  `;
  let out = '';
  let lead = first;
  for (const value of list) {
    out += `${lead}- `;
    lead = indent;
    const line = onOneLine(value, depth);
    if (line !== undefined) out += `${line}\n`;
    else if (typeof value === 'string') out += yamlBlock(value, inner);
    else if (Array.isArray(value)) out += sequence(value, inner, '', depth + 1);
    else out += mapping(value as Readonly<Record<string, unknown>>, inner, '', depth + 1);
  }
  return out;
}

/** A value that needs no lines of its own; undefined for one that does. */
function onOneLine(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return isBlock(value) ? undefined : yamlString(value);
  if (typeof value !== 'object' || value === null) return bare(value);
  if (depth > DEPTH_MAX) return '"… (deeper than is shown)"';
  if (Array.isArray(value)) return inlineList(value);
  for (const key in value) if ((value as Readonly<Record<string, unknown>>)[key] !== undefined) return undefined;
  return '{}';
}

function inlineList(list: readonly unknown[]): string | undefined {
  let out = '';
  for (const value of list) {
    if (typeof value === 'object' && value !== null) return undefined;
    if (typeof value === 'string' && (value.length > INLINE_MAX || isBlock(value))) return undefined;
    out += `${out === '' ? '' : ', '}${typeof value === 'string' ? yamlString(value, true) : bare(value)}`;
    if (out.length > INLINE_MAX) return undefined;
  }
  return `[${out}]`;
}

function bare(value: unknown): string {
  if (typeof value === 'number') return yamlNumber(value);
  return typeof value === 'boolean' ? String(value) : 'null';
}
