import type { Contender } from './contender.ts';
import { callTool, openSession, startMcpServer, type Command } from './mcp-client.ts';

/** An MCP server that answers over stdio, with its session open. */
export async function servedContender(
  name: 'fairlead' | 'peer',
  command: Command,
): Promise<Contender & { readonly pid: number }> {
  const server = startMcpServer(command);
  await openSession(server);
  return {
    name,
    pid: server.pid,
    isAsked: (question) => question[name] !== undefined,
    async ask(question) {
      const call = question[name];
      if (call === undefined) throw new Error(`${question.title} is no question for ${name}`);
      return callTool(server, call.tool, call.input);
    },
    close: () => server.close(),
  };
}
