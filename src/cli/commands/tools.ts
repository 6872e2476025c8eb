import { count, thousands, tokensOf } from '../../answers/index.ts';
import type { Policy } from '../../access/index.ts';
import { listedTool, TOOLS, type AnyTool } from '../../servers/mcp/index.ts';
import { tableLines } from '../terminal-table.ts';
import { sayJson, type CommandCall } from './command.ts';
import { enabledBy } from '../enabled.ts';

/** Lists the tools with what each costs an agent before it has asked anything. */
export async function tools(call: CommandCall): Promise<number> {
  const { policy, tools: enabled } = enabledBy(await call.settings());
  const offered = enabled.map((tool) => ({ tool, tokens: costOf(tool) }));
  const names = new Set<string>(offered.map(({ tool }) => tool.name));
  const withheld = TOOLS.filter((tool) => !names.has(tool.name)).map((tool) => ({ tool, why: whyNot(tool, policy) }));
  const sum = offered.reduce((total, { tokens }) => total + tokens, 0);
  if (call.json) {
    sayJson(call, {
      tools: offered.map(({ tool, tokens }) => ({ ...aboutOf(tool), tokens })),
      tokens: sum,
      not_offered: withheld.map(({ tool, why }) => ({ ...aboutOf(tool), why })),
    });
    return 0;
  }
  const { terminal } = call;
  const columns = [
    { name: 'TOOL' },
    { name: 'TOOLSET' },
    { name: 'EFFECT' },
    { name: 'TOKENS', align: 'right' as const },
    { name: 'WHAT IT DOES' },
  ];
  const rows = offered.map(({ tool, tokens }) => [
    tool.name,
    tool.toolset,
    { text: tool.effect, tone: tool.effect === 'read' ? ('good' as const) : ('warning' as const) },
    thousands(tokens),
    firstSentence(tool.description),
  ]);
  const left = withheld.length === 0 ? '' : ` ${count(withheld.length, 'tool')} not offered.`;
  const cost =
    offered.length === 0 ? 'No tools' : `${count(offered.length, 'tool')}: about ${thousands(sum)} tokens of every session`;
  terminal.say(`${cost}.${left}`);
  if (offered.length > 0) terminal.say('', ...tableLines(terminal, columns, rows));
  if (withheld.length > 0) {
    const why = withheld.map((entry) => [entry.tool.name, entry.tool.toolset, entry.tool.effect, entry.why]);
    const heads = [{ name: 'NOT OFFERED' }, { name: 'TOOLSET' }, { name: 'EFFECT' }, { name: 'WHY' }];
    terminal.say('', ...tableLines(terminal, heads, why));
  }
  return 0;
}

/** What a tool costs in `tools/list`. */
function costOf(tool: AnyTool): number {
  return tokensOf(JSON.stringify(listedTool(tool)));
}

function aboutOf({ name, toolset, effect, description }: AnyTool): Readonly<Record<string, string>> {
  return { name, toolset, effect, description: firstSentence(description) };
}

/** Why the policy leaves a tool of no use. */
function whyNot(tool: AnyTool, policy: Policy): string {
  const { settingNames, verbs } = policy;
  const { permission } = tool;
  if (permission !== undefined && !policy.permissions.has(permission)) {
    return `it needs ${permission}, which ${settingNames.allowedOperations} does not name`;
  }
  if (permission !== undefined && policy.dryRun) return 'there is no dry run of it';
  if (tool.effect === 'change' && policy.mode === 'read-only') return `it changes things, and ${settingNames.mode} is read-only`;
  const needed = tool.effect === 'read' ? 'get' : 'patch';
  if (verbs !== undefined && !verbs.has(needed)) {
    return `it takes ${needed}, and ${settingNames.allowedOperations} names ${[...verbs].join(', ')}`;
  }
  return `the toolset ${tool.toolset} is not enabled`;
}

function firstSentence(text: string): string {
  return /^.*?[.:](?= |$)/.exec(text)?.[0].slice(0, -1) ?? text;
}
