import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/**
 * Resident memory of a process and all that it started, in megabytes (of 10^6 bytes), now; undefined where the system
 * does not tell.
 */
export async function residentMegabytes(pid: number): Promise<number | undefined> {
  if (process.platform === 'linux') return ((await kibibytesOf(pid)) * 1024) / 1e6;
  return process.platform === 'win32' ? undefined : (fromPs(pid) * 1024) / 1e6;
}

async function kibibytesOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const below = await Promise.all((children.match(/\d+/g) ?? []).map((child) => kibibytesOf(Number(child))));
  return below.reduce((sum, child) => sum + child, Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0));
}

/** Without the children: good enough for servers that have none. */
function fromPs(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
}
