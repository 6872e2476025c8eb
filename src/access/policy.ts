import type { Verb } from '../kubernetes/index.ts';
import { quoted } from '../platform/index.ts';
import { readChangesPolicy, type ChangesPolicy, type ChangesPolicyOptions } from './change-rules.ts';
import { kindPattern, type KindPattern } from './kind-pattern.ts';
import { invalid, knownOnly, listOf, unknownValue } from './setting-values.ts';
import { namePattern, type NamePattern } from './wildcard.ts';

/** How far changes may go: none, those that a plan has shown before, all. */
export type Mode = 'read-only' | 'plan' | 'direct';

/** What has to be granted by name, whatever the mode: it runs things, opens doors, or shows secrets. */
export type Permission = 'exec' | 'attach' | 'port-forward' | 'proxy' | 'escalate' | 'secrets';

/** The settings of a policy, by the names of its options. */
export type PolicySetting =
  | 'mode'
  | 'dryRun'
  | 'allowedOperations'
  | 'namespaces.allow'
  | 'namespaces.deny'
  | 'kinds.allow'
  | 'kinds.deny';

export interface PolicyOptions {
  /** @default 'read-only' */
  readonly mode?: Mode | undefined;
  /** Nothing is ever stored: every change is sent as a server-side dry run. @default false */
  readonly dryRun?: boolean | undefined;
  /**
   * Verbs and permissions. With a verb among them, only those verbs are left of what the mode allows; permissions are
   * granted by being named here, and never otherwise. Never widens the mode.
   * @default all verbs of the mode, no permission
   */
  readonly allowedOperations?: readonly string[] | undefined;
  /** Exact names, or patterns with `*`. Deny wins. @default all */
  readonly namespaces?:
    | { readonly allow?: readonly string[] | undefined; readonly deny?: readonly string[] | undefined }
    | undefined;
  /** Kinds as kubectl has them (see kindPattern), in any version. Deny wins. @default all */
  readonly kinds?: { readonly allow?: readonly string[] | undefined; readonly deny?: readonly string[] | undefined } | undefined;
  /** Whose word changes need, and how large a plan may be. */
  readonly changes?: ChangesPolicyOptions | undefined;
  /** What the operator calls each setting, for messages. @default the flags of the command line */
  readonly settingNames?: Partial<Readonly<Record<PolicySetting, string>>> | undefined;
}

/** What may be done, checked and ready to be asked. Made by normalisePolicy only. */
export interface Policy {
  readonly mode: Mode;
  readonly dryRun: boolean;
  /** Missing when the mode alone decides. */
  readonly verbs: ReadonlySet<Verb> | undefined;
  readonly permissions: ReadonlySet<Permission>;
  readonly namespaces: { readonly allow: readonly NamePattern[] | undefined; readonly deny: readonly NamePattern[] };
  readonly kinds: { readonly allow: readonly KindPattern[] | undefined; readonly deny: readonly KindPattern[] };
  readonly changes: ChangesPolicy;
  readonly settingNames: Readonly<Record<PolicySetting, string>>;
}

const MODES: readonly Mode[] = ['read-only', 'plan', 'direct'];
const READING: readonly Verb[] = ['get', 'list', 'watch'];
const CHANGING: readonly Verb[] = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const VERBS: readonly Verb[] = [...READING, ...CHANGING];

/** Each permission, and whether it is one to read: the others do something, and need a mode that allows to. */
const PERMISSIONS: readonly { readonly name: Permission; readonly reads: boolean; readonly reason: string }[] = [
  { name: 'exec', reads: false, reason: 'runs any command with the rights of the workload' },
  { name: 'attach', reads: false, reason: 'types into a running process' },
  { name: 'port-forward', reads: false, reason: 'opens a way round every network policy' },
  { name: 'proxy', reads: false, reason: 'sends any request to a pod, service or kubelet in the name of the API server' },
  { name: 'escalate', reads: false, reason: 'changes who may do what, and what is admitted' },
  { name: 'secrets', reads: true, reason: 'shows the values of Secrets' },
];

const DEFAULT_NAMES: Readonly<Record<PolicySetting, string>> = {
  mode: '--changes',
  dryRun: '--dry-run',
  allowedOperations: '--allow-operations',
  'namespaces.allow': '--allow-namespaces',
  'namespaces.deny': '--deny-namespaces',
  'kinds.allow': '--allow-kinds',
  'kinds.deny': '--deny-kinds',
};

const OPTION_NAMES = ['mode', 'dryRun', 'allowedOperations', 'namespaces', 'kinds', 'changes', 'settingNames'];

/**
 * Checks the options once, so that nothing that was meant is lost silently.
 * @throws UsageError (`invalid-setting`, `unknown-setting`) naming the setting, the value and the nearest right one
 */
export function normalisePolicy(options: PolicyOptions = {}): Policy {
  knownOnly(options, OPTION_NAMES, 'the policy');
  const names = { ...DEFAULT_NAMES, ...options.settingNames };
  const mode = options.mode ?? 'read-only';
  if (!MODES.includes(mode)) throw unknownValue(names.mode, mode, MODES);
  const dryRun: unknown = options.dryRun ?? false;
  if (typeof dryRun !== 'boolean') throw invalid(names.dryRun, `${names.dryRun} is true or false, not ${quoted(dryRun, 60)}.`);
  const { verbs, permissions } = readOperations(options.allowedOperations, mode, names);
  return Object.freeze({
    mode,
    dryRun,
    verbs,
    permissions,
    namespaces: readRules(options.namespaces, 'namespaces', names, namespacePattern),
    kinds: readRules(options.kinds, 'kinds', names, kindPattern),
    changes: readChangesPolicy(options.changes),
    settingNames: names,
  });
}

function readOperations(
  operations: readonly string[] | undefined,
  mode: Mode,
  names: Readonly<Record<PolicySetting, string>>,
): Pick<Policy, 'verbs' | 'permissions'> {
  const field = names.allowedOperations;
  const verbs = new Set<Verb>();
  const permissions = new Set<Permission>();
  for (const operation of listOf(operations, field) ?? []) {
    const verb = VERBS.find((known) => known === operation);
    const permission = PERMISSIONS.find(({ name }) => name === operation);
    if (verb === undefined && permission === undefined) {
      throw unknownValue(field, operation, [...VERBS, ...PERMISSIONS.map(({ name }) => name)]);
    }
    const changes = permission === undefined ? verb !== undefined && CHANGING.includes(verb) : !permission.reads;
    if (changes && mode === 'read-only') {
      const why = permission === undefined ? '' : `: it ${permission.reason}`;
      throw invalid(field, `${field} names "${operation}", which the mode read-only does not allow${why}.`, {
        advice: `Leave "${operation}" out, or set ${names.mode} to plan or direct.`,
      });
    }
    if (verb !== undefined) verbs.add(verb);
    if (permission !== undefined) permissions.add(permission.name);
  }
  return { verbs: verbs.size === 0 ? undefined : verbs, permissions };
}

function readRules<Pattern extends { readonly text: string }>(
  rules: { readonly allow?: readonly string[] | undefined; readonly deny?: readonly string[] | undefined } | undefined,
  subject: 'namespaces' | 'kinds',
  names: Readonly<Record<PolicySetting, string>>,
  read: (text: string, field: string) => Pattern,
): { readonly allow: readonly Pattern[] | undefined; readonly deny: readonly Pattern[] } {
  knownOnly(rules ?? {}, ['allow', 'deny'], subject);
  const [allowField, denyField] = [names[`${subject}.allow`], names[`${subject}.deny`]];
  const allow = listOf(rules?.allow, allowField)?.map((text) => read(text, allowField));
  const deny = (rules?.deny?.length === 0 ? [] : (listOf(rules?.deny, denyField) ?? [])).map((text) => read(text, denyField));
  const both = allow?.find((pattern) => deny.some((denied) => denied.text === pattern.text));
  if (both !== undefined) {
    throw invalid(allowField, `${quoted(both.text, 80)} is in ${allowField} and in ${denyField}.`, {
      advice: 'Leave it in one of them.',
    });
  }
  return { allow, deny };
}

function namespacePattern(text: string, field: string): NamePattern {
  if (!/^[a-z0-9*-]{1,63}$/.test(text)) {
    throw invalid(field, `${field} cannot hold ${quoted(text, 80)}: it is no name of a namespace.`, {
      advice: 'Names have lower-case letters, digits and dashes; * stands for any run of them: team-*.',
    });
  }
  return namePattern(text);
}
