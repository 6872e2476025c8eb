import { normalisePolicy, permits, type Policy } from '../access/index.ts';
import { toolsFor, type AnyTool, type Requirement } from '../servers/mcp/index.ts';
import type { Settings } from './settings.ts';

/** What the settings let an agent have. */
export interface Enabled {
  readonly policy: Policy;
  readonly tools: readonly AnyTool[];
}

/** The tools that policy and toolsets leave. */
export function enabledBy(settings: Pick<Settings, 'policy' | 'toolsets'>): Enabled {
  const policy = normalisePolicy(settings.policy);
  const toolsets: readonly string[] | undefined = settings.toolsets;
  const tools = toolsFor(policy).filter((tool) => toolsets === undefined || toolsets.includes(tool.toolset));
  return { policy, tools };
}

/** Whether the gate would let it pass: a right to what the policy denies would be one too many. */
export function isEnabled(policy: Policy, { group, resource, verb, permission }: Requirement): boolean {
  const [plural = '', subresource] = resource.split('/');
  return permits(policy, { verb, permission, kind: { group, resource: plural, subresource } });
}
