import { normalisePolicy, type PolicyOptions, type PolicySetting } from '../../access/index.ts';
import type { ConfigFile } from '../config/file.ts';
import { modeOf } from './mode.ts';
import { SETTINGS, type SettingFlag } from './table.ts';
import type { Values } from './values.ts';

/** What a policy's settings are called on the command line. */
const POLICY_FLAGS: Readonly<Record<Exclude<PolicySetting, 'changes'>, SettingFlag>> = {
  mode: 'changes',
  dryRun: 'dry-run',
  allowedOperations: 'allow-operations',
  'namespaces.allow': 'allow-namespaces',
  'namespaces.deny': 'deny-namespaces',
  'kinds.allow': 'allow-kinds',
  'kinds.deny': 'deny-kinds',
};

/**
 * What may be done.
 * @throws UsageError when the rules cannot be meant
 */
export function policyOf(values: Values, file?: Pick<ConfigFile, 'changeRules'>): PolicyOptions {
  const options: PolicyOptions = {
    mode: modeOf(values),
    dryRun: values.get('dry-run') ?? false,
    allowedOperations: values.get('allow-operations'),
    namespaces: { allow: values.get('allow-namespaces'), deny: values.get('deny-namespaces') },
    kinds: { allow: values.get('allow-kinds'), deny: values.get('deny-kinds') },
    changes: {
      rules: file?.changeRules,
      protectedNamespaces: values.get('protected-namespaces'),
      maxObjects: values.get('max-objects'),
    },
    settingNames: Object.fromEntries(
      Object.entries(POLICY_FLAGS).map(([setting, flag]) => [setting, nameOf(flag, values, file !== undefined)]),
    ),
  };
  normalisePolicy(options);
  return options;
}

/** What the operator wrote, or would write: a key where there is a file, else a flag. */
function nameOf(flag: SettingFlag, values: Values, hasFile: boolean): string {
  const given = values.given(flag);
  if (given !== undefined) return given.source.name;
  const setting = SETTINGS.find((each) => each.flag === flag);
  return hasFile && setting !== undefined && 'key' in setting ? setting.key : `--${flag}`;
}
