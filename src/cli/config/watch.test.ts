import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Clock } from '../../platform/index.ts';
import { newFolder, type Folder } from './testing.fake.ts';
import { watchConfig, type ConfigChange } from './watch.ts';

let folder: Folder;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => folder.remove());

/** Goes through a list of deeds, one before each look; three looks after each, so that what was done has settled. */
function clockOf(deeds: readonly (() => void)[], end: AbortController): Clock {
  let looks = 0;
  return {
    now: () => 0,
    sleep: async (_, signal) => {
      if (looks % 3 === 0) {
        const deed = deeds[looks / 3];
        if (deed === undefined) end.abort();
        else deed();
      }
      looks++;
      signal?.throwIfAborted();
    },
  };
}

async function follow(deeds: readonly (() => void)[]): Promise<readonly ConfigChange[]> {
  const end = new AbortController();
  const changes: ConfigChange[] = [];
  const options = { flags: { config: folder.file }, env: {}, loaded: await folder.load(), signal: end.signal, home: folder.path };
  for await (const change of watchConfig({ ...options, clock: clockOf(deeds, end), interval: 1 })) changes.push(change);
  return changes;
}

const names = (change: ConfigChange | undefined): readonly string[] | undefined =>
  change?.kind === 'changed' ? change.loaded.settings.fleet.clusters?.map(({ name }) => name) : undefined;

describe('watching the configuration', () => {
  it('yields new settings, and keeps the old ones while the file is broken', async () => {
    folder.write('clusters: [{id: a}]\n');
    const changes = await follow([
      () => undefined,
      () => folder.write('clusters: [{id: a}, {id: b}]\n'),
      () => folder.write('clusters: [{id: a}, {id: b}] # more\n'),
      () => folder.write('clusters: [{id: a}, {idd: b}]\n'),
      () => rmSync(folder.file),
      () => folder.write('clusters: [{id: c}]\n'),
    ]);
    expect(changes.map(({ kind }) => kind)).toEqual(['changed', 'broken', 'broken', 'changed']);
    expect(names(changes[0])).toEqual(['a', 'b']);
    expect(names(changes[3])).toEqual(['c']);
    const said = changes.map((change) => (change.kind === 'broken' ? change.error.message : ''));
    expect(said[1]).toContain(':1:22: unknown key "idd"; did you mean "id"?');
    expect(said[2]).toContain('there is no such file');
  });

  it('tells apart what can be taken over and what takes a new start', async () => {
    folder.write('clusters: [{id: a}]\n');
    const changes = await follow([
      () => undefined,
      () => folder.write('clusters: [{id: b}]\n'),
      () => folder.write('clusters: [{id: b}]\ndeny_kinds: [secrets]\n'),
      () => folder.write('clusters: [{id: c}]\ndeny_kinds: [secrets]\n'),
    ]);
    expect(changes.map((change) => change.kind === 'changed' && change.onlyClusters)).toEqual([true, false, true]);
  });

  it('sees what changed between the start and the first look', async () => {
    folder.write('clusters: [{id: a}]\n');
    expect(names((await follow([() => folder.write('clusters: [{id: b}]\n')]))[0])).toEqual(['b']);
  });

  it('ends at once without a file', async () => {
    const loaded = { ...(await folder.load({ config: 'none' })), file: undefined };
    const changes = watchConfig({ flags: {}, env: {}, loaded, signal: new AbortController().signal });
    expect(await changes.next()).toEqual({ done: true, value: undefined });
  });
});
