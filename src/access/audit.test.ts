import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test, vi } from 'vitest';

import type { ResourceRequest } from '../kubernetes/index.ts';
import { fileOutput } from './audit-output.ts';
import { auditLine, createAudit, type AuditLine } from './audit.ts';

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

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
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
  output.text = '';
  audit.write(line('confessed'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(output.text).not.toContain('lost');
  output.failing = true;
  audit.write(line('e'));
  await audit.close();
  expect(problems).toHaveLength(2);
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
});

test('a disk that hangs does not fill the memory: what it cannot take in time is counted as lost', async () => {
  const output = memory();
  let release = (): void => undefined;
  const first = new Promise<void>((resolve) => {
    release = resolve;
  });
  vi.spyOn(output, 'append').mockImplementationOnce(() => first);
  const problems: string[] = [];
  const audit = createAudit({ output, onProblem: (message) => problems.push(message) });
  // 32 KB each, and 13 MB in all.
  const long = { ...line('web'), command: Array.from({ length: 64 }, () => 'x'.repeat(500)) };
  for (let count = 0; count < 400; count++) audit.write(long);
  expect(problems).toEqual([expect.stringContaining('too slow')]);
  release();
  await audit.close();
  expect(output.text.length).toBeGreaterThan(8_000_000);
  expect(output.text.length).toBeLessThan(9_000_000);
  expect(JSON.parse(output.text.slice(0, output.text.indexOf('\n')))).toMatchObject({ lost: expect.any(Number) });
});

test('a line that comes after the end is told as lost, and so is an output that cannot be closed', async () => {
  const problems: string[] = [];
  const output = { ...memory(), close: () => Promise.reject(new Error('stale handle')) };
  const audit = createAudit({ output, onProblem: (message) => problems.push(message) });
  await audit.close();
  await audit.close();
  expect(problems).toEqual([expect.stringContaining('stale handle')]);
  const closed = createAudit({ output: memory(), onProblem: (message) => problems.push(message) });
  await closed.close();
  closed.write(line('late'));
  expect(problems.slice(1)).toEqual([expect.stringContaining('closed')]);
});

describe('the end of the process', () => {
  const atExit = (act: () => void): (() => void) => {
    const before = process.listeners('exit');
    act();
    const added = process.listeners('exit').filter((listener) => !before.includes(listener));
    return () => {
      for (const listener of added) listener(0);
    };
  };

  test('takes what is still waiting, once', async () => {
    const output = memory();
    const appendNow = vi.spyOn(output, 'appendNow');
    let audit = createAudit();
    const exit = atExit(() => {
      audit = createAudit({ output });
    });
    exit();
    expect(appendNow).not.toHaveBeenCalled();
    audit.write(line('web'));
    exit();
    expect(output.text).toContain('"name":"web"');
    await audit.close();
    expect(output.text.match(/"name":"web"/g)).toHaveLength(1);
  });

  test('is not awaited by a log that was closed', async () => {
    const before = process.listeners('exit');
    await createAudit({ output: memory() }).close();
    expect(process.listeners('exit')).toEqual(before);
  });

  test('is not held up by a disk that is full', () => {
    const output = {
      ...memory(),
      appendNow: () => {
        throw new Error('no space left');
      },
    };
    const exit = atExit(() => createAudit({ output }).write(line('web')));
    expect(exit).not.toThrow();
  });

  test('leaves a file behind that only its owner can read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'audit-'));
    const file = join(folder, 'audit.jsonl');
    try {
      fileOutput(file).appendNow('a\n');
      fileOutput(file).appendNow('b\n');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await readFile(file, 'utf8')).toBe('a\nb\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('lines go to stderr where that is asked for, and a stream that is gone is told', async () => {
  const written: string[] = [];
  const problems: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text: unknown, done?: unknown) => {
    written.push(String(text));
    (done as (error?: Error) => void)(written.length > 1 ? new Error('EPIPE') : undefined);
    return true;
  });
  for (let times = 0; times < 2; times++) {
    const audit = createAudit({ target: 'stderr', onProblem: (message) => problems.push(message) });
    expect(audit).toMatchObject({ enabled: true, commands: true });
    audit.write(line('web'));
    await audit.close();
  }
  write.mockRestore();
  expect(written[0]).toContain('"name":"web"');
  expect(problems).toEqual([expect.stringContaining('EPIPE')]);
});

test('off writes nothing, and a target that is none is an error', async () => {
  const audit = createAudit();
  expect(audit.enabled).toBe(false);
  audit.write(line('web'));
  await audit.close();
  const wrong = expect.objectContaining({ code: 'invalid-setting', field: 'audit', message: expect.stringContaining('stderr') });
  expect(() => createAudit({ target: { file: '' } })).toThrow(wrong);
  expect(() => createAudit({ target: 'syslog' as 'stderr' })).toThrow(wrong);
});

test('a field of any length becomes a line of bounded length', async () => {
  const output = memory();
  const audit = createAudit({ output });
  audit.write({ ...line('web'), path: `/api/${'x'.repeat(10_000)}` });
  await audit.close();
  expect(output.text.length).toBeLessThan(1_000);
  expect(JSON.parse(output.text)).toMatchObject({ status: 200, path: expect.stringMatching(/^\/api\/x{500,}$/) });
});

describe('the line about an exec', () => {
  const exec = (command: string | readonly string[] | undefined): ResourceRequest => ({
    verb: 'create',
    group: '',
    version: 'v1',
    resource: 'pods',
    subresource: 'exec',
    namespace: 'shop',
    name: 'web',
    query: { container: 'app', ...(command !== undefined && { command }) },
  });
  const told = (request: ResourceRequest, commands = true): AuditLine =>
    auditLine(
      request,
      { cluster: 'prod', identity: 'me' },
      { origin: 'kube_exec' },
      { decision: 'allowed', milliseconds: 1, bytes: 0 },
      { dryRun: false, time: 0, commands },
    );

  test('names the subresource, and the command with what looks secret hidden', () => {
    const line = told(exec(['mysql', '--password', 'hunter2', '--token=hunter2', 'shop']));
    expect(line.resource).toBe('pods/exec');
    expect(line.command).toEqual(['mysql', '--password', '<redacted>', '--token=<redacted>', 'shop']);
    expect(told(exec('ls')).command).toEqual(['ls']);
    expect(told(exec(undefined)).command).toEqual([]);
  });

  test('leaves the command out where the operator wants none, and says nothing of other queries', () => {
    expect(told(exec(['ls']), false)).not.toHaveProperty('command');
    expect(told({ ...exec(['ls']), subresource: 'attach' })).not.toHaveProperty('command');
    expect(JSON.stringify(told(exec(['ls'])))).not.toContain('app');
  });

  test('says that a long command went on', () => {
    const words = Array.from({ length: 32 }, (_, index) => `w${index}`);
    expect(told(exec(words)).command).toEqual(words);
    expect(told(exec([...words, 'more', 'words'])).command).toEqual([...words, '…']);
  });
});
