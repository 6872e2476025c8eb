import { visible } from './clean.ts';
import type { Json } from './json.ts';
import { oneLine } from './line.ts';
import { toYaml } from './yaml.ts';

/** One field that becomes another. */
export interface FieldDiff {
  /** `spec.template.spec.containers[name=web].image` */
  readonly path: string;
  /** Missing when the field is new. */
  readonly before?: Json | undefined;
  /** Missing when the field goes. */
  readonly after?: Json | undefined;
  /** For texts of several lines, instead of before and after: lines with `+`, `-` or a space before them. */
  readonly lines?: readonly string[] | undefined;
  /** The value is secret. */
  readonly hidden?: true | undefined;
}

/** Longest value that stands beside its path, in characters; longer ones stand below it. */
const BESIDE = 100;

/** Longest path: those of Kubernetes are shorter, keys of ConfigMaps may not be. */
const PATH = 300;

/** Longest line of a value; more on one line is no text that anybody reads. */
const LINE = 2_000;

/**
 * What becomes of a field, as lines: `spec.replicas: 3 → 5`, `+ spec.paused: true`, `- spec.paused: true`. Values are
 * YAML, so that nothing in them can look like a line of ours or hide from a reader.
 */
export function diffLines({ path, before, after, lines, hidden }: FieldDiff): readonly string[] {
  const name = oneLine(path, PATH);
  if (hidden === true) return [`${name}: (hidden)`];
  if (lines !== undefined) return [`${name}:`, ...lines.map(shownLine)];
  if (before === undefined) return sideLines('+', name, after);
  if (after === undefined) return sideLines('-', name, before);
  const [was, is] = [inline(before), inline(after)];
  if (was !== undefined && is !== undefined) return [`${name}: ${was} → ${is}`];
  return [`${name}:`, ...valueLines('-', before), ...valueLines('+', after)];
}

/** An object as lines of YAML. */
export function objectLines(object: unknown): readonly string[] {
  return toYaml(object).replace(/\n$/, '').split('\n').map(bounded);
}

function sideLines(sign: '+' | '-', name: string, value: Json | undefined): readonly string[] {
  const short = inline(value ?? null);
  return short === undefined ? [`${sign} ${name}:`, ...valueLines(sign, value)] : [`${sign} ${name}: ${short}`];
}

function valueLines(sign: '+' | '-', value: unknown): readonly string[] {
  return objectLines(value).map((line) => `${sign}   ${line}`);
}

/** A value on one line, if it is short enough. */
function inline(value: Json): string | undefined {
  const text = toYaml(value).replace(/\n$/, '');
  return text.includes('\n') || text.length > BESIDE ? undefined : text;
}

/** A line of a text that changed, its sign first; what does not show is made visible, for a reviewer must see it. */
function shownLine(line: string): string {
  return `${line.slice(0, 1)} ${bounded(visible(line.slice(1)))}`.trimEnd();
}

function bounded(line: string): string {
  return line.length <= LINE ? line : `${line.slice(0, LINE)}… (${line.length} characters)`;
}
