import type { KindSchema, Schema } from '../kubernetes/index.ts';
import { nearest, quoted, UsageError } from '../platform/index.ts';
import { entryOf, innermost, isOpen, typeOf, viewOf, type SchemaView } from './explain-schema.ts';

/** One part of a path: a field, or a key that may be anything (`labels["app"]`, `[*]`, `[0]`). */
export interface PathStep {
  readonly name: string;
  readonly bracketed: boolean;
}

/** Where a path leads. */
export interface Reached {
  readonly view: SchemaView;
  /** In the schema's spelling, with what it leads through: `spec.template.spec.containers[].image`, `data.*`. */
  readonly path: string;
  readonly required: boolean;
}

const PART = /\.?\[(?:"([^"]*)"|'([^']*)'|(\*|\d*))\]|\.?([^.[\]]+)/gy;

/**
 * The parts of a path: `spec.containers[0].image`, `.spec.containers[*].image`, `metadata.labels["a/b.c"]`.
 * @throws UsageError (`invalid-path`)
 */
export function parsePath(text: string): PathStep[] {
  const trimmed = text
    .trim()
    .replace(/^\$/, '')
    .replace(/^\.+|\.+$/g, '');
  const steps: PathStep[] = [];
  let end = 0;
  for (const [whole, double, single, index, plain] of trimmed.matchAll(PART)) {
    end += whole.length;
    if (plain !== undefined) steps.push({ name: plain, bracketed: false });
    else if (index === undefined) steps.push({ name: double ?? single ?? '', bracketed: true });
  }
  if (end !== trimmed.length) {
    throw new UsageError(`${quoted(text, 120)} is no path of fields.`, {
      code: 'invalid-path',
      field: 'path',
      advice: 'Write it like spec.template.spec.containers.image; brackets such as [0] or ["key"] may be there.',
    });
  }
  return steps;
}

/**
 * Follows a path of fields. Lists are passed through, as kubectl does it; behind a map any key will do.
 * @throws UsageError (`unknown-field`) with the nearest field, and where else a field of that name is
 */
export function walk(kind: KindSchema, steps: readonly PathStep[], subject: string): Reached {
  let view: SchemaView = { schema: kind.root, typeName: undefined };
  let path = '';
  let required = false;
  for (const step of steps) {
    const holder = innermost(kind, view);
    const fields = holder.schema.properties ?? {};
    const name = step.bracketed ? undefined : fieldNamed(step.name, fields);
    const field = name === undefined ? undefined : fields[name];
    const entry = step.bracketed || holder.schema.properties === undefined ? entryOf(kind, view) : undefined;
    if (name !== undefined && field !== undefined) {
      required = holder.schema.required?.includes(name) ?? false;
      view = viewOf(kind, field);
      path = join(`${path}${holder.marks}`, name);
    } else if (entry !== undefined) {
      required = false;
      view = entry;
      path += entry.marks;
    } else {
      throw unknownField(kind, { view: holder, path, required }, step, subject);
    }
  }
  return { view, path, required };
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** A field as it is written, or in another case where that is the only one. */
function fieldNamed(name: string, fields: Readonly<Record<string, Schema>>): string | undefined {
  if (Object.hasOwn(fields, name)) return name;
  const alike = Object.keys(fields).filter((field) => field.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

/** Names listed in a message at most. */
const LISTED = 40;

function unknownField(kind: KindSchema, at: Reached, step: PathStep, subject: string): UsageError {
  const place = at.path === '' ? subject : `${subject}.${at.path}`;
  const fields = Object.keys(at.view.schema.properties ?? {});
  const close = nearest(step.name, fields);
  const elsewhere = findField(kind, step.name);
  const parts = [`No field ${quoted(step.name, 80)} in ${place}`];
  if (fields.length === 0) {
    parts[0] += isOpen(at.view.schema)
      ? ', whose fields the schema does not name: anything is kept there.'
      : ` (${typeOf(kind, at.view)}), which has no fields.`;
  } else {
    parts[0] += close.length > 0 ? `; nearest: ${close.join(', ')}.` : '.';
    if (elsewhere.length > 0) parts.push(`It is at ${elsewhere.join(', ')}.`);
    const more = fields.length > LISTED ? `, … (${fields.length})` : '';
    parts.push(`Fields: ${fields.slice(0, LISTED).join(', ')}${more}.`);
  }
  return new UsageError(parts.join(' '), { code: 'unknown-field', field: 'path' });
}

/** How many schemas a search for a field looks at, and how deep it goes. */
const LOOKED_AT = 3_000;
const DEEPEST = 9;
const PLACES = 3;

/** Where in a kind a field of that name stands: the paths nearest to the root, each type looked into once. */
export function findField(kind: KindSchema, name: string): string[] {
  const wanted = name.toLowerCase();
  const found: string[] = [];
  const seen = new Set<string>();
  let level: { readonly view: SchemaView; readonly path: string }[] = [
    { view: { schema: kind.root, typeName: undefined }, path: '' },
  ];
  let looked = 0;
  for (let depth = 0; depth < DEEPEST && found.length < PLACES && level.length > 0; depth++) {
    const next: typeof level = [];
    for (const { view, path } of level) {
      for (const [field, schema] of Object.entries(innermost(kind, view).schema.properties ?? {})) {
        if (++looked > LOOKED_AT) return found.slice(0, PLACES);
        const below = join(path, field);
        if (field.toLowerCase() === wanted) found.push(below);
        const inner = viewOf(kind, schema);
        const type = innermost(kind, inner).typeName;
        if (type !== undefined && seen.has(type)) continue;
        if (type !== undefined) seen.add(type);
        next.push({ view: inner, path: below });
      }
    }
    level = next;
  }
  return found.slice(0, PLACES);
}
