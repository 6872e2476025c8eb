import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { BIN } from '../support/server.ts';
import { ensureCluster } from './index.ts';

const cluster = await ensureCluster();

/** Runs the built program, its output in a pipe. */
async function fairlead(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [BIN, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

const ESCAPE = '\u001b[';

describe('the program in a terminal', () => {
  it('knows its commands, in a pipe without colours', async () => {
    for (const argv of [['tools'], ['rbac'], ['client-config', 'codex'], ['completion', 'bash']]) {
      const { code, stdout, stderr } = await fairlead(argv);
      expect({ argv, code, stderr }).toEqual({ argv, code: 0, stderr: '' });
      expect(stdout).not.toContain(ESCAPE);
    }
    expect((await fairlead(['tools'], { FORCE_COLOR: '1' })).stdout).toContain(ESCAPE);
  });

  it('says which commands there are, and which was meant', async () => {
    const { stdout } = await fairlead(['--help']);
    for (const name of ['doctor', 'rbac', 'tools', 'client-config', 'completion']) expect(stdout).toContain(`fairlead ${name}`);
    const wrong = await fairlead(['docter']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('"docter"');
  });

  it('refuses a flag of another command', async () => {
    const { code, stderr } = await fairlead(['tools', '--kinds', 'secrets']);
    expect(code).toBe(2);
    expect(stderr).toContain('fairlead tools has no flag --kinds.');
  });

  it('gives JSON that programs can read', async () => {
    for (const argv of [['tools'], ['rbac'], ['client-config', 'claude']]) {
      expect(JSON.parse((await fairlead([...argv, '--json'])).stdout)).toBeTypeOf('object');
    }
  });

  it.skipIf(cluster === undefined)('looks at a cluster', async () => {
    if (cluster === undefined) return;
    const flags = ['--kubeconfig', cluster.kubeconfig];
    const well = await fairlead(['doctor', cluster.context, ...flags]);
    expect(well.stdout).toMatch(/^1 cluster: usable/);
    expect(well.code).toBe(0);
    const dead = await fairlead(['doctor', '--kubeconfig', '/nonexistent/config']);
    expect(dead.code).toBe(2);
    expect(dead.stderr).toContain('does not exist');
  });
});
