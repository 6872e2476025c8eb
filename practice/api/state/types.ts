import { definitions, schemaOf } from '../../kinds/index.ts';
import type { ServedKind } from '../../model.ts';
import type { ObjectType } from '../../objects/index.ts';
import type { CustomKind } from './custom.ts';

/** What nothing is known of: any object will do. */
const ANYTHING = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;

const hasStatus = ({ subresources }: ServedKind): boolean => subresources.some(({ name }) => name === 'status');

const builtIn = new WeakMap<ServedKind, ObjectType>();

/** A built-in kind, or one that a subresource speaks, with its schema. */
export function typeOf(kind: ServedKind): ObjectType {
  let type = builtIn.get(kind);
  if (type === undefined) {
    type = { ...namedType(kind.group, kind.version, kind.kind), statusApart: hasStatus(kind) };
    builtIn.set(kind, type);
  }
  return type;
}

export function namedType(group: string, version: string, kind: string): ObjectType {
  return { group, version, kind, custom: false, schema: schemaOf(group, version, kind) ?? ANYTHING, definitions };
}

export const customTypeOf = ({ kind, schema }: CustomKind): ObjectType => ({
  group: kind.group,
  version: kind.version,
  kind: kind.kind,
  custom: true,
  statusApart: hasStatus(kind),
  schema,
  definitions,
});
