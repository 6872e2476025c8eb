import type { Definitions, Schema } from '../model.ts';
import { linesOf } from './data.ts';

const PREFIX = '#/components/schemas/';
const KINDS_FIELD = '"x-kubernetes-group-version-kind":';

export interface KindName {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const keyOf = ({ group, version, kind }: KindName): string => `${group}/${version}/${kind}`;

/** A definition is parsed when it is first asked for: a cluster that runs needs few of them. */
interface Captured {
  readonly text: ReadonlyMap<string, string>;
  /** The definition of each kind. */
  readonly names: ReadonlyMap<string, string>;
  readonly parsed: Map<string, Schema>;
}

let captured: Captured | undefined;

function load(): Captured {
  const text = new Map<string, string>();
  const names = new Map<string, string>();
  for (const line of linesOf('definitions.jsonl')) {
    const end = line.indexOf('"', 2);
    const name = line.slice(2, end);
    const schema = line.slice(end + 2, -1);
    text.set(name, schema);
    const kinds = schema.lastIndexOf(KINDS_FIELD);
    if (kinds === -1) continue;
    // Fields are sorted, so this one is the last but for x-kubernetes-unions and the like, which kinds do not have.
    for (const kind of JSON.parse(schema.slice(kinds + KINDS_FIELD.length, -1)) as KindName[]) names.set(keyOf(kind), name);
  }
  return { text, names, parsed: new Map() };
}

const loaded = (): Captured => (captured ??= load());

/** The definition of a name such as `io.k8s.api.core.v1.PodSpec`. */
export function definitionOf(name: string): Schema | undefined {
  const { text, parsed } = loaded();
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const written = text.get(name);
  if (written === undefined) return undefined;
  const schema = JSON.parse(written) as Schema;
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
