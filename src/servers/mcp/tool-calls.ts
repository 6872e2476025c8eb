import type { CallToolResult, InputRequiredResult, Tool } from '@modelcontextprotocol/server';

import { Asking, type AskingCall } from './asking.ts';
import { callTool, type Outcome } from './call.ts';
import { schemaOf } from './input.ts';
import type { ToolsOffer } from './offer.ts';
import type { ServerParts } from './parts.ts';
import type { Person } from './person.ts';
import { progressReporter } from './progress.ts';
import type { AnyTool, Asked } from './tool.ts';

/** How a tool stands in `tools/list`. */
export function listedTool(tool: AnyTool): Tool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: schemaOf(tool.arguments) as unknown as Tool['inputSchema'],
    // For what changes things the other defaults are right, and each hint costs tokens in every session.
    annotations: tool.effect === 'read' ? { readOnlyHint: true, openWorldHint: false } : { readOnlyHint: false },
  };
}

/** Our tools, as the protocol offers and calls them. The list is computed once. */
export function offerTools(parts: ServerParts): ToolsOffer {
  const byName = new Map<string, AnyTool>(parts.tools.map((tool) => [tool.name, tool]));
  const asking = new Asking(parts.patience);
  return {
    listed: parts.tools.map(listedTool),
    isLong: (name) => byName.get(name)?.long === true,
    async call(name, given, exchange) {
      const tool = byName.get(name);
      if (tool === undefined) throw new Error(`No tool ${name} is listed.`);
      return answer(tool, { tool: name, given, exchange }, asking, parts);
    },
  };
}

async function answer(
  tool: AnyTool,
  call: AskingCall,
  asking: Asking,
  parts: ServerParts,
): Promise<CallToolResult | InputRequiredResult> {
  const { exchange, given } = call;
  const { request, session } = exchange;
  const progress = progressReporter(request);
  const onDefect = (error: unknown): void => {
    parts.onDefect?.(error);
    exchange.log('error', { tool: tool.name, message: 'A defect of ours; the log of the process says more.' });
  };
  const run = async (person: Person | undefined): Promise<Outcome | Asked> => {
    const started = performance.now();
    const context = parts.contextFor(tool, request.mcpReq.signal, { session, progress: progress?.report, person });
    const outcome = await callTool(tool, given, context, { ...parts, onDefect });
    const milliseconds = Math.round(performance.now() - started);
    exchange.log('debug', { tool: tool.name, milliseconds, isError: 'isError' in outcome && outcome.isError });
    return outcome;
  };
  try {
    let outcome = await run(await asking.person(call));
    while ('question' in outcome) {
      if (exchange.modern) return await asking.end(outcome.question, call);
      outcome = await run({ reply: await asking.wait(outcome.question, call) });
    }
    return resultOf(outcome);
  } finally {
    progress?.end();
  }
}

function resultOf(outcome: Outcome): CallToolResult {
  const failed = outcome.isError && { isError: true };
  if ('data' in outcome) return { content: [], structuredContent: outcome.data, ...failed };
  const links = (outcome.links ?? []).map((link) => ({ type: 'resource_link' as const, ...link }));
  return { content: [{ type: 'text', text: outcome.text }, ...links], ...failed };
}
