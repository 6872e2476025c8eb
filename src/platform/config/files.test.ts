import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Clock } from '../time.ts';
import { exposureOf } from './exposure.ts';
import { readTextFile } from './read-text.ts';
import { watchFiles } from './watch.ts';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-config-'));
  file = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('exposure', () => {
  it.each([
    [0o600, 'none'],
    [0o400, 'none'],
    [0o640, 'readable'],
    [0o604, 'readable'],
    [0o660, 'readable'],
    [0o666, 'writable'],
  ])('of mode %o is %s', async (mode, exposure) => {
    writeFileSync(file, '');
    chmodSync(file, mode);
    expect(await exposureOf(file)).toBe(exposure);
    expect(await exposureOf(file, 'win32')).toBe('none');
  });

  it('of nothing is missing', async () => {
    expect(await exposureOf(file)).toBe('missing');
  });
});

describe('reading', () => {
  it('takes small files only', async () => {
    await expect(readTextFile(file, 10)).rejects.toThrow('there is no such file');
    writeFileSync(file, 'x'.repeat(11));
    await expect(readTextFile(file, 10)).rejects.toThrow('it is longer than');
    await expect(readTextFile(folder, 10)).rejects.toThrow('it is a folder');
    await expect(readTextFile(join(file, 'below'), 10)).rejects.toThrow('there is no such file');
    expect(await readTextFile(file, 11)).toBe('x'.repeat(11));
  });

  it.skipIf(process.platform === 'win32')('does not wait at a pipe', async () => {
    // POSIX has the program; Node has no function for it.
    const makePipe = 'mkfifo';
    execFileSync(makePipe, [file]);
    await expect(readTextFile(file, 10)).rejects.toThrow('it is no file');
  });
});

/** Time that goes on only when the test says so. */
function handClock(): { readonly clock: Clock; readonly tick: () => Promise<void> } {
  let wake: (() => void) | undefined;
  let asleep = Promise.withResolvers<void>();
  return {
    clock: {
      now: () => 0,
      sleep: async (_, signal) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        wake = resolve;
        asleep.resolve();
        await promise;
      },
    },
    async tick() {
      await asleep.promise;
      asleep = Promise.withResolvers();
      wake?.();
      await asleep.promise;
    },
  };
}

describe('watching', () => {
  it('tells a change once it has settled, and only then', async () => {
    writeFileSync(file, '1');
    const { clock, tick } = handClock();
    const controller = new AbortController();
    let told = 0;
    const done = (async () => {
      for await (const _ of watchFiles({ files: () => [file], signal: controller.signal, clock, interval: 1 })) told++;
    })();
    await tick();
    expect(told).toBe(0);
    await tick();
    // Once at the beginning: it may have changed since it was read.
    expect(told).toBe(1);
    writeFileSync(file, '1');
    await tick();
    await tick();
    expect(told).toBe(1);
    writeFileSync(file, '2');
    await tick();
    expect(told).toBe(1);
    writeFileSync(file, '3');
    await tick();
    expect(told).toBe(1);
    await tick();
    expect(told).toBe(2);
    rmSync(file);
    await tick();
    await tick();
    expect(told).toBe(3);
    controller.abort();
    await done;
  });
});
