import { posix } from 'node:path';

import { FileError, type FileEntry } from '../files.ts';
import { complain, pathOf, type Command, type Process } from '../process.ts';
import { bytesOf, readAll } from '../streams.ts';
import { optionsOf } from './options.ts';

/** The archive format's unit, for headers and contents alike. */
const BLOCK = 512;

/** Where a header's fields stand: offset and length, as in POSIX ustar. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  modified: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
} as const;

/** `tar` as far as `kubectl cp` and people use it: `cf`, `xf` and `tf`, of a file or of stdin and stdout, with `-C`. */
export const tar: Command = async (process) => {
  // The first word may be letters without a dash: `tar xf -`.
  const [name = 'tar', first = '', ...more] = process.argv;
  const argv = [name, first.startsWith('-') ? first : `-${first}`, ...more];
  const { flags, values, rest } = optionsOf({ ...process, argv }, 'fC');
  const directory = values.has('C') ? pathOf(process, values.get('C') ?? '') : process.directory;
  const archive = values.get('f') ?? '-';
  const inside = { ...process, directory };
  try {
    if (flags.has('c')) return await create(inside, archive, rest);
    const bytes = archive === '-' ? await readAll(process.stdin) : process.files.read(pathOf(process, archive));
    if (flags.has('x')) return extract(inside, bytes);
    if (flags.has('t')) {
      for (const entry of entriesOf(bytes)) await process.stdout.write(`${entry.name}\n`);
      return 0;
    }
  } catch (error) {
    if (error instanceof FileError) return await complain(process, `${archive}: ${error.message}`, 2);
    throw error;
  }
  return await complain(process, 'You must specify one of the -c, -t or -x options', 2);
};

async function create(process: Process, archive: string, names: readonly string[]): Promise<number> {
  let code = 0;
  const blocks: Uint8Array[] = [];
  for (const name of names) {
    const path = pathOf(process, name);
    if (process.files.stat(path) === undefined) {
      code = await complain(process, `${name}: Cannot stat: No such file or directory`, 2);
      continue;
    }
    if (name.startsWith('/')) await complain(process, "Removing leading `/' from member names");
    for (const [member, entry] of membersOf(process, path, name.replace(/^\/+/, '')))
      blocks.push(header(member, entry), entry.bytes, new Uint8Array(padding(entry.bytes.length)));
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  if (archive === '-') for (const block of blocks) await process.stdout.write(block);
  else process.files.write(pathOf(process, archive), Buffer.concat(blocks));
  return code;
}

/** A file, or a directory with everything in it, under the names that they have in the archive. */
function* membersOf(process: Process, path: string, name: string): Generator<readonly [string, FileEntry]> {
  const entry = process.files.stat(path);
  if (entry === undefined) return;
  yield [entry.directory ? `${name}/` : name, entry];
  if (!entry.directory) return;
  for (const inside of process.files.list(path)) yield* membersOf(process, posix.join(path, inside), posix.join(name, inside));
}

function header(name: string, { directory, mode, bytes, modified }: FileEntry): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const put = (field: keyof typeof FIELDS, text: string): number => block.write(text, FIELDS[field][0], FIELDS[field][1]);
  const octal = (field: keyof typeof FIELDS, value: number): number =>
    put(field, `${value.toString(8).padStart(FIELDS[field][1] - 1, '0')}\0`);
  const [short, prefix] = splitName(name);
  put('name', short);
  put('prefix', prefix);
  octal('mode', mode);
  octal('uid', 0);
  octal('gid', 0);
  octal('size', bytes.length);
  octal('modified', Math.floor(modified / 1000));
  put('type', directory ? '5' : '0');
  put('magic', 'ustar\u000000');
  // The sum is taken with its own field full of blanks.
  put('checksum', ' '.repeat(8));
  put(
    'checksum',
    `${block
      .reduce((total, byte) => total + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
  );
  return block;
}

/** A long name is cut at a slash: its end into one field, what stands before into another. */
function splitName(name: string): readonly [string, string] {
  if (Buffer.byteLength(name) <= FIELDS.name[1]) return [name, ''];
  const cut = name.indexOf('/', name.length - FIELDS.name[1] - 1);
  if (cut < 0 || cut > FIELDS.prefix[1]) throw new FileError('File name too long');
  return [name.slice(cut + 1), name.slice(0, cut)];
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

interface Member {
  readonly name: string;
  readonly directory: boolean;
  readonly mode: number;
  readonly bytes: Uint8Array;
}

function* entriesOf(archive: Uint8Array): Generator<Member> {
  const buffer = Buffer.from(archive);
  let longName: string | undefined;
  for (let at = 0, next = 0; at + BLOCK <= buffer.length && buffer[at] !== 0; at = next) {
    const field = ([offset, length]: readonly [number, number]): string =>
      buffer.toString('utf8', at + offset, at + offset + length).replace(/\0.*$/s, '');
    // What is no size, or less than none, must not lead back.
    const size = Math.max(Number.parseInt(field(FIELDS.size), 8) || 0, 0);
    const bytes = buffer.subarray(at + BLOCK, at + BLOCK + size);
    const type = field(FIELDS.type);
    next = at + BLOCK + size + padding(size);
    // What Go and GNU write before a member whose name does not fit: its name, as a member of its own.
    if (type === 'L') longName = bytes.toString().replace(/\0.*$/s, '');
    else if (type === 'x') longName = /\d+ path=([^\n]*)\n/.exec(bytes.toString())?.[1];
    else if (type !== 'g') {
      const prefix = field(FIELDS.prefix);
      const name = longName ?? (prefix === '' ? field(FIELDS.name) : `${prefix}/${field(FIELDS.name)}`);
      longName = undefined;
      yield { name, directory: type === '5', mode: Number.parseInt(field(FIELDS.mode), 8) & 0o777, bytes };
    }
  }
}

function extract(process: Process, archive: Uint8Array): number {
  for (const { name, directory, mode, bytes } of entriesOf(archive)) {
    const path = pathOf(process, posix.resolve('/', name).slice(1));
    if (directory) process.files.makeDirectory(path);
    else {
      process.files.makeDirectory(posix.dirname(path));
      process.files.write(path, bytesOf(bytes), { mode });
    }
  }
  return 0;
}
