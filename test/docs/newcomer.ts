/** Somebody who has the program installed and a cluster: a home, a folder to work in, and a practice cluster. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openWorld, startPractice } from '../../practice/index.ts';
import { ROOT } from './page.ts';

export interface Ended {
  /** Null when it was told to end. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Newcomer extends AsyncDisposable {
  /** The folder to work in. */
  readonly folder: string;
  /**
   * Types a line into a shell.
   * @param until ends what stays, as soon as it has said this
   * @param more variables beside those of the person
   */
  type(line: string, until?: RegExp, more?: Readonly<Record<string, string>>): Promise<Ended>;
}

const MANIFEST = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: default }\ndata: { colour: red }\n`;

/** @param world a file, or the name of one that comes with the program */
export async function newcomer(world: string): Promise<Newcomer> {
  const practice = await startPractice({ world: await openWorld(world) });
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-newcomer-'));
  const at = (...path: readonly string[]): string => join(folder, ...path);
  for (const made of ['.kube', '.bin', 'manifests']) await mkdir(at(made));
  await writeFile(at('.kube', 'config'), practice.kubeconfig(), { mode: 0o600 });
  await writeFile(at('.bin', 'fairlead'), `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin/fairlead.mjs')}' "$@"\n`);
  await chmod(at('.bin', 'fairlead'), 0o755);
  await symlink(process.execPath, at('.bin', 'node'));
  await writeFile(at('manifests', 'settings.yaml'), MANIFEST);
  await copyFile(join(ROOT, 'test', 'docs', 'world.yaml'), at('world.yaml'));
  for (const part of ['bin', 'node_modules']) await symlink(join(ROOT, part), at(part));
  const env = {
    PATH: `${at('.bin')}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    XDG_STATE_HOME: at('.state'),
    // Ports that are free, and what the manual says that some commands need.
    FAIRLEAD_LISTEN: '127.0.0.1:0',
    FAIRLEAD_CHANGES: 'plan',
    FAIRLEAD_ALLOW_OPERATIONS: 'exec,port-forward',
  };
  const running = new Set<() => boolean>();
  return {
    folder,
    async type(line, until, more) {
      // A group of its own, so that what the shell has started ends with it.
      const child = spawn('sh', ['-c', line], {
        cwd: folder,
        env: { ...env, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      const end = (): boolean => child.pid !== undefined && process.kill(-child.pid, 'SIGTERM');
      running.add(end);
      const said = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const) {
        child[stream].on('data', (chunk: Buffer) => {
          said[stream] += chunk.toString();
          if (until?.test(said[stream]) === true && running.delete(end)) end();
        });
      }
      const [code] = (await once(child, 'close')) as [number | null];
      running.delete(end);
      return { code, ...said };
    },
    async [Symbol.asyncDispose]() {
      for (const end of running) end();
      await practice.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
