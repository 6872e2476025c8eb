import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { withTemporaryFolder } from './start.ts';
import { median } from './statistics.ts';

/** What it takes until a practice cluster answers: the median of all starts but the first, for which Node compiles. */
export interface PracticeStart {
  /** From the spawn of the built program. */
  readonly milliseconds: number;
  /** Of the processor, all threads; undefined where the system does not tell. On a busy machine the better measure. */
  readonly cpuMilliseconds: number | undefined;
}

const PROGRAM = fileURLToPath(new URL('../bin/fairlead.mjs', import.meta.url));
/** Linux counts the processor's time in hundredths of a second, whatever the machine. */
const TICK_MILLISECONDS = 10;

/** Starts `fairlead practice WORLD` again and again. @throws Error when it ends before it answers */
export async function measurePracticeStarts(world: string, starts: number): Promise<PracticeStart> {
  return withTemporaryFolder(async (env) => {
    const all: PracticeStart[] = [];
    for (let start = 0; start <= starts; start++) all.push(await startOnce(world, env));
    const warm = all.slice(1);
    const cpu = warm.flatMap(({ cpuMilliseconds }) => cpuMilliseconds ?? []);
    return {
      milliseconds: median(warm.map(({ milliseconds }) => milliseconds)),
      cpuMilliseconds: cpu.length === 0 ? undefined : median(cpu),
    };
  });
}

async function startOnce(world: string, env: NodeJS.ProcessEnv): Promise<PracticeStart> {
  const started = performance.now();
  const child = spawn(process.execPath, [PROGRAM, 'practice', world], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    if (!line.includes(' answers at ')) continue;
    const milliseconds = performance.now() - started;
    const cpuMilliseconds = await cpuOf(child.pid ?? 0);
    child.kill();
    await ended;
    return { milliseconds, cpuMilliseconds };
  }
  throw new Error(`fairlead practice ${world} ended before it answered`);
}

async function cpuOf(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const stat = await readFile(join('/proc', String(pid), 'stat'), 'utf8');
  // After the name, which may hold anything, come the state and ten more fields, and then the times of user and system.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * TICK_MILLISECONDS;
}
