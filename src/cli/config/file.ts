import { dirname, resolve } from 'node:path';

import type { ChangeRuleOptions } from '../../access/index.ts';
import type { ClusterSpec } from '../../fleet/index.ts';
import {
  ConfigurationError,
  interpolate,
  LONGEST_DOCUMENT,
  parseConfig,
  readTextFile,
  valueAt,
  type Path,
  type Problem,
} from '../../platform/config/index.ts';
import type { FileValues, Values } from '../settings/values.ts';
import { changeRules } from './change-rules.ts';
import { findingsIn } from './check-file.ts';
import { clusterSpec } from './cluster-spec.ts';
import { cluster as clusterSchema, type ClusterConfig } from './cluster-schema.ts';
import { clusterRows, type ClusterRow } from './cluster-rows.ts';
import type { Draft } from './draft.ts';
import { fileValues } from './file-values.ts';
import { withHome } from './place.ts';
import { readReferred, referredFiles } from './referred-files.ts';
import { configWarnings } from './warnings.ts';

/** A configuration file that was read and found right. */
export interface ConfigFile {
  /** As messages show it. */
  readonly path: string;
  readonly values: FileValues;
  /** The clusters it names, with what flags and environment say of all clusters; undefined when it names none. */
  clusters(values: Values): readonly ClusterSpec[] | undefined;
  /** The same for people, secrets left out. */
  clusterRows(values: Values): readonly ClusterRow[];
  /** Whose word changes need; undefined when the file has no such rules. */
  readonly changeRules: readonly ChangeRuleOptions[] | undefined;
  /** What is risky about it, a line each. */
  readonly warnings: readonly string[];
  /** The files whose contents are part of it, itself first; absolute. */
  readonly files: readonly string[];
}

/** What a file is read with. */
interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}

/**
 * Reads fairlead.yaml.
 * @throws UsageError when it cannot be read, ConfigurationError with everything that is wrong in it
 */
export async function readConfigFile(path: string, { env, home }: Surroundings): Promise<ConfigFile> {
  const parsed = await parseConfig(await readTextFile(path, LONGEST_DOCUMENT * 4));
  if ('problems' in parsed) throw new ConfigurationError(path, parsed.problems);
  const { document } = parsed;
  const source = document.value ?? {};
  const filled = interpolate(source, env);
  const draft: Draft = {
    path,
    value: filled.value,
    source,
    interpolated: (at) => filled.interpolations.has(JSON.stringify(at)),
    placeOf: (at, part) => {
      const { line, column } = document.position(at, part);
      return `${path}:${line}:${column}`;
    },
    absolute: (name) => resolve(dirname(resolve(path)), withHome(name, home)),
  };
  const refuse = (
    findings: readonly { readonly path: Path; readonly at?: 'key' | 'value'; readonly message: string }[],
  ): void => {
    const problems: Problem[] = findings.map((each) => ({
      position: document.position(each.path, each.at),
      message: each.message,
    }));
    if (problems.length > 0) throw new ConfigurationError(path, problems);
  };
  const unset = new Set(filled.problems.map((problem) => JSON.stringify(problem.path)));
  // What a variable would have held cannot be wrong as well.
  refuse([...filled.problems, ...findingsIn(draft).filter((finding) => !unset.has(JSON.stringify(finding.path)))]);

  const configs = clustersOf(draft);
  const referred = await readReferred(draft, configs);
  refuse(referred.findings);
  return {
    path,
    values: fileValues(draft),
    clusters: (values) =>
      configs.length === 0 ? undefined : configs.map((config, index) => clusterSpec(config, index, values, draft, referred)),
    clusterRows: (values) => configs.flatMap((config, index) => clusterRows(config, index, values, draft)),
    changeRules: changeRules.optional().parse(valueAt(draft.value, ['change_rules'])),
    warnings: await configWarnings(draft, configs),
    files: [resolve(path), ...referredFiles(draft, configs).map(({ file }) => file)],
  };
}

function clustersOf(draft: Draft): readonly ClusterConfig[] {
  const entries = valueAt(draft.value, ['clusters']);
  return Array.isArray(entries) ? entries.map((entry) => clusterSchema.parse(entry)) : [];
}
