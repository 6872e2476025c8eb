import { normalisePolicy, type PolicyOptions, type PolicySetting } from '../access/index.ts';
import { UsageError } from '../platform/index.ts';
import { modeOf } from './settings-mode.ts';
import { SETTINGS, type SettingFlag } from './settings-table.ts';
import type { Values } from './settings-values.ts';

/** What a policy's settings are called on the command line. */
const POLICY_FLAGS: Readonly<Record<PolicySetting, SettingFlag>> = {
  mode: 'changes',
  dryRun: 'dry-run',
  allowedOperations: 'allow-operations',
  'namespaces.allow': 'allow-namespaces',
  'namespaces.deny': 'deny-namespaces',
  'kinds.allow': 'allow-kinds',
  'kinds.deny': 'deny-kinds',
};

/** The operations that a process may be allowed which changes nothing. */
const READING: ReadonlySet<string> = new Set(['get', 'list', 'watch', 'secrets']);
const READ_VERBS = ['get', 'list', 'watch'];
/** What runs or opens something in a pod: no object is changed by it. */
const RUNNING: ReadonlySet<string> = new Set(['exec', 'attach', 'port-forward']);

/**
 * What may be done. Until changes are built objects are only read, whatever was asked for; what was asked for is checked
 * all the same.
 * @throws UsageError when the rules cannot be meant
 */
export function policyOf(values: Values, hasFile: boolean): PolicyOptions {
  const asked: PolicyOptions = {
    mode: modeOf(values),
    dryRun: values.get('dry-run') ?? false,
    allowedOperations: values.get('allow-operations'),
    namespaces: { allow: values.get('allow-namespaces'), deny: values.get('deny-namespaces') },
    kinds: { allow: values.get('allow-kinds'), deny: values.get('deny-kinds') },
    settingNames: Object.fromEntries(
      Object.entries(POLICY_FLAGS).map(([setting, flag]) => [setting, nameOf(flag, values, hasFile)]),
    ),
  };
  const { verbs } = normalisePolicy(asked);
  if (asked.mode === 'read-only') return asked;
  const reading = asked.allowedOperations?.filter((operation) => READING.has(operation));
  // Without a verb the list would allow all of them.
  if (verbs !== undefined && ![...verbs].some((verb) => READING.has(verb))) {
    throw new UsageError(
      `${nameOf('allow-operations', values, hasFile)} names no operation that reads, and this version cannot make changes yet.`,
      { code: 'invalid-setting', field: 'allow-operations', advice: 'Add get, list or watch.' },
    );
  }
  const running = asked.allowedOperations?.filter((operation) => RUNNING.has(operation)) ?? [];
  if (running.length > 0) {
    const readVerbs = READ_VERBS.filter((verb) => verbs === undefined || reading?.includes(verb));
    const others = reading?.filter((operation) => !READ_VERBS.includes(operation)) ?? [];
    return { ...asked, allowedOperations: [...readVerbs, ...others, ...running] };
  }
  return { ...asked, mode: 'read-only', allowedOperations: reading?.length === 0 ? undefined : reading };
}

/** What the operator wrote, or would write: a key where there is a file, else a flag. */
function nameOf(flag: SettingFlag, values: Values, hasFile: boolean): string {
  const given = values.given(flag);
  if (given !== undefined) return given.source.name;
  const setting = SETTINGS.find((each) => each.flag === flag);
  return hasFile && setting !== undefined && 'key' in setting ? setting.key : `--${flag}`;
}
