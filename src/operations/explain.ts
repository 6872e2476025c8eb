import { schemaOf, type Connection, type Json, type KindSchema, type ResourceKind } from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import { parsePath, walk, type PathStep } from './explain-path.ts';
import {
  constraintsOf,
  defaultOf,
  enumOf,
  innermost,
  isOpen,
  keysOf,
  rulesOf,
  typeOf,
  viewOf,
  type Constraints,
  type SchemaView,
} from './explain-schema.ts';

export interface ExplainQuestion {
  /** Any name of a kind; a path may follow it: `deployment.spec.strategy`. */
  readonly kind: string;
  /** `spec.template.spec.containers[0].image`; continues the one in `kind`. */
  readonly path?: string | undefined;
  /** Levels of fields below the one asked for. @default 1 */
  readonly depth?: number | undefined;
}

/** What the schema says about one field. */
export interface FieldDoc {
  readonly name: string;
  /** As kubectl writes it: `[]Container`, `map[string]string`, `Object`, `IntOrString`, `any`. */
  readonly type: string;
  readonly required: boolean;
  /** Text from the cluster, whole; empty when there is none. */
  readonly description: string;
  /** The allowed values; empty when any will do. */
  readonly enum: readonly string[];
  readonly default: Json | undefined;
  readonly constraints: Constraints;
  /** The fields that tell the items of a list apart. */
  readonly keys: readonly string[];
  /** What is checked beyond the types. */
  readonly rules: readonly string[];
  /** Fields that the schema does not name are kept. */
  readonly open: boolean;
  /** Down to the depth asked for. */
  readonly fields: readonly FieldDoc[];
  /** How many fields there are below that are not in `fields`: too deep, or the type holds itself. */
  readonly hidden: number;
}

export interface Explained {
  readonly kind: ResourceKind;
  /** The versions in which this kind is served as well. */
  readonly otherVersions: readonly string[];
  /** In the schema's own spelling; empty for the kind itself. */
  readonly path: string;
  readonly field: FieldDoc;
}

/** Fields in one answer at most; below a pod there are about 1,000. */
const MOST_FIELDS = 3_000;

/**
 * The documentation of a kind, or of one of its fields.
 * @throws UsageError for an unknown kind or field, with the nearest; KubernetesError (`not-found`) for a kind that the
 * server describes nowhere
 */
export async function explain(connection: Connection, question: ExplainQuestion): Promise<Explained> {
  const { kind, rest } = await splitKind(connection, question.kind);
  const schema = await schemaOf(connection, kind);
  const steps = [...rest, ...parsePath(question.path ?? '')];
  const reached = walk(schema, withoutSubject(steps, kind, schema), kind.kind);
  const index = await connection.kinds();
  const otherVersions = index.kinds.flatMap((other) =>
    other.group === kind.group && other.resource === kind.resource && other.version !== kind.version ? other.version : [],
  );
  const name = reached.path.split('.').pop() ?? '';
  const counter = { left: MOST_FIELDS };
  const field = docOf(schema, { ...reached, name: name === '' ? kind.kind : name }, question.depth ?? 1, [], counter);
  // The root's schema stands under its own name, which is no reference, so its type would read "Object".
  return { kind, otherVersions, path: reached.path, field: reached.path === '' ? { ...field, type: kind.kind } : field };
}

/** Takes a kind and the path after it apart: the longest beginning that is a kind counts, since groups have dots too. */
async function splitKind(
  connection: Connection,
  text: string,
): Promise<{ readonly kind: ResourceKind; readonly rest: PathStep[] }> {
  const trimmed = text.trim();
  const index = await connection.kinds();
  const parts = trimmed.split('.');
  for (let length = parts.length; length > 0; length--) {
    const name = parts.slice(0, length).join('.');
    // Brackets are never part of a kind's name, and what follows a slash decides the group, not the path.
    if (name.includes('[')) continue;
    try {
      return { kind: index.resolve(name, connection.cluster).kind, rest: parsePath(parts.slice(length).join('.')) };
    } catch (error) {
      if (!(error instanceof UsageError) || error.code !== 'unknown-kind') throw error;
    }
  }
  // Nothing known begins like this: the connection asks the server once more, or says what is nearest.
  const first = parts[0]?.includes('/') === true ? trimmed : (parts[0] ?? '');
  const { kind } = await connection.resolve(first);
  return { kind, rest: parsePath(parts[0] === first ? parts.slice(1).join('.') : '') };
}

/** Leaves out a kind's name that a path repeats: kind `deployment`, path `deployment.spec`. */
function withoutSubject(steps: readonly PathStep[], kind: ResourceKind, schema: KindSchema): readonly PathStep[] {
  const first = steps[0]?.name.toLowerCase();
  const names = [kind.kind.toLowerCase(), kind.resource, kind.singular, ...kind.shortNames];
  const isField = Object.keys(schema.root.properties ?? {}).some((field) => field.toLowerCase() === first);
  return first !== undefined && !isField && names.includes(first) ? steps.slice(1) : steps;
}

function docOf(
  kind: KindSchema,
  field: { readonly view: SchemaView; readonly name: string; readonly required: boolean },
  depth: number,
  above: readonly string[],
  counter: { left: number },
): FieldDoc {
  const { view, name, required } = field;
  const holder = innermost(kind, view);
  const properties = Object.entries(holder.schema.properties ?? {});
  const holdsItself = holder.typeName !== undefined && above.includes(holder.typeName);
  const shown = depth <= 0 || holdsItself ? [] : properties.slice(0, Math.max(0, counter.left));
  counter.left -= shown.length;
  const path = holder.typeName === undefined ? above : [...above, holder.typeName];
  return {
    name,
    type: typeOf(kind, view),
    required,
    description: view.schema.description ?? holder.schema.description ?? '',
    enum: enumOf(kind, view),
    // What stands for any key or item is given the zero value too.
    default: defaultOf(view.schema, required || name === '*'),
    constraints: constraintsOf(view.schema),
    keys: keysOf(view.schema),
    rules: rulesOf(view.schema),
    open: isOpen(holder.schema),
    fields: shown.map(([child, schema]) =>
      docOf(
        kind,
        { view: viewOf(kind, schema), name: child, required: holder.schema.required?.includes(child) ?? false },
        depth - 1,
        path,
        counter,
      ),
    ),
    hidden: properties.length - shown.length,
  };
}
