import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

import { systemCode, type Clock } from '../../platform/index.ts';

/** What became of a plugin's run. */
export type PluginResult =
  | {
      readonly kind: 'ended';
      readonly code: number | null;
      readonly signal: string | null;
      readonly stdout: string;
      readonly stderr: string;
    }
  /** The system could not start it; `code` as in `ENOENT`. */
  | { readonly kind: 'not-started'; readonly code: string }
  | { readonly kind: 'too-late'; readonly stderr: string }
  | { readonly kind: 'too-much' };

export interface PluginRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until the run and everything it started is killed. */
  readonly timeout: number;
  readonly clock: Clock;
}

/** More than any credential needs; what a plugin prints beyond it is a mistake. */
const MAX_STDOUT = 1024 * 1024;
const KEPT_STDERR = 8 * 1024;
const WINDOWS = process.platform === 'win32';

/**
 * Runs a program without a shell and without a standard input, in a process group of its own, so that its deadline ends
 * what it started as well. Never throws: an error of `spawn` carries all arguments, and they may be secret.
 */
export async function runPlugin(run: PluginRun): Promise<PluginResult> {
  const { promise, resolve } = Promise.withResolvers<PluginResult>();
  let child;
  try {
    child = spawn(run.command, [...run.args], {
      env: { ...run.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !WINDOWS,
      windowsHide: true,
      shell: false,
    });
  } catch (error) {
    return { kind: 'not-started', code: systemCode(error) ?? 'unknown error' };
  }
  track(child);
  const stdout = collect(child.stdout, MAX_STDOUT, () => resolve({ kind: 'too-much' }));
  const stderr = collectTail(child.stderr, KEPT_STDERR);
  child.on('error', (error) => resolve({ kind: 'not-started', code: systemCode(error) ?? 'unknown error' }));
  // 'close' and not 'exit': only then everything that was printed has been read.
  child.on('close', (code, signal) => resolve({ kind: 'ended', code, signal, stdout: stdout(), stderr: stderr() }));

  const ended = new AbortController();
  const late = (): void => resolve({ kind: 'too-late', stderr: stderr() });
  run.clock.sleep(run.timeout, ended.signal).then(late, () => undefined);
  const result = await promise;
  ended.abort();
  if (result.kind === 'too-late' || result.kind === 'too-much') abandon(child);
  tracked.delete(child);
  return result;
}

/** Ends a run without waiting for it: a process that left the group may hold the pipes for as long as it likes. */
function abandon(child: ChildProcess): void {
  killGroup(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (WINDOWS) spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).unref();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

/** Runs that are under way: a group of its own would outlive this process. */
const tracked = new Set<ChildProcess>();
let watching = false;

function track(child: ChildProcess): void {
  tracked.add(child);
  if (watching) return;
  watching = true;
  process.once('exit', () => tracked.forEach(killGroup));
}

/** Collects a stream; calls `exceeded` and keeps nothing once more than `most` bytes have come. */
function collect(stream: Readable, most: number, exceeded: () => void): () => string {
  let chunks: Buffer[] = [];
  let size = 0;
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= most) {
      chunks.push(chunk);
    } else {
      chunks = [];
      exceeded();
    }
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** Collects the last `most` bytes of a stream, from the first whole word on: a part of a word may be a part of a secret. */
function collectTail(stream: Readable, most: number): () => string {
  let kept = Buffer.alloc(0);
  let cut = false;
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    cut ||= kept.length + chunk.length > most;
    kept = Buffer.concat([kept, chunk]).subarray(-most);
  });
  return () => (cut ? kept.toString('utf8').replace(/^\S*/, '') : kept.toString('utf8'));
}
