import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { loadSettings } from '../settings.ts';
import { configPlace } from './place.ts';
import { newFolder, type Folder } from './testing.fake.ts';

let folder: Folder;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => folder.remove());

function put(...parts: readonly string[]): string {
  const file = join(folder.path, ...parts);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'qps: 1\n');
  return file;
}

describe('the place of the configuration file', () => {
  it('is what the flag says, then what the environment says', () => {
    put('.config', 'fairlead', 'fairlead.yaml');
    const place = (flags: Record<string, string>, env: NodeJS.ProcessEnv): string | undefined =>
      configPlace(flags, env, folder.path);
    expect(place({ config: 'a.yaml' }, { FAIRLEAD_CONFIG: 'b.yaml' })).toBe('a.yaml');
    expect(place({}, { FAIRLEAD_CONFIG: 'b.yaml' })).toBe('b.yaml');
    expect(place({ config: '~/a.yaml' }, {})).toBe(join(folder.path, 'a.yaml'));
    expect(place({ config: 'none' }, { FAIRLEAD_CONFIG: 'b.yaml' })).toBeUndefined();
    expect(place({}, { FAIRLEAD_CONFIG: 'none' })).toBeUndefined();
    expect(place({}, { FAIRLEAD_CONFIG: '' })).toBe(join(folder.path, '.config', 'fairlead', 'fairlead.yaml'));
  });

  it('is else among the configuration of the user, if it is there', () => {
    expect(configPlace({}, {}, folder.path)).toBeUndefined();
    const xdg = put('xdg', 'fairlead', 'fairlead.yaml');
    expect(configPlace({}, { XDG_CONFIG_HOME: join(folder.path, 'xdg') }, folder.path)).toBe(xdg);
    expect(configPlace({}, { XDG_CONFIG_HOME: 'xdg' }, folder.path)).toBeUndefined();
  });

  it('is never the working directory', async () => {
    put('fairlead.yaml');
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      expect((await loadSettings({}, {}, folder.path)).file).toBeUndefined();
    } finally {
      process.chdir(before);
    }
  });
});
