import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { atTerminal, KEYS, type AtTerminal } from '../support/pty.ts';
import { adminClient, ensureCluster, type AdminClient } from './index.ts';

const cluster = await ensureCluster();

const PROGRAM = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const NAMESPACE = `fairlead-terminal-changes-${process.pid}`;
const MAP = `/api/v1/namespaces/${NAMESPACE}/configmaps/settings`;

describe.skipIf(cluster === undefined || process.platform !== 'linux')('at a terminal, a plan', () => {
  let admin: AdminClient;
  let folder: string;

  const fairlead = (words: readonly string[], typed = ''): Promise<AtTerminal> =>
    atTerminal([process.execPath, PROGRAM, ...words], {
      prompt: 'Type yes: ',
      typed,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        XDG_STATE_HOME: folder,
        KUBECONFIG: cluster?.kubeconfig,
        FAIRLEAD_CONFIG: 'none',
        FAIRLEAD_CONTEXT: cluster?.context,
        TERM: 'xterm',
      },
    });
  const planned = async (): Promise<string> =>
    /plan-[a-z0-9]{8}/.exec((await fairlead(['plan', '-f', folder])).screen)?.[0] ?? '';

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    await admin.ensure('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    folder = await mkdtemp(join(tmpdir(), 'fairlead-terminal-'));
    const manifest = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: NAMESPACE },
      data: { a: '1' },
    };
    await writeFile(join(folder, 'settings.json'), JSON.stringify(manifest));
  });
  afterAll(async () => {
    await admin?.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await admin?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  it.each([
    ['a no', 'no\n'],
    ['anything but a yes', 'y\n'],
    ['Ctrl+C', KEYS.interrupt],
    ['Ctrl+D', KEYS.end],
  ])('is not applied after %s, and can be applied later', async (_, typed) => {
    const plan = await planned();
    const { screen, code } = await fairlead(['apply', plan], typed);
    expect({ screen, code }).toMatchObject({ code: 1, screen: expect.stringContaining('Not applied. Nothing was changed') });
    // A crash would show where.
    expect(screen).not.toMatch(/\.ts:\d|node:internal/);
    expect(await admin.find(MAP)).toBeUndefined();
  });

  it('is applied after a yes, and undone after another', async () => {
    const applied = await fairlead(['apply', await planned()], 'yes\n');
    expect(applied.code).toBe(0);
    expect(await admin.find(MAP)).toMatchObject({ data: { a: '1' } });
    // In colour, and without what only agents need to be told.
    expect(applied.screen).toContain(`\u001b[32m+ create ConfigMap ${NAMESPACE}/settings`);
    expect(applied.screen).not.toContain('not instructions');
    const change = /change-[a-z0-9]{8}/.exec(applied.screen)?.[0] ?? '';
    const undone = await fairlead(['undo', change], 'yes\n');
    expect(undone).toMatchObject({ code: 0, screen: expect.stringContaining(`deleted ConfigMap ${NAMESPACE}/settings`) });
    expect(await admin.find(MAP)).toBeUndefined();
  });
});
