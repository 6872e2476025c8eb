import type { Definitions, Schema } from '../model.ts';
import { dataOf } from './data.ts';

const PREFIX = '#/components/schemas/';
const KINDS_FIELD = '"x-kubernetes-group-version-kind":';
/** In bytes, with room to spare. */
const LONGEST_KINDS = 1_024;
const [NEWLINE, QUOTE] = [0x0a, 0x22];

export interface KindName {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const keyOf = ({ group, version, kind }: KindName): string => `${group}/${version}/${kind}`;

/** A definition is read when it is first asked for: a cluster that runs needs few of them. */
interface Captured {
  readonly bytes: Buffer;
  /** From where to where each is written in them. */
  readonly places: ReadonlyMap<string, readonly [start: number, end: number]>;
  /** The definition of each kind. */
  readonly names: ReadonlyMap<string, string>;
  readonly parsed: Map<string, Schema>;
}

let captured: Captured | undefined;

function load(): Captured {
  const bytes = dataOf('definitions.jsonl');
  const places = new Map<string, readonly [start: number, end: number]>();
  const names = new Map<string, string>();
  for (let start = 0, end = bytes.indexOf(NEWLINE); end !== -1; start = end + 1, end = bytes.indexOf(NEWLINE, start)) {
    // ["name",{…}]
    const nameEnd = bytes.indexOf(QUOTE, start + 2);
    const name = bytes.toString('latin1', start + 2, nameEnd);
    places.set(name, [nameEnd + 2, end - 1]);
    // Fields are sorted, so this one is the last but for x-kubernetes-unions and the like, which kinds do not have.
    const tail = bytes.subarray(Math.max(nameEnd, end - LONGEST_KINDS), end);
    const kinds = tail.lastIndexOf(KINDS_FIELD);
    if (kinds === -1) continue;
    const written = tail.toString('utf8', kinds + KINDS_FIELD.length, tail.length - 2);
    for (const kind of JSON.parse(written) as KindName[]) names.set(keyOf(kind), name);
  }
  return { bytes, places, names, parsed: new Map() };
}

const loaded = (): Captured => (captured ??= load());

/** The definition of a name such as `io.k8s.api.core.v1.PodSpec`. */
export function definitionOf(name: string): Schema | undefined {
  const { bytes, places, parsed } = loaded();
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const place = places.get(name);
  if (place === undefined) return undefined;
  const schema = JSON.parse(bytes.toString('utf8', ...place)) as Schema;
  parsed.set(name, schema);
  return schema;
}

/** @throws Error for a reference that no captured definition answers, which is a mistake in the data */
export const definitions: Definitions = (ref) => {
  const schema = definitionOf(nameOf(ref));
  if (schema === undefined) throw new Error(`no definition of ${ref}`);
  return schema;
};

/** What a `$ref` points to. */
export const nameOf = (ref: string): string => (ref.startsWith(PREFIX) ? ref.slice(PREFIX.length) : ref);

export const refTo = (name: string): string => `${PREFIX}${name}`;

/** What the definition of a built-in kind is called. */
export const definitionName = (group: string, version: string, kind: string): string | undefined =>
  loaded().names.get(keyOf({ group, version, kind }));

/** The schema of a built-in kind, or of a kind that a subresource speaks, such as `policy/v1 Eviction`. */
export function schemaOf(group: string, version: string, kind: string): Schema | undefined {
  const name = definitionName(group, version, kind);
  return name === undefined ? undefined : definitionOf(name);
}
