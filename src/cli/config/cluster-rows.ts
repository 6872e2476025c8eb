import { valueAt, type Path } from '../../platform/config/index.ts';
import type { SettingFlag } from '../settings/table.ts';
import type { Source, Values } from '../settings/values.ts';
import { SECRET_KEYS, type ClusterConfig } from './cluster-schema.ts';
import { overruled } from './cluster-spec.ts';
import type { Draft } from './draft.ts';

/** One field of a cluster, for people. */
export interface ClusterRow {
  readonly cluster: string;
  /** `tls_config.ca_file` */
  readonly field: string;
  /** `(set)` for a secret; with `${…}` as it stands in the file. */
  readonly value: string;
  readonly from: Source;
}

/** The fields of a cluster that a setting for all clusters can overrule. */
const OVERRULED: Readonly<Record<string, SettingFlag>> = {
  qps: 'qps',
  burst: 'burst',
  timeout: 'timeout',
  default_namespace: 'namespace',
};

/** What a cluster says of itself, field by field as in the file. */
export function clusterRows(config: ClusterConfig, index: number, values: Values, draft: Draft): readonly ClusterRow[] {
  const at: Path = ['clusters', index];
  return leavesOf(valueAt(draft.source, at)).map(({ path, value }) => {
    const field = path.join('.');
    const flag = OVERRULED[field];
    const given = flag !== undefined && overruled(values, flag) ? values.given(flag) : undefined;
    return {
      cluster: config.id,
      field,
      value: given?.written ?? (SECRET_KEYS.has(String(path.at(-1))) ? '(set)' : String(value)),
      from: given?.source ?? {
        kind: 'file',
        name: `clusters[${index}].${field}`,
        place: draft.placeOf([...at, ...path]),
      },
    };
  });
}

function leavesOf(value: unknown, path: Path = []): readonly { readonly path: Path; readonly value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]));
}
