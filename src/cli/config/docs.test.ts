import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { SETTINGS } from '../settings/table.ts';
import { newFolder, type Folder } from './testing.fake.ts';

const MANUAL = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

let folder: Folder;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => folder.remove());

describe('docs/configuration.md', () => {
  it('shows files that are right', async () => {
    const files = [...MANUAL.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
    expect(files.length).toBeGreaterThan(0);
    for (const text of files) expect(await folder.complaint(text, { EDGE_TOKEN: 'x' })).toBe('none');
  });

  it('has every flag, variable and key', () => {
    for (const setting of SETTINGS) {
      expect(MANUAL).toContain(`\`--${setting.flag}`);
      expect(MANUAL).toContain(`\`${setting.env}\``);
      if ('key' in setting) expect(MANUAL).toContain(`\`${setting.key}\``);
    }
  });
});
