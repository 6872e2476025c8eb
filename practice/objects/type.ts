import type { Definitions, Schema } from '../model.ts';

/** A kind in one version together with its schema: what every function of this room needs to know of an object. */
export interface ObjectType {
  /** Empty for core. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Of a CustomResourceDefinition: unknown fields are pruned, schema defaults are set, and there is no strategic merge. */
  readonly custom: boolean;
  /** It has a `/status`: writes to the object leave its status alone, and the other way round. @default what the schema suggests */
  readonly statusApart?: boolean;
  readonly schema: Schema;
  readonly definitions: Definitions;
}

/** `apps/v1`, `v1` */
export const apiVersionOf = ({ group, version }: Pick<ObjectType, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;
