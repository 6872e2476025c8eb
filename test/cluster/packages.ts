import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt, PATH, run } from './run.ts';
import { say } from './say.ts';

/** What the node needs beside the Go binaries: a program (or file) that shows the package is there, and the Debian package. */
const NEEDED = [
  { probe: 'openssl', package: 'openssl' },
  { probe: 'ip', package: 'iproute2' },
  { probe: 'iptables', package: 'iptables' },
  { probe: 'conntrack', package: 'conntrack' },
  { probe: 'socat', package: 'socat' },
  { probe: 'containerd', package: 'containerd' },
  { probe: 'ctr', package: 'containerd' },
  { probe: 'runc', package: 'runc' },
  { probe: '/usr/lib/cni/bridge', package: 'containernetworking-plugins' },
  { probe: 'busybox', package: 'busybox-static' },
] as const;

const isThere = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The path of a program, or `undefined`. */
export async function which(program: string): Promise<string | undefined> {
  for (const folder of PATH.split(':')) {
    const path = join(folder, program);
    if (await isThere(path)) return path;
  }
  return undefined;
}

async function missing(): Promise<string[]> {
  const packages = new Set<string>();
  for (const { probe, package: name } of NEEDED) {
    const found = probe.startsWith('/') ? await isThere(probe) : (await which(probe)) !== undefined;
    if (!found) packages.add(name);
  }
  return [...packages];
}

/** Installs what the node lacks. Gives the names of the packages that could not be had; needs root. */
export async function ensurePackages(): Promise<readonly string[]> {
  const wanted = await missing();
  if (wanted.length === 0) return [];
  if ((await which('apt-get')) === undefined) return wanted;
  say(`installing ${wanted.join(', ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // A stale package list names files that the mirror no longer has.
  await attempt('apt-get', ['update'], { env });
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...wanted], { env });
  return missing();
}
