import { delimiter, isAbsolute, resolve } from 'node:path';

import { didYouMean, quoted, UsageError } from '../../platform/index.ts';
import { SETTINGS } from '../settings.ts';
import { CLIENTS, shellLine, toToml, type Client, type Server } from './client-config-clients.ts';
import { sayJson, type CommandCall } from './command.ts';

/** How the published program is started, without being installed before. */
const PROGRAM = { command: 'npx', args: ['-y', 'fairlead'] } as const;

/** Values of a path that are none. */
const NO_PATHS: ReadonlySet<string> = new Set(['-', 'none', 'off', 'stderr']);

/** Prints what an MCP client must be told to find us, with the flags that were given. */
export async function clientConfig(call: CommandCall): Promise<number> {
  const client = clientOf(call.words);
  const server = serverOf(call);
  // What would stop the server's start is said here, and not in the log of a client.
  await call.settings();
  const config = client.config(server);
  const commandLine = client.commandLine?.(server);
  if (call.json) {
    sayJson(call, {
      client: client.name,
      file: client.file,
      config,
      ...(commandLine !== undefined && { command: shellLine(commandLine), argv: commandLine }),
    });
    return 0;
  }
  const { terminal } = call;
  if (commandLine !== undefined) {
    terminal.say(terminal.paint('faint', `# ${client.title}: run this`), shellLine(commandLine), '');
  }
  const text = client.format === 'toml' ? toToml(config) : JSON.stringify(config, null, 2);
  const lead = commandLine === undefined ? `# ${client.title}: put this into` : '# or put this into';
  terminal.say(terminal.paint('faint', `${lead} ${client.file}`), text);
  const unseen = server.kind === 'stdio' ? unseenEnvironment(call) : undefined;
  if (unseen !== undefined) terminal.note('', unseen);
  return 0;
}

function clientOf([name, ...more]: readonly string[]): Client {
  const names = CLIENTS.map((client) => client.name);
  const advice = `Clients: ${names.join(', ')}.`;
  if (name === undefined || more.length > 0) {
    throw new UsageError('fairlead client-config takes the name of one client.', { code: 'usage', advice });
  }
  const client = CLIENTS.find((candidate) => candidate.name === name);
  if (client !== undefined) return client;
  throw new UsageError(`No client ${quoted(name, 40)}${didYouMean(name.slice(0, 40), names) || '.'}`, { code: 'usage', advice });
}

function serverOf({ flags }: CommandCall): Server {
  const url = flags['http'];
  if (url === undefined) return { kind: 'stdio', command: PROGRAM.command, args: [...PROGRAM.args, ...carriedOver(flags)] };
  const parsed = URL.parse(String(url));
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new UsageError(`--http cannot be ${quoted(url, 80)}.`, {
      code: 'invalid-setting',
      field: 'http',
      advice: 'Give the address of the server: https://host/mcp.',
    });
  }
  return { kind: 'http', url: String(url) };
}

/** The settings among the flags, as arguments. A client starts the server in a folder of its own: paths are made absolute. */
function carriedOver(flags: CommandCall['flags']): string[] {
  return SETTINGS.flatMap((setting) => {
    const { flag } = setting;
    const value = flags[flag];
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${flag}`];
    return [`--${flag}`, 'path' in setting ? absolute(value) : value];
  });
}

function absolute(paths: string): string {
  if (NO_PATHS.has(paths)) return paths;
  return paths
    .split(delimiter)
    .map((path) => (path === '' || path.startsWith('~') || isAbsolute(path) ? path : resolve(path)))
    .join(delimiter);
}

/** What is set in this shell and will not be in a client that a desktop starts. */
function unseenEnvironment({ env, flags }: CommandCall): string | undefined {
  const set = [
    ...(flags['kubeconfig'] === undefined ? ['KUBECONFIG'] : []),
    ...SETTINGS.filter(({ flag, env: name }) => flags[flag] === undefined && name.startsWith('FAIRLEAD_')).map(
      ({ env: name }) => name,
    ),
  ].filter((name) => (env[name] ?? '') !== '');
  if (set.length === 0) return undefined;
  const kubeconfig = set.includes('KUBECONFIG') ? ` e.g. --kubeconfig ${shellLine([env['KUBECONFIG'] ?? ''])},` : '';
  return `Set here, and perhaps not where the client runs: ${set.join(', ')}. Given as flags,${kubeconfig} they are carried over.`;
}
