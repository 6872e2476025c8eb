/** What a client can do to one object, and what practice/objects makes of it: the write path of an API server with no server. */
import { definitions, schemaOf } from '../../practice/kinds/index.ts';
import type { DraftObject, KubeObject } from '../../practice/model.ts';
import {
  applied,
  causesOf,
  decoded,
  defaulted,
  patched,
  tracked,
  unchanged,
  type ObjectType,
  type PatchType,
} from '../../practice/objects/index.ts';
import { invalid, StatusError, type Status } from '../../practice/status.ts';

export type Write =
  | {
      readonly verb: 'apply';
      readonly manager: string;
      readonly force: boolean;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | { readonly verb: PatchType; readonly manager: string; readonly body: unknown };

export type Answer = { readonly object: Readonly<Record<string, unknown>> } | { readonly status: Partial<Status> };

export function builtInType(group: string, version: string, kind: string): ObjectType {
  const schema = schemaOf(group, version, kind);
  if (schema === undefined) throw new Error(`no schema of ${kind}`);
  return { group, version, kind, custom: false, schema, definitions };
}

/** The object after the write, or the refusal. */
export function written(type: ObjectType, live: KubeObject | undefined, write: Write): Answer {
  try {
    const { status: _, ...asked } = draft(type, live, write);
    // The status is written through its subresource alone.
    const next: DraftObject = { ...asked, ...(live?.['status'] !== undefined && { status: live['status'] }) };
    const causes = causesOf(type, next, live);
    if (causes.length > 0) throw invalid({ group: type.group, kind: type.kind }, next.metadata?.name ?? '', causes);
    return { object: live !== undefined && unchanged(live, next) ? live : next };
  } catch (error) {
    if (error instanceof StatusError) return { status: error.status };
    throw error;
  }
}

function draft(type: ObjectType, live: KubeObject | undefined, write: Write): DraftObject {
  const writer = { manager: write.manager, now: 0 };
  if (write.verb === 'apply') {
    const merged = applied(type, live, write.body as unknown as DraftObject, { ...writer, force: write.force });
    return defaulted(type, decoded(type, merged, 'Ignore', 'apply').object);
  }
  if (live === undefined) throw new StatusError(404, 'NotFound', 'no such object');
  const changed = patched(type, write.verb, live, write.body);
  return tracked(
    type,
    live,
    defaulted(type, decoded(type, changed, 'Ignore', { type: write.verb, patch: write.body }).object),
    writer,
  );
}
