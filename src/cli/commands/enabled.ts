import { normalisePolicy, type Policy } from '../../access/index.ts';
import { toolsFor, type AnyTool } from '../../servers/mcp/index.ts';
import type { Settings } from '../settings.ts';

/** What the settings let an agent have. */
export interface Enabled {
  readonly policy: Policy;
  readonly tools: readonly AnyTool[];
}

/** The tools that policy and toolsets leave. */
export function enabledBy(settings: Settings): Enabled {
  const policy = normalisePolicy(settings.policy);
  const toolsets: readonly string[] | undefined = settings.toolsets;
  const tools = toolsFor(policy).filter((tool) => toolsets === undefined || toolsets.includes(tool.toolset));
  return { policy, tools };
}
