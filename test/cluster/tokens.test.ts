import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { findBinary } from './binaries.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/tokens.ts', import.meta.url));

const kubectl = await findBinary('kubectl');

describe.skipIf(kubectl === undefined)('docs/tokens.md', () => {
  it('has the figures that tools, answers and kubectl come to', async () => {
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, [SCRIPT, '--check'], (error, stdout, stderr) =>
        resolve(error === null ? stdout : stderr || error.message),
      );
    });
    expect(said).toBe('');
  });
});
