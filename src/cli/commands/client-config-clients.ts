/** How a client is to reach the server: a program that it starts, or an address. */
export type Server =
  | { readonly kind: 'stdio'; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: 'http'; readonly url: string };

/** An MCP client, and what it wants to be told. */
export interface Client {
  readonly name: string;
  readonly title: string;
  /** The command line that adds the server; undefined where the client has none. */
  commandLine?(server: Server): readonly string[];
  /** Where the configuration stands. */
  readonly file: string;
  readonly format: 'json' | 'toml';
  config(server: Server): Readonly<Record<string, unknown>>;
}

const NAME = 'fairlead';

const programOf = (server: Server): Readonly<Record<string, unknown>> =>
  server.kind === 'stdio' ? { command: server.command, args: server.args } : { url: server.url };

/**
 * The clients, checked against their own command lines by `npm run test:clients`; VS Code and Cursor from their
 * documentation, since they need a desktop.
 */
export const CLIENTS: readonly Client[] = [
  {
    name: 'claude',
    title: 'Claude Code',
    commandLine: (server) =>
      server.kind === 'stdio'
        ? ['claude', 'mcp', 'add', NAME, '--', server.command, ...server.args]
        : ['claude', 'mcp', 'add', '--transport', 'http', NAME, server.url],
    file: '.mcp.json in the project',
    format: 'json',
    config: (server) => ({ mcpServers: { [NAME]: { ...(server.kind === 'http' && { type: 'http' }), ...programOf(server) } } }),
  },
  {
    name: 'codex',
    title: 'Codex',
    commandLine: (server) =>
      server.kind === 'stdio'
        ? ['codex', 'mcp', 'add', NAME, '--', server.command, ...server.args]
        : ['codex', 'mcp', 'add', NAME, '--url', server.url],
    file: '~/.codex/config.toml',
    format: 'toml',
    config: (server) => ({ mcp_servers: { [NAME]: programOf(server) } }),
  },
  {
    name: 'gemini',
    title: 'Gemini CLI',
    // It reads dashes of arguments as its own, unless two dashes stand before them.
    commandLine: (server) =>
      server.kind === 'stdio'
        ? ['gemini', 'mcp', 'add', '-s', 'user', NAME, server.command, '--', ...server.args]
        : ['gemini', 'mcp', 'add', '-s', 'user', '--transport', 'http', NAME, server.url],
    file: '~/.gemini/settings.json',
    format: 'json',
    config: (server) => ({
      mcpServers: { [NAME]: server.kind === 'stdio' ? programOf(server) : { httpUrl: server.url } },
    }),
  },
  {
    name: 'opencode',
    title: 'opencode',
    file: 'opencode.json in the project, or ~/.config/opencode/opencode.json',
    format: 'json',
    config: (server) => ({
      $schema: 'https://opencode.ai/config.json',
      mcp: {
        [NAME]:
          server.kind === 'stdio'
            ? { type: 'local', command: [server.command, ...server.args], enabled: true }
            : { type: 'remote', url: server.url, enabled: true },
      },
    }),
  },
  {
    name: 'vscode',
    title: 'VS Code',
    commandLine: (server) => ['code', '--add-mcp', JSON.stringify({ name: NAME, ...typed(server) })],
    file: '.vscode/mcp.json in the project',
    format: 'json',
    config: (server) => ({ servers: { [NAME]: typed(server) } }),
  },
  {
    name: 'cursor',
    title: 'Cursor',
    file: '~/.cursor/mcp.json, or .cursor/mcp.json in the project',
    format: 'json',
    config: (server) => ({ mcpServers: { [NAME]: programOf(server) } }),
  },
];

function typed(server: Server): Readonly<Record<string, unknown>> {
  return { type: server.kind, ...programOf(server) };
}

/** Words as a POSIX shell takes them back apart. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/** Tables of tables, texts and lists of texts as TOML: all that a configuration of a client is made of. */
export function toToml(value: Readonly<Record<string, unknown>>, path: readonly string[] = []): string {
  const isTable = (entry: unknown): entry is Readonly<Record<string, unknown>> =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  const plain = Object.entries(value).filter(([, entry]) => !isTable(entry));
  const own = plain.map(([key, entry]) => `${key} = ${JSON.stringify(entry)}`);
  const tables = Object.entries(value).flatMap(([key, entry]) => (isTable(entry) ? [toToml(entry, [...path, key])] : []));
  const head = path.length > 0 && own.length > 0 ? [`[${path.join('.')}]`] : [];
  return [...head, ...own, ...tables].join('\n');
}
