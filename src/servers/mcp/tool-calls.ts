import type { CallToolResult, Tool } from '@modelcontextprotocol/server';

import { callTool } from './call.ts';
import { schemaOf } from './input.ts';
import type { Exchange, ToolsOffer } from './offer.ts';
import type { ServerParts } from './parts.ts';
import { progressReporter } from './progress.ts';
import type { AnyTool } from './tool.ts';

/** How a tool stands in `tools/list`. */
export function listedTool(tool: AnyTool): Tool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: schemaOf(tool.arguments) as unknown as Tool['inputSchema'],
    annotations: { readOnlyHint: tool.effect === 'read', openWorldHint: false },
  };
}

/** Our tools, as the protocol offers and calls them. The list is computed once. */
export function offerTools(parts: ServerParts): ToolsOffer {
  const byName = new Map<string, AnyTool>(parts.tools.map((tool) => [tool.name, tool]));
  return {
    listed: parts.tools.map(listedTool),
    async call(name, given, exchange): Promise<CallToolResult> {
      const tool = byName.get(name);
      if (tool === undefined) throw new Error(`No tool ${name} is listed.`);
      return answer(tool, given, exchange, parts);
    },
  };
}

async function answer(tool: AnyTool, given: unknown, exchange: Exchange, parts: ServerParts): Promise<CallToolResult> {
  const { request, session } = exchange;
  const progress = progressReporter(request);
  const started = performance.now();
  const onDefect = (error: unknown): void => {
    parts.onDefect?.(error);
    exchange.log('error', { tool: tool.name, message: 'A defect of ours; the log of the process says more.' });
  };
  try {
    const context = parts.contextFor(tool, request.mcpReq.signal, { session, progress: progress?.report });
    const outcome = await callTool(tool, given, context, { ...parts, onDefect });
    const milliseconds = Math.round(performance.now() - started);
    exchange.log('debug', { tool: tool.name, milliseconds, isError: outcome.isError });
    return 'text' in outcome
      ? { content: [{ type: 'text', text: outcome.text }], ...(outcome.isError && { isError: true }) }
      : { content: [], structuredContent: outcome.data, ...(outcome.isError && { isError: true }) };
  } finally {
    progress?.end();
  }
}
