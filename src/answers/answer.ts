import type { Budget } from './budget.ts';
import type { JsonObject } from './json.ts';
import type { Constant } from './table.ts';

/**
 * What a tool returns: facts that can be told in two forms. A call asks for one of them, once: `text` as a rule, `data`
 * when the caller or the operator wants structure. Each is complete in itself and keeps to the budget.
 */
export interface Answer {
  text(budget: Budget): string;
  /** The same facts under stable keys. */
  data(budget: Budget): JsonObject;
  /** Where clients can have what the text has no room for. @param budget as large as that of the text */
  links?(budget: Budget): readonly Link[];
  /** True when the answer says that what was asked for could not be done. @default false */
  readonly isError?: boolean;
}

/** Something that a client can read by itself. */
export interface Link {
  readonly uri: string;
  readonly name: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
}

/** Kubernetes words whose plural is more than an `s`, by their ending; first match wins. */
const PLURALS: readonly (readonly [ending: RegExp, plural: string])[] = [
  [/ndpoints$/, 'ndpoints'],
  [/(s|x|z|ch|sh)$/, '$1es'],
  [/([^aeiou])y$/, '$1ies'],
  [/$/, 's'],
];

/** A whole number with commas between thousands. `Intl` says the same at fifty times the cost. */
export function thousands(value: number): string {
  const digits = String(value);
  return Math.abs(value) < 1000 ? digits : digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `2,025 pods`, `1 pod`, `0 policies`; name the plural where the rules of English do not make it. */
export function count(value: number, singular: string, plural?: string): string {
  return `${thousands(value)} ${value === 1 ? singular : (plural ?? pluralOf(singular))}`;
}

function pluralOf(word: string): string {
  const [ending, plural] = PLURALS.find(([ending]) => ending.test(word)) ?? [/$/, 's'];
  return word.replace(ending, plural);
}

/** Pieces of a head line in one sentence, those that are empty left out: `3 pods, all Running.` */
export function headLine(...pieces: readonly (string | undefined | false)[]): string {
  const said = pieces.filter((piece) => typeof piece === 'string' && piece !== '').join(', ');
  return /[.:!?]$/.test(said) || said === '' ? said : `${said}.`;
}

/** What all rows of a table have in common, for its head line: `all STATUS Running, NODE n1`; nothing for none. */
export function inCommon(constants: readonly Constant[]): string {
  return constants.length === 0 ? '' : `all ${constants.map(({ name, value }) => `${name} ${value}`).join(', ')}`;
}

/** What narrows or weakens the answer, one line each and each once: `Only namespaces a, b: …`; the empty ones are left out. */
export function notes(lines: Iterable<string | undefined | false>): string {
  return blocks(...new Set(lines));
}

/** The blocks of an answer, each on lines of its own; those that are empty are left out. */
export function blocks(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join('\n');
}

/** A call that can be made as it stands: `next: kube_get {"kind":"pods"}`. Arguments that are undefined are left out. */
export function nextCall(tool: string, args: Readonly<Record<string, unknown>>): string {
  return `next: ${tool} ${JSON.stringify(args)}`;
}

/** How the same question goes on: `next: cursor "…"`. */
export function nextCursor(cursor: string): string {
  return `next: cursor "${cursor}"`;
}
