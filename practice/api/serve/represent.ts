import type { KubeObject } from '../../model.ts';
import { apiVersionOf } from '../state/registry.ts';
import { inVersion } from '../state/conversion.ts';
import { partial, type ListMeta, type Shown } from './shown.ts';
import { tableOf } from './table.ts';

export function showObject(shown: Shown, object: KubeObject): unknown {
  switch (shown.form) {
    case 'Table':
      return tableOf(shown, [object], { resourceVersion: object.metadata.resourceVersion });
    case 'PartialObjectMetadata':
      return partial(object);
    case 'Object':
      return inVersion(shown.kind, object);
  }
}

export function showList(shown: Shown, objects: readonly KubeObject[], metadata: ListMeta): unknown {
  const { form, kind, custom } = shown;
  switch (form) {
    case 'Table':
      return tableOf(shown, objects, metadata);
    case 'PartialObjectMetadata':
      return {
        kind: 'PartialObjectMetadataList',
        apiVersion: 'meta.k8s.io/v1',
        metadata,
        items: objects.map(partial),
      };
    case 'Object':
      return {
        kind: `${kind.kind}List`,
        apiVersion: apiVersionOf(kind),
        metadata,
        // Lists of built-in kinds say once of what kind their items are.
        items: objects.map((object) => (custom ? inVersion(kind, object) : withoutType(object))),
      };
  }
}

function withoutType({ apiVersion: _a, kind: _k, ...object }: KubeObject): unknown {
  return object;
}
