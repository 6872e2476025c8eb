import { FairleadError } from '../../platform/index.ts';
import { readTextFile, sayPath, valueAt, type Finding, type Path } from '../../platform/config/index.ts';
import type { ClusterConfig } from './cluster-schema.ts';
import type { Draft } from './draft.ts';

/** The fields that name a file whose contents are a setting; other files are read by whoever logs in, again and again. */
const READ_HERE = ['client_secret_file', 'id_token_file', 'refresh_token_file'] as const;

const LONGEST_SECRET = 64 * 1024;

interface Referred {
  readonly path: Path;
  /** Absolute. */
  readonly file: string;
}

/** What was read from files, by the path of the field that names them. */
export interface ReferredContents {
  contents(index: number, field: (typeof READ_HERE)[number]): string | undefined;
  readonly findings: readonly Finding[];
}

export function referredFiles(draft: Draft, configs: readonly ClusterConfig[]): readonly Referred[] {
  return configs.flatMap((config, index) =>
    READ_HERE.flatMap((field) => {
      const name = config.oidc?.[field];
      return name === undefined ? [] : [{ path: ['clusters', index, 'oidc', field], file: draft.absolute(name) }];
    }),
  );
}

export async function readReferred(draft: Draft, configs: readonly ClusterConfig[]): Promise<ReferredContents> {
  const texts = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { path, file } of referredFiles(draft, configs)) {
    try {
      const text = (await readTextFile(file, LONGEST_SECRET)).trim();
      if (text === '') findings.push({ path, at: 'value', message: `${sayPath(path)}: the file is empty` });
      texts.set(JSON.stringify(path), text);
    } catch (error) {
      if (!(error instanceof FairleadError)) throw error;
      // Not its name, which may come from a variable.
      const why = /cannot be read: (.*)\.$/.exec(error.message)?.[1] ?? 'it cannot be read';
      findings.push({ path, at: 'value', message: `${sayPath(path)}: ${why}` });
    }
  }
  return { contents: (index, field) => texts.get(JSON.stringify(['clusters', index, 'oidc', field])), findings };
}

/** The text at a path of a cluster, for tables that name fields with dots. */
export function textOf(config: ClusterConfig, field: string): string | undefined {
  const value = valueAt(config, field.split('.'));
  return typeof value === 'string' ? value : undefined;
}
