/** What a message between a client and the server tells us. */
export type Seen =
  | { readonly request: string; readonly client?: string | undefined; readonly version?: string | undefined }
  | { readonly tools: number };

/** What one JSON-RPC message says; nothing for text that is none, and for what does not matter here. */
export function observed(text: string): Seen[] {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return [];
  }
  if (Array.isArray(message)) return message.flatMap((part: unknown) => observed(JSON.stringify(part)));
  const method = at(message, 'method');
  if (typeof method === 'string' && at(message, 'id') !== undefined) {
    const info = at(message, 'params', 'clientInfo') ?? at(message, 'params', '_meta', 'io.modelcontextprotocol/clientInfo');
    const name = at(info, 'name');
    const version =
      at(message, 'params', 'protocolVersion') ?? at(message, 'params', '_meta', 'io.modelcontextprotocol/protocolVersion');
    return [
      {
        request: method,
        ...(typeof name === 'string' && { client: `${name} ${String(at(info, 'version'))}` }),
        ...(typeof version === 'string' && { version }),
      },
    ];
  }
  const tools = at(message, 'result', 'tools');
  return Array.isArray(tools) ? [{ tools: tools.length }] : [];
}

/** Takes a stream in whatever pieces it comes, and tells what its lines say: of stdio, and of event streams. */
export function noting(tell: (seen: Seen) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) for (const seen of observed(line.replace(/^data: ?/, ''))) tell(seen);
  };
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}
