import type { KubeObject, ServedKind, Store } from '../../model.ts';
import type { PrinterColumn } from '../../tables/index.ts';
import type { Form } from './negotiate.ts';

/** What of its object comes with each row of a Table. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** How the objects of an answer are shown. */
export interface Shown {
  readonly form: Form;
  readonly kind: ServedKind;
  readonly custom: boolean;
  /** Those of a custom kind, empty when its definition names none; undefined for a built-in one. */
  readonly columns: readonly PrinterColumn[] | undefined;
  readonly includeObject: IncludeObject;
  readonly store: Store;
}

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** An object with nothing but its metadata. */
export const partial = ({ metadata }: KubeObject) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});
