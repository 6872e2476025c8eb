import { posix } from 'node:path';

import { FileError, type FileEntry } from '../files.ts';
import { complain, pathOf, type Command, type Process } from '../process.ts';
import { optionsOf } from './options.ts';

/** Does something to each path; the first that fails makes the exit code. */
async function each(process: Process, names: readonly string[], act: (path: string, name: string) => void): Promise<number> {
  let code = 0;
  for (const name of names) {
    try {
      act(pathOf(process, name), name);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      code = await complain(process, `${name}: ${error.message}`);
    }
  }
  return code;
}

const letters = (mode: number): string =>
  [6, 3, 0]
    .map((shift) => ['r', 'w', 'x'].map((letter, bit) => (((mode >> shift) & (4 >> bit)) === 0 ? '-' : letter)).join(''))
    .join('');

function longLine(name: string, { directory, mode, bytes, modified }: FileEntry): string {
  const [, month, day, time] = /^\w+, (\d+) (\w+) \d+ (\d+:\d+)/.exec(new Date(modified).toUTCString())?.map(String) ?? [];
  const when = `${day} ${String(month).padStart(2)} ${time}`;
  return `${directory ? 'd' : '-'}${letters(mode)}    1 root     root     ${String(bytes.length).padStart(9)} ${when} ${name}`;
}

export const ls: Command = async (process) => {
  const { flags, rest } = optionsOf(process, '');
  const names = rest.length === 0 ? ['.'] : rest;
  let code = 0;
  const show = async (path: string, shown: readonly string[]): Promise<void> => {
    for (const name of shown) {
      const entry = process.files.stat(posix.resolve(path, name));
      await process.stdout.write(`${flags.has('l') && entry !== undefined ? longLine(name, entry) : name}\n`);
    }
  };
  for (const name of names) {
    const path = pathOf(process, name);
    const entry = process.files.stat(path);
    if (entry === undefined) {
      code = await complain(process, `${name}: No such file or directory`);
      continue;
    }
    if (!entry.directory || flags.has('d')) {
      await show(process.directory, [name]);
      continue;
    }
    if (names.length > 1) await process.stdout.write(`${name === names[0] ? '' : '\n'}${name}:\n`);
    const hidden = flags.has('a') ? ['.', '..'] : [];
    await show(path, [
      ...hidden,
      ...process.files.list(path).filter((inside) => flags.has('a') || flags.has('A') || !inside.startsWith('.')),
    ]);
  }
  return code;
};

export const mkdir: Command = async (process) => {
  const { flags, rest } = optionsOf(process, 'm');
  return await each(process, rest, (path) => {
    if (!flags.has('p')) {
      if (process.files.stat(path) !== undefined) throw new FileError('File exists');
      if (process.files.stat(posix.dirname(posix.resolve('/', path))) === undefined)
        throw new FileError('No such file or directory');
    }
    process.files.makeDirectory(path);
  });
};

export const rm: Command = async (process) => {
  const { flags, rest } = optionsOf(process, '');
  return await each(process, rest, (path) => {
    const entry = process.files.stat(path);
    if (entry === undefined) {
      if (flags.has('f')) return;
      throw new FileError('No such file or directory');
    }
    if (entry.directory && !flags.has('r') && !flags.has('R')) throw new FileError('Is a directory');
    process.files.remove(path);
  });
};

export const touch: Command = async (process) =>
  await each(process, optionsOf(process, '').rest, (path) => {
    process.files.write(path, new Uint8Array(), { append: true });
  });

export const cp: Command = async (process) => {
  const { rest } = optionsOf(process, '');
  const target = pathOf(process, rest.at(-1) ?? '');
  return await each(process, rest.slice(0, -1), (path, name) => {
    const into = process.files.stat(target)?.directory === true ? posix.join(target, posix.basename(name)) : target;
    process.files.write(into, process.files.read(path));
  });
};

/** Whether something is so of a file or of two words. */
const TESTS: ReadonlyMap<string, (process: Process, value: string) => boolean> = new Map([
  ['-e', (process, path) => process.files.stat(pathOf(process, path)) !== undefined],
  ['-f', (process, path) => process.files.stat(pathOf(process, path))?.directory === false],
  ['-d', (process, path) => process.files.stat(pathOf(process, path))?.directory === true],
  ['-s', (process, path) => (process.files.stat(pathOf(process, path))?.bytes.length ?? 0) > 0],
  ['-r', (process, path) => process.files.stat(pathOf(process, path)) !== undefined],
  ['-n', (_, text) => text !== ''],
  ['-z', (_, text) => text === ''],
]);

const COMPARISONS: ReadonlyMap<string, (a: string, b: string) => boolean> = new Map([
  ['=', (a, b) => a === b],
  ['==', (a, b) => a === b],
  ['!=', (a, b) => a !== b],
  ['-eq', (a, b) => Number(a) === Number(b)],
  ['-ne', (a, b) => Number(a) !== Number(b)],
  ['-lt', (a, b) => Number(a) < Number(b)],
  ['-le', (a, b) => Number(a) <= Number(b)],
  ['-gt', (a, b) => Number(a) > Number(b)],
  ['-ge', (a, b) => Number(a) >= Number(b)],
]);

/** `test` and `[`. */
export const test: Command = (process) => {
  let words = process.argv.slice(1);
  if (process.argv[0] === '[') words = words.slice(0, -1);
  const negated = words[0] === '!';
  if (negated) words = words.slice(1);
  const [first = '', second = '', third = ''] = words;
  const holds =
    words.length === 3
      ? COMPARISONS.get(second)?.(first, third)
      : words.length === 2
        ? TESTS.get(first)?.(process, second)
        : first !== '';
  if (holds === undefined) return complain(process, `${second || first}: unknown operand`, 2);
  return Number(holds === negated);
};
