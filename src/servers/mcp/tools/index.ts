import { permits, type Policy } from '../../../access/index.ts';
import type { AnyTool, Effect } from '../tool.ts';
import { CHANGE_TOOLS, debugTool } from './change/index.ts';
import { canITool } from './can-i.ts';
import { clustersTool } from './clusters.ts';
import { cpTool } from './cp.ts';
import { describeTool } from './describe.ts';
import { eventsTool } from './events.ts';
import { execTool } from './exec.ts';
import { explainTool } from './explain.ts';
import { getTool } from './get.ts';
import { httpTool } from './http.ts';
import { kindsTool } from './kinds.ts';
import { logsTool } from './logs.ts';
import { perCluster } from './per-cluster.ts';
import { portForwardTool } from './port-forward.ts';
import { topTool } from './top.ts';
import { useTool } from './use.ts';
import { waitTool } from './wait.ts';

/** Every tool, in the order in which they are listed: what an agent reaches for first stands first. */
export const TOOLS: readonly AnyTool[] = [
  getTool,
  ...[describeTool, logsTool, eventsTool, topTool, kindsTool, explainTool, canITool].map(perCluster),
  waitTool,
  clustersTool,
  useTool,
  ...CHANGE_TOOLS,
  execTool,
  debugTool,
  cpTool,
  httpTool,
  portForwardTool,
];

/** The least that a policy must permit for a tool of each effect to be of any use. */
const NEEDS: Readonly<Record<Effect, Parameters<typeof permits>[1]>> = {
  read: { verb: 'get' },
  change: { verb: 'patch' },
};

/** The tools that a policy leaves of any use; the gate refuses by the same function. */
export function toolsFor(policy: Policy): readonly AnyTool[] {
  return TOOLS.flatMap((tool) => {
    const offered = isOfUse(policy, tool) ? tool : tool.reading;
    return offered !== undefined && isOfUse(policy, offered) ? [offered] : [];
  });
}

function isOfUse(policy: Policy, tool: Pick<AnyTool, 'effect' | 'permission' | 'planned'>): boolean {
  const { effect, permission, planned = false } = tool;
  return permits(policy, { ...NEEDS[effect], permission }) && (!planned || permits(policy, NEEDS[effect]));
}
