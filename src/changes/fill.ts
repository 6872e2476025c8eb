import { holdsMarker, redactObject } from '../access/index.ts';
import { at, getObject, type Connection, type Json } from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import { isFields } from './difference.ts';
import { partsOf } from './pointer.ts';
import type { Step, Subject } from './step.ts';
import { sayObject } from './target.ts';

/**
 * Puts the values that redaction hid back into a step, from the object that they were read from. They never leave the
 * room for it: what was hidden there must be hidden here as well, or the step is refused.
 */
export async function filled(step: Step, connection: (cluster: string) => Promise<Connection>): Promise<Step> {
  if (!('hiddenFrom' in step) || step.hiddenFrom === undefined) return step;
  const { hiddenFrom, ...rest } = step;
  const reached = await connection(hiddenFrom.cluster);
  const { kind } = await reached.resolve(`${hiddenFrom.apiVersion}/${hiddenFrom.kind}`);
  const { namespace, name } = hiddenFrom;
  const whole = await getObject(reached, kind, { namespace, name });
  const source = at(whole, ...(hiddenFrom.path ?? []));
  if ('object' in rest) {
    const object = put(rest.object as Json, source, hiddenFrom) as typeof rest.object;
    checkHidden(object, rest.object, hiddenFrom);
    return { ...rest, object };
  }
  checkAlike(rest.subject.kind, hiddenFrom);
  return { ...rest, patch: patched(rest.patch, source, hiddenFrom) };
}

/** Kinds that hold revisions of others, in the same form. */
const REVISIONS: ReadonlySet<string> = new Set(['ReplicaSet', 'ControllerRevision']);

/** At the same place in an object of the same kind a value is as hidden as it was. */
function checkAlike(kind: string, from: Subject): void {
  if (kind === from.kind || REVISIONS.has(from.kind)) return;
  throw new UsageError(`Values that are hidden in a ${from.kind} cannot be put into a ${kind}.`, { code: 'hidden-value' });
}

/** A JSON patch says where each of its values goes; the others are themselves a part of the object. */
function patched(patch: Json, source: unknown, from: Omit<Subject, 'cluster'>): Json {
  if (!Array.isArray(patch)) return put(patch, source, from);
  return patch.map((operation: Json) => {
    if (!isFields(operation) || operation['value'] === undefined) return operation;
    const { path } = operation;
    const place = typeof path === 'string' ? at(source, ...partsOf(path)) : undefined;
    return { ...operation, value: put(operation['value'], place, from) };
  });
}

/** The value with each text that holds a marker replaced by the text at the same place of the source. */
function put(value: Json, source: unknown, from: Omit<Subject, 'cluster'>): Json {
  if (typeof value === 'string') {
    if (!holdsMarker(value)) return value;
    if (typeof source === 'string') return source;
    throw new UsageError(`A value that is hidden cannot be found in ${sayObject(from)}.`, { code: 'hidden-value' });
  }
  if (Array.isArray(value)) return value.map((item: Json, index) => put(item, at(source, index), from));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, put(part, at(source, key), from)]));
}

/** A Secret's value in a field that is not hidden could be read there. */
function checkHidden(object: unknown, asked: unknown, from: Omit<Subject, 'cluster'>): void {
  if (stillHidden(redactObject(structuredClone(object)), asked)) return;
  throw new UsageError(`A value that is hidden in ${sayObject(from)} would not be hidden in the new object.`, {
    code: 'hidden-value',
  });
}

function stillHidden(redacted: unknown, asked: unknown): boolean {
  if (typeof asked === 'string') return !holdsMarker(asked) || holdsMarker(redacted);
  if (typeof asked !== 'object' || asked === null) return true;
  return Object.entries(asked).every(([key, part]) => stillHidden(at(redacted, key), part));
}
