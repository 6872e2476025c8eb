import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadSettings, type Loaded } from '../settings.ts';

/** A folder with a configuration file, for tests. */
export interface Folder {
  readonly path: string;
  readonly file: string;
  write(text: string, mode?: number): void;
  /** Settings with this file, as a start would load them. */
  load(flags?: Readonly<Record<string, string | boolean>>, env?: NodeJS.ProcessEnv): Promise<Loaded>;
  /** What the start says of this file, with the file's folder left out. */
  complaint(text: string, env?: NodeJS.ProcessEnv): Promise<string>;
  remove(): void;
}

export function newFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-config-'));
  const file = join(path, 'fairlead.yaml');
  const folder: Folder = {
    path,
    file,
    write: (text, mode = 0o600) => {
      rmSync(file, { force: true });
      writeFileSync(file, text, { mode });
    },
    load: (flags = {}, env = {}) => loadSettings({ config: file, ...flags }, env, path),
    async complaint(text, env = {}) {
      folder.write(text);
      try {
        await folder.load({}, env);
        return 'none';
      } catch (error) {
        return (error as Error).message.replaceAll(`${path}/`, '');
      }
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
  return folder;
}
