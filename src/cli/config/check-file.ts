import { normalisePolicy, type PolicyOptions } from '../../access/index.ts';
import { checkAgainst, sayPath, valueAt, type Finding, type Path } from '../../platform/config/index.ts';
import { UsageError } from '../../platform/index.ts';
import { authFindings } from './auth-methods.ts';
import { cluster as clusterSchema } from './cluster-schema.ts';
import type { Draft } from './draft.ts';
import { configSchema } from './schema.ts';

/** Everything that is wrong in a file, beside its syntax. */
export function findingsIn(draft: Draft): readonly Finding[] {
  return [...checkAgainst(configSchema, draft.value), ...clusterFindings(draft), ...ruleFindings(draft)];
}

/** What goes beyond the single fields of clusters. An entry that is wrong in itself is left out: it would only echo. */
function clusterFindings({ value, placeOf }: Draft): readonly Finding[] {
  const entries = valueAt(value, ['clusters']);
  if (!Array.isArray(entries)) return [];
  const seen = new Map<unknown, Path>();
  return entries.flatMap((entry: unknown, index) => {
    const findings: Finding[] = [];
    const path: Path = ['clusters', index, 'id'];
    const id = valueAt(entry, ['id']);
    const first = seen.get(id);
    if (typeof id === 'string' && first !== undefined) {
      const line = placeOf(first).split(':').at(-2);
      findings.push({
        path,
        at: 'value',
        message: `${sayPath(path)} is the same as in line ${line}; each cluster has an id of its own`,
      });
    } else seen.set(id, path);
    const parsed = clusterSchema.safeParse(entry);
    return parsed.success ? [...findings, ...authFindings(parsed.data, index)] : findings;
  });
}

/** The lists whose entries the policy judges. */
const RULES: readonly { readonly key: string; readonly options: (entry: string) => PolicyOptions }[] = [
  { key: 'allow_namespaces', options: (entry) => ({ namespaces: { allow: [entry] } }) },
  { key: 'deny_namespaces', options: (entry) => ({ namespaces: { deny: [entry] } }) },
  { key: 'allow_kinds', options: (entry) => ({ kinds: { allow: [entry] } }) },
  { key: 'deny_kinds', options: (entry) => ({ kinds: { deny: [entry] } }) },
];

function ruleFindings({ value, interpolated }: Draft): readonly Finding[] {
  return RULES.flatMap(({ key, options }) => {
    const entries = valueAt(value, [key]);
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry: unknown, index): readonly Finding[] => {
      if (typeof entry !== 'string' || entry.trim() === '') return [];
      const path: Path = [key, index];
      try {
        normalisePolicy({
          ...options(entry.trim()),
          settingNames: Object.fromEntries(
            ['namespaces.allow', 'namespaces.deny', 'kinds.allow', 'kinds.deny'].map((name) => [name, sayPath(path)]),
          ),
        });
        return [];
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        // The policy quotes the entry, which is no matter unless it came from a variable.
        const message = interpolated(path)
          ? `${sayPath(path)} is no name or pattern of ${key.endsWith('kinds') ? 'kinds' : 'namespaces'}`
          : error.message.replace(/\.$/, '');
        return [{ path, at: 'value', message }];
      }
    });
  });
}
