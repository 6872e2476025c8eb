import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The most used MCP server for Kubernetes: a Go program, started by a small Node program when installed by npm. */
export const PEER = 'kubernetes-mcp-server';
export const PEER_VERSION = '0.0.67';

const FOLDER = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'fairlead', 'bench', PEER_VERSION);

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export interface Peer {
  /** What npm users start: a Node program that starts the binary. */
  readonly wrapper: string;
  readonly binary: string;
}

/** Where the peer is, installed into the user's cache with the first use: it is no dependency of ours. */
export function ensurePeer(): Peer {
  const modules = join(FOLDER, 'node_modules');
  const wrapper = join(modules, PEER, 'bin', 'index.js');
  if (!existsSync(wrapper)) {
    mkdirSync(FOLDER, { recursive: true });
    const args = ['install', '--prefix', FOLDER, '--no-audit', '--no-fund', '--no-save', `${PEER}@${PEER_VERSION}`];
    execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  }
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `${PEER}-${system}-${ARCHITECTURES[process.arch] ?? process.arch}`;
  return { wrapper, binary: join(modules, name, 'bin', process.platform === 'win32' ? `${name}.exe` : name) };
}
