import type { KubeObject } from '../../model.ts';
import { parseFieldSelector, parseLabelSelector, type ObjectType } from '../../objects/index.ts';
import type { ResourcePath } from './request.ts';

/** Which objects a list or watch is about. */
export interface Selection {
  readonly namespace: string | undefined;
  /** There is no label or field selector: everything in the namespace counts. */
  readonly everything: boolean;
  readonly takes: (object: KubeObject) => boolean;
}

/** @throws StatusError (400) */
export function selectionOf({ namespace, name }: ResourcePath, query: URLSearchParams, type: ObjectType): Selection {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const byLabel = labels === '' ? undefined : parseLabelSelector(labels);
  const byField = fields === '' ? undefined : parseFieldSelector(fields, type);
  return {
    namespace,
    everything: byLabel === undefined && byField === undefined && name === undefined,
    takes: (object) =>
      (name === undefined || object.metadata.name === name) &&
      byLabel?.(object.metadata.labels) !== false &&
      byField?.(object) !== false,
  };
}
