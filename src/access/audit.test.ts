import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test, vi } from 'vitest';

import { UsageError } from '../platform/index.ts';
import { createAudit, type AuditLine } from './audit.ts';

const line = (name: string): AuditLine => ({
  time: '2026-01-01T00:00:00.000Z',
  identity: 'me',
  origin: 'kube_get',
  cluster: 'prod',
  verb: 'get',
  group: '',
  resource: 'pods',
  namespace: 'shop',
  name,
  decision: 'allowed',
  status: 200,
  milliseconds: 1.5,
  bytes: 10,
});

/** An output in memory, whose disk can be made to fail. */
function memory() {
  const output = {
    text: '',
    failing: false,
    append: (text: string): Promise<void> => {
      if (output.failing) return Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
      output.text += text;
      return Promise.resolve();
    },
    appendNow: (text: string): void => {
      output.text += text;
    },
    close: (): Promise<void> => Promise.resolve(),
  };
  return output;
}

test('a file is made with the first line, readable to its owner only, and appended to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'audit-'));
  const file = join(folder, 'audit.jsonl');
  try {
    const idle = createAudit({ target: { file } });
    await idle.close();
    await expect(stat(file)).rejects.toThrow(/ENOENT/);
    for (const name of ['a', 'b']) {
      const audit = createAudit({ target: { file } });
      audit.write(line(name));
      await audit.close();
    }
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const names = (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((text) => (JSON.parse(text) as AuditLine).name);
    expect(names).toEqual(['a', 'b']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('no name can forge a line, or do anything to a terminal', async () => {
  const output = memory();
  const audit = createAudit({ output });
  const evil = 'x"}\n{"decision":"allowed"}\r\u2028\u001b[2J\u009b\u202ey';
  audit.write(line(evil));
  await audit.close();
  expect(output.text).toMatch(/^[\x20-\x7e]+\n$/);
  expect((JSON.parse(output.text) as AuditLine).name).toBe(evil);
});

test('lines that cannot be written are reported once, counted, and confessed when it works again', async () => {
  vi.useFakeTimers();
  const output = memory();
  const problems: string[] = [];
  const audit = createAudit({ output, onProblem: (message) => problems.push(message) });
  output.failing = true;
  for (const name of ['a', 'b', 'c']) {
    audit.write(line(name));
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(problems).toEqual([expect.stringContaining('ENOSPC')]);
  output.failing = false;
  audit.write(line('d'));
  await vi.advanceTimersByTimeAsync(1_000);
  const [gap, last] = output.text
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(gap).toMatchObject({ lost: 3 });
  expect(last).toMatchObject({ name: 'd' });
  output.failing = true;
  audit.write(line('e'));
  await audit.close();
  expect(problems).toHaveLength(2);
  vi.useRealTimers();
});

test('lines that are lost last are confessed at the end', async () => {
  vi.useFakeTimers();
  const output = memory();
  const audit = createAudit({ output });
  output.failing = true;
  audit.write(line('a'));
  await vi.advanceTimersByTimeAsync(1_000);
  output.failing = false;
  await audit.close();
  expect(JSON.parse(output.text)).toMatchObject({ lost: 1 });
  vi.useRealTimers();
});

test('lines are written together, after a while or when they are many', async () => {
  vi.useFakeTimers();
  const output = memory();
  const append = vi.spyOn(output, 'append');
  const audit = createAudit({ output });
  for (let count = 0; count < 50; count++) audit.write(line('web'));
  expect(append).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(250);
  expect(append).toHaveBeenCalledTimes(1);
  for (let count = 0; count < 1_000; count++) audit.write(line('web'));
  await vi.advanceTimersByTimeAsync(0);
  expect(append.mock.calls.length).toBeGreaterThan(1);
  await audit.close();
  expect(output.text.trimEnd().split('\n')).toHaveLength(1_050);
  vi.useRealTimers();
});

test('the end of the process takes what is still waiting', () => {
  const output = memory();
  const before = process.listeners('exit');
  const audit = createAudit({ output });
  audit.write(line('web'));
  const added = process.listeners('exit').filter((listener) => !before.includes(listener));
  for (const listener of added) listener(0);
  expect(output.text).toContain('"name":"web"');
});

test('off writes nothing, and a target that is none is an error', async () => {
  const audit = createAudit();
  audit.write(line('web'));
  await audit.close();
  expect(() => createAudit({ target: { file: '' } })).toThrow(UsageError);
  expect(() => createAudit({ target: 'syslog' as 'stderr' })).toThrow(UsageError);
});
