import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { run, testFiles } from './run.fake.ts';

const files = () => testFiles({ '/etc/app/mode': 'fast\n', '/etc/app/level': '5\n', '/data': 'b\na\nb\n' });

test.each([
  [['cat', '/etc/app/mode', '/etc/app/level'], 'fast\n5\n'],
  [['ls', '/etc/app'], 'level\nmode\n'],
  [['ls', '-l', '/etc/app/mode'], '-rw-r--r--    1 root     root             5 Nov 20 12:00 /etc/app/mode\n'],
  [['/bin/echo', '-n', 'x'], 'x'],
  [['printenv', 'MODE'], 'fast\n'],
  [['hostname'], 'web-1\n'],
  [['date', '+%Y-%m-%dT%H:%M:%S'], '2026-11-20T12:00:00\n'],
  [['date'], 'Fri Nov 20 12:00:00 UTC 2026\n'],
  [['ps'], 'PID   USER     TIME  COMMAND\n    1 root      1:05 /server\n    7 root      0:00 ps\n'],
  [['grep', '-c', 'b', '/data'], '2\n'],
  [['grep', '-vn', 'b', '/data'], '2:a\n'],
  [['sort', '-u', '/data'], 'a\nb\n'],
  [['tail', '-1', '/data'], 'b\n'],
  [['seq', '2', '4'], '2\n3\n4\n'],
  [['seq', '3', '-1', '1'], '3\n2\n1\n'],
  [['seq', '1', '-1', '5'], ''],
  [['wc', '/data'], '3 3 6 /data\n'],
])('%j', async (argv, out) => {
  expect(await run(argv, files())).toEqual({ code: 0, out, err: '' });
});

test.each([
  [['cat', '/none'], 1, 'cat: /none: No such file or directory\n'],
  [['cat', '/etc'], 1, 'cat: /etc: Is a directory\n'],
  [['rm', '/etc/app'], 1, 'rm: /etc/app: Is a directory\n'],
  [['mkdir', '/a/b'], 1, 'mkdir: /a/b: No such file or directory\n'],
  [['grep', '(', '/data'], 2, 'grep: Invalid regular expression\n'],
  [['grep', 'zzz', '/data'], 1, ''],
  [['seq', '1', '0', '5'], 1, "seq: invalid increment '0'\n"],
  [['sh', '-c', 'toString'], 127, 'sh: toString: not found\n'],
  [['[', 'a', 'toString', 'b', ']'], 2, '[: toString: unknown operand\n'],
])('%j fails as programs do', async (argv, code, err) => {
  expect(await run(argv, files())).toEqual({ code, out: '', err });
});

test('a command that the image does not have is told apart from one that fails', async () => {
  expect((await run(['foo'])).code).toBeUndefined();
  expect((await run(['constructor'])).code).toBeUndefined();
});

test('sha256sum hashes stdin as it came', async () => {
  const bytes = Buffer.from([0, 255, 10, 13, 128]);
  const hash = createHash('sha256').update(bytes).digest('hex');
  expect((await run(['sha256sum'], files(), bytes)).out).toBe(`${hash}  -\n`);
});

test('what is mounted cannot be written', async () => {
  const mounted = files().withMounts({ '/etc/config/key': 'value' });
  expect(await run(['sh', '-c', 'cat /etc/config/key; ls /etc/config'], mounted)).toMatchObject({ out: 'valuekey\n' });
  expect(await run(['sh', '-c', 'echo x > /etc/config/key'], mounted)).toMatchObject({
    code: 1,
    err: "sh: can't create /etc/config/key: Read-only file system\n",
  });
});

test('tar takes out of an archive what it put in, whatever it is called and holds', async () => {
  const names = fc.stringMatching(/^[a-z][a-z0-9._-]{0,120}$/);
  const trees = fc.dictionary(
    fc.tuple(names, names).map((path) => `/${path.join('/')}`),
    fc.uint8Array({ maxLength: 2000 }),
    { maxKeys: 5 },
  );
  await fc.assert(
    fc.asyncProperty(trees, async (tree) => {
      const from = testFiles();
      from.makeDirectory('/work');
      for (const [path, bytes] of Object.entries(tree)) {
        from.makeDirectory(`/work${path.slice(0, path.lastIndexOf('/'))}`);
        from.write(`/work${path}`, bytes);
      }
      const packed = await run(['tar', 'cf', '-', '-C', '/work', '.'], from);
      const to = testFiles();
      const unpacked = await run(['tar', '-xmf', '-', '-C', '/copy'], to, Buffer.from(packed.out, 'latin1'));
      expect([packed.code, unpacked.code]).toEqual([0, 0]);
      for (const [path, bytes] of Object.entries(tree)) expect(Buffer.from(to.read(`/copy${path}`))).toEqual(Buffer.from(bytes));
    }),
    { numRuns: 50 },
  );
});

test('an archive whose sizes lead back is read to its end', async () => {
  const header = Buffer.alloc(512);
  header.write('file', 0);
  header.write('-0000000777', 124);
  expect(await run(['tar', 'tf', '-'], files(), Buffer.concat([header, Buffer.alloc(1024)]))).toMatchObject({ code: 0 });
});
