import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { stateFolder, stateKey } from './state.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('the folder is where the XDG specification has it', () => {
  expect(stateFolder({ XDG_STATE_HOME: '/state' })).toBe('/state/fairlead');
  for (const env of [{}, { XDG_STATE_HOME: '' }, { XDG_STATE_HOME: 'state' }]) {
    expect(stateFolder(env)).toMatch(/^\/.*\/\.local\/state\/fairlead$/);
  }
});

it('a key is made once, for this user alone', () => {
  const key = stateKey('cursor', join(folder, 'deep', 'down'));
  expect(key.length).toBe(32);
  expect(stateKey('cursor', join(folder, 'deep', 'down'))).toEqual(key);
  expect(stateKey('other', join(folder, 'deep', 'down'))).not.toEqual(key);
  expect(statSync(join(folder, 'deep', 'down', 'cursor.key')).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'deep', 'down')).toSorted()).toEqual(['cursor.key', 'other.key']);
});

it('a file that is no key is replaced', () => {
  writeFileSync(join(folder, 'cursor.key'), 'half');
  const key = stateKey('cursor', folder);
  expect(readFileSync(join(folder, 'cursor.key'))).toEqual(key);
});

it('a folder that cannot be written still gives a key', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(stateKey('cursor', join(folder, 'file')).length).toBe(32);
});

it('all who come together get the same one', async () => {
  const [threads, rounds] = [4, 40];
  const gate = new SharedArrayBuffer(4 * rounds);
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { module, folder, gate, threads, rounds } = workerData;
    import(module).then(({ stateKey }) => {
      const arrived = new Int32Array(gate);
      const keys = [];
      for (let round = 0; round < rounds; round++) {
        Atomics.add(arrived, round, 1);
        while (Atomics.load(arrived, round) < threads);
        keys.push(stateKey('round' + round, folder).toString('hex'));
      }
      parentPort.postMessage(keys);
    });`;
  const workerData = { module: new URL('state.ts', import.meta.url).href, folder, gate, threads, rounds };
  const all = await Promise.all(
    Array.from({ length: threads }, async () => {
      const { promise, resolve, reject } = Promise.withResolvers<string[]>();
      const worker = new Worker(code, { eval: true, workerData });
      worker.once('message', resolve).once('error', reject);
      return promise;
    }),
  );
  for (const keys of all) expect(keys).toEqual(all[0]);
}, 30_000);
