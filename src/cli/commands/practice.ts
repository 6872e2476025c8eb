import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { Practice } from '../../../practice/index.ts';
import { quoted, UsageError } from '../../platform/index.ts';
import { openStage, stageOf } from '../practice.ts';
import { toldToEnd } from '../told-to-end.ts';
import type { CommandCall } from './command.ts';

/** The first line of kubeconfigs that are ours to write over. */
const MARK = '# Written by fairlead practice, and taken away when it ends.';

/** Serves a practice cluster for kubectl and everything else, until the process is told to end. */
export async function practice(call: CommandCall): Promise<number> {
  const [world = 'shop', ...more] = call.words;
  if (more.length > 0)
    throw new UsageError('fairlead practice takes one world.', { code: 'usage', advice: 'Usage: fairlead practice [WORLD]' });
  const port = portOf(call.flags['port']) ?? 0;
  const ended = toldToEnd();
  const file = await kubeconfigFile(call.flags['kubeconfig']);
  const stage = stageOf(world);
  let started: Practice | undefined;
  try {
    started = await openStage(stage, { port, rbac: call.flags['rbac'] === true });
    await writeFile(file.path, `${MARK}\n${started.kubeconfig({ name: stage.name })}`, { mode: 0o600 });
    const { terminal } = call;
    terminal.say(
      `A practice cluster with the world ${stage.name} answers at ${started.url}, until this process ends.`,
      '',
      `export KUBECONFIG=${file.path}`,
    );
    await ended;
  } finally {
    await started?.stop();
    await file.remove();
  }
  return 0;
}

/** Where the kubeconfig goes. @throws UsageError for a file that somebody else wrote */
async function kubeconfigFile(given: string | boolean | undefined): Promise<{ readonly path: string; remove(): Promise<void> }> {
  if (typeof given !== 'string') {
    const folder = await mkdtemp(join(tmpdir(), 'fairlead-practice-'));
    return { path: join(folder, 'kubeconfig'), remove: () => rm(folder, { recursive: true, force: true }) };
  }
  const path = resolve(given);
  const there = await readFile(path, 'utf8').catch(() => undefined);
  if (there !== undefined && there !== '' && !there.startsWith(MARK)) {
    throw new UsageError(`--kubeconfig ${quoted(given, 120)} is there already, and would be written over.`, {
      code: 'invalid-setting',
      field: 'kubeconfig',
      advice: 'Name a file that does not exist, or leave the flag out.',
    });
  }
  return { path, remove: () => rm(path, { force: true }) };
}

function portOf(given: string | boolean | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError(`--port cannot be ${quoted(given, 40)}.`, {
    code: 'invalid-setting',
    field: 'port',
    advice: 'A port is a number from 1 to 65535.',
  });
}
