import type { Permission } from '../../../access/index.ts';
import type { AnyTool } from '../tool.ts';
import { CHANGED_BY_DEFAULT, READ_BY_DEFAULT, type RbacKind } from './kinds.ts';
import type { Need, RbacVerb } from './needs.ts';

/** One permission that a tool makes use of. */
export interface Requirement extends RbacKind {
  readonly tool: string;
  readonly verb: RbacVerb;
  /** What the tool does with it. */
  readonly why: string;
  /** True when the tool is of use without it, and says what it could not see. */
  readonly optional: boolean;
  /** What the operator must have granted besides. */
  readonly permission?: Permission | undefined;
}

/**
 * The permissions of some tools.
 * @param kinds those that are to be read
 * @param changed those that are to be changed
 */
export function requirementsOf(
  tools: readonly Pick<AnyTool, 'name' | 'needs'>[],
  kinds: readonly RbacKind[] = READ_BY_DEFAULT,
  changed: readonly RbacKind[] = CHANGED_BY_DEFAULT,
): Requirement[] {
  return tools.flatMap(({ name: tool, needs }) =>
    needs.flatMap(({ of, verbs, why, optional = false, permission }) =>
      kindsOf(of, kinds, changed).flatMap(({ group, resource, namespaced }) =>
        verbs.map((verb): Requirement => ({ tool, verb, group, resource, namespaced, why, optional, permission })),
      ),
    ),
  );
}

function kindsOf(of: Need['of'], read: readonly RbacKind[], changed: readonly RbacKind[]): readonly RbacKind[] {
  if (of === 'read') return read;
  return of === 'changed' ? changed : of;
}

/** What tools make use of that no role has to give, by tool. */
export function givenAnyway(tools: readonly Pick<AnyTool, 'name' | 'given'>[]): ReadonlyMap<string, string> {
  return new Map(tools.flatMap(({ name, given }) => (given === undefined ? [] : [[name, given] as const])));
}
