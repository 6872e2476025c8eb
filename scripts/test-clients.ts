/**
 * Installs Claude Code, Codex, Gemini CLI and opencode from npm, configures each as `fairlead client-config` says, and lets
 * it connect to the built program over stdio and over HTTP. What counts is what arrives at our side. Everything stays on
 * this machine but the installation; no client has an account.
 *
 * Usage: node scripts/test-clients.ts [--only claude,codex] [--transport stdio,http] [--latest] [--verbose]
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { CLIENTS, type Server } from '../src/cli/commands/client-config-clients.ts';
import { terminalOf } from '../src/cli/terminal.ts';
import { tableLines, type TableCell } from '../src/cli/terminal-table.ts';
import { DRIVERS, type Driver, type Place } from './test-clients-drivers.ts';
import { freePort, noModel, watchingProxy } from './test-clients-loopback.ts';
import type { Seen } from './test-clients-observe.ts';
import { endGroup, run, start } from './test-clients-process.ts';

const TRANSPORTS = ['stdio', 'http'] as const;
type Transport = (typeof TRANSPORTS)[number];

interface Row {
  readonly driver: Driver;
  readonly version: string;
  readonly transport: Transport;
  readonly seen: readonly Seen[];
  /** Why there is nothing to see. */
  readonly why?: string | undefined;
  /** True when the reason lies with us and not with the client. */
  readonly skipped?: boolean;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    transport: { type: 'string' },
    latest: { type: 'boolean' },
    verbose: { type: 'boolean' },
  },
});
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'fairlead', 'clients');
const programs = join(cache, 'node_modules', '.bin');
const bin = fileURLToPath(new URL('../bin/fairlead.mjs', import.meta.url));
const wrapper = fileURLToPath(new URL('test-clients-wrapper.ts', import.meta.url));
const terminal = terminalOf();

/** Nothing of whoever runs this: no keys, no configuration, no proxies. */
function cleanEnv(home: string): NodeJS.ProcessEnv {
  const path = [programs, dirname(process.execPath), process.env['PATH'] ?? ''].join(':');
  return { PATH: path, HOME: home, TERM: 'dumb', NO_COLOR: '1', LANG: 'C.UTF-8', NO_PROXY: '127.0.0.1,localhost' };
}

async function install(drivers: readonly Driver[]): Promise<void> {
  await mkdir(cache, { recursive: true });
  // A folder without a manifest would be looked for further up.
  await writeFile(join(cache, 'package.json'), JSON.stringify({ private: true }), { flag: 'wx' }).catch(() => undefined);
  const missing = values.latest === true ? drivers : await lacking(drivers);
  if (missing.length === 0) return;
  terminal.note(`Installing ${missing.map((driver) => driver.package).join(', ')} into ${cache} …`);
  const packages = missing.map((driver) => `${driver.package}@latest`);
  const argv = ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', cache, ...packages];
  const { code, output } = await run(argv, { cwd: cache, env: process.env, seconds: 600 });
  if (code !== 0) throw new Error(`npm install failed (${code ?? 'ended'}): ${output.slice(-800)}`);
}

async function lacking(drivers: readonly Driver[]): Promise<readonly Driver[]> {
  const there = await Promise.all(drivers.map((driver) => readFile(manifestOf(driver)).then(Boolean, () => false)));
  return drivers.filter((_, index) => there[index] !== true);
}

const manifestOf = (driver: Driver): string => join(cache, 'node_modules', driver.package, 'package.json');

async function versionOf(driver: Driver): Promise<string> {
  return (JSON.parse(await readFile(manifestOf(driver), 'utf8')) as { version: string }).version;
}

/** Adds the server as we tell people to, then lets the client connect. What it prints matters only when nothing arrives. */
async function drive(driver: Driver, server: Server, model: string): Promise<string> {
  const home = await mkdtemp(join(cache, 'home-'));
  const place: Place = { home, project: join(home, 'project'), model };
  await mkdir(place.project);
  // Codex refuses a home that is not there.
  await mkdir(join(home, '.codex'));
  const options = { cwd: place.project, env: { ...cleanEnv(home), ...driver.env?.(place) }, seconds: 60 };
  const client = CLIENTS.find((candidate) => candidate.name === driver.name);
  if (client === undefined) throw new Error(`fairlead client-config does not know ${driver.name}`);
  try {
    let said = '';
    const add = client.commandLine?.(server);
    if (add !== undefined) said += (await run(add, options)).output;
    await driver.prepare?.(place, client.config(server));
    for (const argv of driver.connect(place)) {
      const { output, timedOut } = await run(argv, options);
      said += `$ ${argv.join(' ')}\n${output}${timedOut ? '\n(ended after 60 s)' : ''}\n`;
    }
    if (values.verbose === true) terminal.note(said);
    return said;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function overStdio(driver: Driver, model: string): Promise<Row> {
  const folder = await mkdtemp(join(cache, 'log-'));
  const log = join(folder, 'seen');
  try {
    const said = await drive(
      driver,
      { kind: 'stdio', command: process.execPath, args: [wrapper, log, process.execPath, bin] },
      model,
    );
    const lines = await readFile(log, 'utf8').catch(() => '');
    const seen = lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Seen]));
    return { driver, version: await versionOf(driver), transport: 'stdio', seen, why: reason(seen, said) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function overHttp(driver: Driver, model: string, port: number): Promise<Row> {
  const seen: Seen[] = [];
  await using proxy = await watchingProxy(port, (each) => seen.push(each));
  const said = await drive(driver, { kind: 'http', url: `${proxy.url}/mcp` }, model);
  return { driver, version: await versionOf(driver), transport: 'http', seen, why: reason(seen, said) };
}

/** The last words of a client from which nothing came. */
function reason(seen: readonly Seen[], said: string): string | undefined {
  if (seen.length > 0) return undefined;
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('npm notice'));
  return lines.slice(-2).join(' / ').slice(0, 300);
}

interface Served extends AsyncDisposable {
  readonly port: number;
}

/** Our own HTTP server, or why there is none. */
async function serve(): Promise<Served | string> {
  const port = await freePort();
  const env = cleanEnv(cache);
  const child = start([process.execPath, bin, 'serve', '--listen', `127.0.0.1:${port}`], { cwd: cache, env });
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdout?.resume();
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) return output.trim().split('\n')[0]?.slice(0, 200) ?? 'fairlead serve ended at once';
    if (await listens(port)) return { port, [Symbol.asyncDispose]: async () => endGroup(child) };
    await pause(100);
  }
  endGroup(child);
  return `fairlead serve did not listen within 10 s: ${output.slice(0, 200)}`;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

const opening = (seen: readonly Seen[]): string => {
  const first = seen.find((each) => 'request' in each && /^(?:initialize|server\/discover)$/.test(each.request));
  if (first === undefined || !('request' in first)) return '';
  return [first.request, first.version].filter((part) => part !== undefined).join(' ');
};

const toolsIn = (seen: readonly Seen[]): number => Math.max(0, ...seen.map((each) => ('tools' in each ? each.tools : 0)));

function report(rows: readonly Row[]): void {
  const cells = rows.map(({ driver, version, transport, seen, why, skipped }): TableCell[] => {
    const connected = opening(seen) !== '';
    const tools = toolsIn(seen);
    return [
      driver.title,
      version,
      transport,
      skipped === true
        ? { text: 'not run', tone: 'warning' }
        : { text: connected ? 'yes' : 'NO', tone: connected ? 'good' : 'bad' },
      tools === 0 ? '' : String(tools),
      opening(seen),
      why ?? (tools > 0 ? driver.how : `connected, and did not list the tools: ${driver.how}`),
    ];
  });
  const names = ['CLIENT', 'VERSION', 'TRANSPORT', 'CONNECTED', 'TOOLS', 'OPENED WITH', 'HOW, OR WHY NOT'];
  terminal.say(
    ...tableLines(
      terminal,
      names.map((name) => ({ name })),
      cells,
    ),
  );
}

const wanted = values.only?.split(',') ?? DRIVERS.map((driver) => driver.name);
const drivers = DRIVERS.filter((driver) => wanted.includes(driver.name));
const transports = new Set<Transport>(TRANSPORTS.filter((transport) => values.transport?.split(',').includes(transport) ?? true));
await install(drivers);
await using model = await noModel();
const rows: Row[] = [];
// One client at a time: each is a heavy program, and a slow machine would run into their time limits.
if (transports.has('stdio')) for (const driver of drivers) rows.push(await overStdio(driver, model.url));
if (transports.has('http')) {
  const served = await serve();
  if (typeof served === 'string') {
    for (const driver of drivers) {
      rows.push({ driver, version: await versionOf(driver), transport: 'http', seen: [], why: served, skipped: true });
    }
  } else {
    await using http = served;
    for (const driver of drivers) rows.push(await overHttp(driver, model.url, http.port));
  }
}
report(rows);
process.exitCode = rows.every(({ seen, skipped }) => skipped === true || toolsIn(seen) > 0) ? 0 : 1;
