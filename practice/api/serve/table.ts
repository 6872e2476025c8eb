import type { KubeObject } from '../../model.ts';
import { columnsOf, rowOf } from '../../tables/index.ts';
import { inVersion } from '../state/conversion.ts';
import { partial, type ListMeta, type Shown } from './shown.ts';

/** `meta.k8s.io/v1` Table */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: ListMeta;
  readonly columnDefinitions: unknown;
  readonly rows: readonly unknown[];
}

export function tableOf(shown: Shown, objects: readonly KubeObject[], metadata: ListMeta): Table {
  const { kind, columns, store } = shown;
  const now = store.clock.now();
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columnsOf(kind, columns),
    rows: objects.map((object) => ({ ...rowOf(object, kind, now, columns), ...objectIn(shown, object) })),
  };
}

/** A bookmark of a watch that shows Tables: nothing but the version in its row. */
export function bookmarkTable(shown: Shown, object: KubeObject): Table {
  const columns = columnsOf(shown.kind, shown.columns);
  const { resourceVersion } = object.metadata;
  return {
    ...tableOf(shown, [], { resourceVersion }),
    rows: [{ cells: columns.map(() => null), object: shown.includeObject === 'Object' ? object : partial(object) }],
  };
}

function objectIn({ includeObject, kind }: Shown, object: KubeObject) {
  switch (includeObject) {
    case 'None':
      return {};
    case 'Metadata':
      return { object: partial(object) };
    case 'Object':
      return { object: inVersion(kind, object) };
  }
}
