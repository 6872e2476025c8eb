import { describe, expect, it } from 'vitest';

import { fakeCluster } from '../kinds.fake.ts';
import { containerResult, type ContainerResult } from './container-result.ts';

const POD = {
  metadata: { name: 'run-x', namespace: 'shop' },
  status: {
    containerStatuses: [
      { name: 'proxy', state: { running: {} } },
      { name: 'run', state: { terminated: { exitCode: 4, reason: 'Error' } } },
    ],
  },
};

const stamped = (lines: readonly string[]): string => lines.map((line) => `2026-11-21T15:04:05.123456789Z ${line}\n`).join('');

/** What a container tells whose log is this, or that has none. */
async function told(log: unknown): Promise<ContainerResult & { readonly sent: readonly string[] }> {
  const { connection, sent } = fakeCluster({ 'GET /api/v1/namespaces/shop/pods/run-x/log': log });
  return { ...(await containerResult(connection, POD, 'run')), sent };
}

const numbered = (count: number, text = ''): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${index + 1}${text}`);

describe('how a container has ended', () => {
  it('is told of the one that is named, whatever stands beside it', async () => {
    const { sent, ...result } = await told(stamped(['one', '', ' two ']));
    expect(result).toEqual({ exitCode: 4, reason: 'Error', output: 'one\n\n two ', cut: false });
    expect(sent).toEqual([expect.stringContaining('/pods/run-x/log?container=run&')]);
  });

  it('is told with the last of many lines, and that there are more', async () => {
    expect(await told(stamped(numbered(200)))).toMatchObject({ output: numbered(200).join('\n'), cut: false });
    expect(await told(stamped(numbered(201)))).toMatchObject({ output: numbered(201).slice(1).join('\n'), cut: true });
  });

  it('is told with the end of long lines', async () => {
    const { output = '', cut, sent } = await told(stamped(numbered(200, 'x'.repeat(1_000))));
    expect(cut).toBe(true);
    expect(output).toMatch(/\n200x+$/);
    expect(output.length).toBeLessThan(33 * 1024);
    expect(sent.at(-1)).not.toContain('limitBytes');
  });

  it('is told with the end of a line that is longer than all that is kept', async () => {
    const { output, cut } = await told(stamped([`${'x'.repeat(100_000)}end`]));
    expect(cut).toBe(true);
    expect(output).toMatch(/^x+end$/);
  });

  it.each([400, 403, 404])('is told without its output where that cannot be read (%s)', async (status) => {
    expect(await told(status)).toMatchObject({ exitCode: 4, output: undefined, cut: false });
  });
});
