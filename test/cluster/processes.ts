import { spawn } from 'node:child_process';
import { open, readFile, readdir, rm } from 'node:fs/promises';
import { mkdirSync, writeFileSync } from 'node:fs';
import { attempt, PATH } from './run.ts';
import { inState, readIfThere } from './state.ts';
import { STATE_FOLDER } from './settings.ts';
import { say } from './say.ts';
import { until } from './wait.ts';

/** A long-running program of the cluster. */
export type Daemon = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
};

/** In the environment of every process we start, so that a recorded pid that was reused by another program is recognised. */
const MARKER = 'FAIRLEAD_TEST_CLUSTER';

const pidFile = (name: string): string => inState('pids', name);

export const logFile = (name: string): string => inState('logs', `${name}.log`);

async function environment(pid: number): Promise<string[]> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
  } catch {
    // Gone, or another user's: in neither case ours.
    return [];
  }
}

/** The pid under which the daemon runs now. */
export async function pidOf(name: string): Promise<number | undefined> {
  const pid = Number(await readIfThere(pidFile(name)));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return (await environment(pid)).includes(`${MARKER}=${STATE_FOLDER}/${name}`) ? pid : undefined;
}

/** Every process on this machine that was started by this cluster or by one of its daemons, containers apart. */
async function ours(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const marks = await Promise.all(pids.map(environment));
  return pids.filter((_, index) => marks[index]?.some((entry) => entry.startsWith(`${MARKER}=${STATE_FOLDER}/`)));
}

export async function logTail(name: string, lines = 15): Promise<string> {
  const outcome = await attempt('tail', ['-n', String(lines), logFile(name)]);
  return outcome.stdout.trim();
}

/** Starts the daemon unless it runs. */
export async function ensureRunning(daemon: Daemon): Promise<void> {
  if ((await pidOf(daemon.name)) !== undefined) return;
  mkdirSync(inState('logs'), { recursive: true });
  mkdirSync(inState('pids'), { recursive: true });
  const log = await open(logFile(daemon.name), 'a', 0o600);
  try {
    const child = spawn(daemon.command, daemon.args, {
      detached: true,
      cwd: STATE_FOLDER,
      env: { PATH, HOME: STATE_FOLDER, TMPDIR: '/tmp', [MARKER]: `${STATE_FOLDER}/${daemon.name}` },
      stdio: ['ignore', log.fd, log.fd],
    });
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    const started = new Promise<void>((resolve) => child.once('spawn', resolve));
    // Written at once and synchronously: were we killed in between, nobody would know of the process.
    if (child.pid !== undefined) writeFileSync(pidFile(daemon.name), String(child.pid));
    await Promise.race([started, failed]);
    child.unref();
  } finally {
    await log.close();
  }
}

/** Waits until `ready` holds; fails early, with the end of the log, when the daemon dies first. */
export async function untilReady(name: string, ready: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  let died = false;
  try {
    await until(
      `${name} is ready`,
      async () => {
        if (await ready()) return true;
        died = (await pidOf(name)) === undefined;
        return died;
      },
      timeoutMs,
    );
  } catch (error) {
    throw new Error(`${name} is not ready. Its log ends with:\n${await logTail(name)}`, { cause: error });
  }
  if (died) throw new Error(`${name} ended before it was ready. Its log ends with:\n${await logTail(name)}`);
}

/** A zombie has ended; it only waits for a parent that reads its exit code. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readIfThere(`/proc/${pid}/stat`).catch(() => undefined);
  if (stat === undefined) return false;
  return !/^\d+ \(.*\) [ZX] /s.test(stat);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Ends processes by pid: asks, waits, then forces; returns when all are gone. */
export async function end(pids: readonly number[], what: string, graceMs = 10_000): Promise<void> {
  const someAlive = async (): Promise<boolean> => (await Promise.all(pids.map(isAlive))).includes(true);
  for (const pid of pids) signal(pid, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  if (graceMs > 0) {
    try {
      await until(`${what} ended`, async () => !(await someAlive()), graceMs);
      return;
    } catch {
      say(`${what} did not end within ${graceMs / 1000} s and is killed`);
    }
    for (const pid of pids) signal(pid, 'SIGKILL');
  }
  await until(`${what} is gone after SIGKILL`, async () => !(await someAlive()), 10_000);
}

export async function stop(name: string, graceMs?: number): Promise<void> {
  const pid = await pidOf(name);
  if (pid !== undefined) await end([pid], name, graceMs);
  await rm(pidFile(name), { force: true });
}

/** Kills what is left of the cluster, such as shims of containerd and children of killed daemons. */
export async function endLeftovers(): Promise<void> {
  const pids = await ours();
  if (pids.length > 0) await end(pids, `${pids.length} left-over processes`, 0);
}

/** Names and pids of the daemons that run. */
export async function running(): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const name of await readdir(inState('pids')).catch(() => [])) {
    const pid = await pidOf(name);
    if (pid !== undefined) found.set(name, pid);
  }
  return found;
}
