import type { Policy } from '../../access/index.ts';
import { quoted, UsageError } from '../../platform/index.ts';
import {
  CHANGED_BY_DEFAULT,
  givenAnyway,
  grantsFor,
  kindsNamed,
  READ_BY_DEFAULT,
  requirementsOf,
  type RbacKind,
  type Requirement,
} from '../../servers/mcp/index.ts';
import { listFlag, sayJson, type CommandCall } from './command.ts';
import { enabledBy, isEnabled } from '../enabled.ts';
import { manifestOf, rbacObjects, yamlOf, type RbacSubject } from './rbac-objects.ts';

/** Prints the least that an identity must be given for the enabled tools to work. Asks no cluster. */
export async function rbac(call: CommandCall): Promise<number> {
  const { policy, tools } = enabledBy(await call.settings());
  const named = [...(listFlag(call, 'kinds') ?? []), ...literalKinds(policy)];
  const extra = kindsNamed(named, '--kinds');
  const kinds = uniqueKinds([...READ_BY_DEFAULT, ...extra]);
  const changed = uniqueKinds([...CHANGED_BY_DEFAULT, ...extra]);
  const requirements = requirementsOf(tools, kinds, changed).filter((requirement) => isEnabled(policy, requirement));
  const namespaces = namespacesOf(policy, listFlag(call, 'namespace'));
  const name = nameOf(call);
  const subject = subjectOf(call, name, namespaces);
  const objects = rbacObjects(grantsFor(requirements, namespaces), name, subject);
  if (call.json) {
    sayJson(call, { apiVersion: 'v1', kind: 'List', items: objects.map(manifestOf) });
    return 0;
  }
  const unchecked = extra.filter(({ known }) => !known).map(({ resource, group }) => `${resource}.${group}`);
  const head = [
    `The least that Fairlead needs for ${tools.map((tool) => tool.name).join(', ')}: it may ${may(requirements)}.`,
    requirements.some(({ group, resource }) => group === '' && resource === 'secrets')
      ? 'Secrets are among the kinds: Fairlead hides their values, but whoever gets hold of its token can read them.'
      : 'Secrets and kinds of RBAC are left out; --kinds adds kinds, --deny-kinds takes some away.',
    ...[...Map.groupBy(givenAnyway(tools), ([, given]) => given)].map(
      ([given, of]) => `Used as well by ${of.map(([tool]) => tool).join(', ')}: ${given}.`,
    ),
    ...(unchecked.length === 0 ? [] : [`Taken as they were written: ${unchecked.join(', ')}.`]),
    ...unsayable(policy, namespaces),
  ];
  call.terminal.say(...head.map((line) => `# ${line}`), objects.map(yamlOf).join('\n---\n'));
  return 0;
}

/** What whoever holds the role may do. */
function may(requirements: readonly Requirement[]): string {
  const granted = new Set(requirements.flatMap(({ permission }) => permission ?? []));
  const changes = requirements.some(({ verb, permission }) => permission === undefined && verb !== 'get' && verb !== 'list');
  const more = [
    ...(changes ? ['change what applications are made of'] : []),
    ...(granted.size === 0 ? [] : [`in pods ${[...granted].join(' and ')}`]),
  ];
  return `read, and ${more.length === 0 ? 'change nothing' : more.join(', and ')}`;
}

/** Kinds that the operator allows by name are meant to be read. Patterns only narrow. */
function literalKinds(policy: Policy): string[] {
  return (policy.kinds.allow ?? []).map(({ text }) => text).filter((text) => !text.includes('*') && !text.includes('/'));
}

function uniqueKinds(kinds: readonly RbacKind[]): RbacKind[] {
  return [...new Map(kinds.map((kind) => [`${kind.group}/${kind.resource}`, kind])).values()];
}

/** The namespaces that Roles are for: those named, or those that the policy allows by name; undefined for all. */
function namespacesOf(policy: Policy, named: readonly string[] | undefined): readonly string[] | undefined {
  const { allow, deny } = policy.namespaces;
  if (named !== undefined) {
    const wrong = named.find((name) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name));
    if (wrong !== undefined) {
      throw new UsageError(`--namespace cannot be ${quoted(wrong, 60)}: a Role needs the names of namespaces.`, {
        code: 'invalid-setting',
        field: 'namespace',
        advice: 'Leave it out for all namespaces.',
      });
    }
    const kept = named.filter(
      (name) =>
        !deny.some((pattern) => pattern.matches(name)) && (allow === undefined || allow.some((pattern) => pattern.matches(name))),
    );
    if (kept.length > 0) return kept;
    throw new UsageError(`The policy allows none of the namespaces ${named.join(', ')}.`, {
      code: 'invalid-setting',
      field: 'namespace',
      advice: `See ${policy.settingNames['namespaces.allow']} and ${policy.settingNames['namespaces.deny']}.`,
    });
  }
  const texts = allow?.map(({ text }) => text);
  if (texts === undefined || texts.some((text) => text.includes('*'))) return undefined;
  return texts.filter((text) => !deny.some((pattern) => pattern.matches(text)));
}

/** What the policy forbids and RBAC has no words for. */
function unsayable(policy: Policy, namespaces: readonly string[] | undefined): string[] {
  if (namespaces !== undefined) {
    return ['The ClusterRole holds what is in no namespace. Without it Fairlead says what it cannot see.'];
  }
  const { allow, deny } = policy.namespaces;
  const patterns = (allow ?? []).map(({ text }) => text);
  return [
    ...(patterns.length === 0 ? [] : [`RBAC knows no patterns: ${patterns.join(', ')} is held by Fairlead's gate alone.`]),
    ...(deny.length === 0
      ? []
      : [`RBAC cannot take away: ${deny.map(({ text }) => text).join(', ')} is denied by Fairlead's gate alone.`]),
    ...(patterns.length + deny.length === 0 ? [] : ['--namespace a,b makes Roles for these namespaces instead.']),
  ];
}

function nameOf({ flags }: CommandCall): string {
  const name = flags['name'] ?? 'fairlead';
  if (typeof name === 'string' && /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new UsageError(`--name cannot be ${quoted(name, 80)}: it is no name of an object.`, {
    code: 'invalid-setting',
    field: 'name',
  });
}

/** Whom the roles are bound to: `user:NAME`, `group:NAME`, `serviceaccount:NAMESPACE:NAME`. */
function subjectOf({ flags }: CommandCall, name: string, namespaces: readonly string[] | undefined): RbacSubject {
  const text = flags['subject'];
  if (text === undefined) return { kind: 'ServiceAccount', name, namespace: namespaces?.[0] ?? 'default' };
  const [, sort, rest = ''] = /^(user|group|serviceaccount):(\S+)$/.exec(String(text)) ?? [];
  if (sort === 'user') return { kind: 'User', name: rest };
  if (sort === 'group') return { kind: 'Group', name: rest };
  const [namespace = '', account = ''] = sort === undefined ? [] : rest.split(':');
  if (namespace !== '' && account !== '') return { kind: 'ServiceAccount', name: account, namespace };
  throw new UsageError(`--subject cannot be ${quoted(text, 80)}.`, {
    code: 'invalid-setting',
    field: 'subject',
    advice: 'Write user:NAME, group:NAME or serviceaccount:NAMESPACE:NAME.',
  });
}
