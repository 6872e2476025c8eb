import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { packTar, type TarHeader } from 'modern-tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { useBench } from '../../../test/support/bench.ts';
import { ended, startStreamServer, type OpenedStream } from '../../../test/support/stream-server.ts';
import { openConnection } from '../../kubernetes/streams/streams.fake.ts';
import { allowedPath } from './allowed-path.ts';
import { archiveOf, membersOf } from './archive.ts';
import { copyFrom, pathBelow } from './from.ts';
import { copyTo } from './to.ts';
import { LocalFolder, localTarget } from './local-folder.ts';
import { localFiles, textFile } from './local-files.ts';
import { MemoryFolder } from './memory-folder.ts';
import { remotePath } from './remote-path.ts';

const bench = useBench();
let folder = '';

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fairlead-files-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Entry extends Partial<TarHeader> {
  readonly name: string;
  readonly body?: string;
}

/** A container whose tar writes these entries, believe it or not. */
async function containerWith(entries: readonly Entry[] | Buffer) {
  const archive = Buffer.isBuffer(entries)
    ? entries
    : await packTar(entries.map(({ body = '', ...header }) => ({ header: { size: Buffer.byteLength(body), ...header }, body })));
  return container(({ say }) => {
    for (let from = 0; from < archive.length; from += 4_000) say(1, Buffer.from(archive.subarray(from, from + 4_000)));
    say(3, ended(0));
  });
}

async function container(handle: (stream: OpenedStream) => unknown) {
  const server = await startStreamServer({ pair: bench.pair(), handle });
  bench.atEnd(() => server.close());
  return openConnection(bench.connect(server.url));
}

const place = { namespace: 'shop', pod: 'web', path: '/data/site' };

describe('files from a container', () => {
  it('come with what is in them', async () => {
    const connection = await containerWith([
      { name: 'site/', type: 'directory' },
      { name: 'site/index.html', body: '<p>' },
      { name: './site/in/deep.txt', body: 'deep', mode: 0o4755 },
    ]);
    const base = join(folder, 'out');
    expect(await copyFrom(connection, place, new LocalFolder(base))).toMatchObject({
      files: 2,
      folders: 1,
      bytes: 7,
      leftOut: 0,
    });
    expect(await readFile(join(base, 'index.html'), 'utf8')).toBe('<p>');
    expect((await lstat(join(base, 'in/deep.txt'))).mode & 0o7000).toBe(0);
  });

  it('never leave the folder, whatever the archive says', async () => {
    const connection = await containerWith([
      { name: 'site/', type: 'directory' },
      { name: '../../escaped', body: 'x' },
      { name: 'site/../../escaped', body: 'x' },
      { name: '/etc/passwd', body: 'x' },
      { name: 'site/a\\..\\b', body: 'x' },
      { name: 'other/file', body: 'x' },
      { name: 'site/link', type: 'symlink', linkname: '/etc' },
      { name: 'site/link/passwd', body: 'beside the link' },
      { name: 'site/hard', type: 'link', linkname: '/etc/passwd' },
      { name: 'site/device', type: 'character-device' },
      { name: 'site/fifo', type: 'fifo' },
    ]);
    const copied = await copyFrom(connection, place, new LocalFolder(join(folder, 'out')));
    expect(copied).toMatchObject({ files: 1, folders: 1, leftOut: 9 });
    expect(await readdir(folder)).toEqual(['out']);
    // The link was never made, so that what pretends to lie behind it is an ordinary file.
    expect((await lstat(join(folder, 'out/link'))).isDirectory()).toBe(true);
    expect((await readdir(join(folder, 'out'))).toSorted()).toEqual(['link']);
  });

  it('are not written through links that are there already', async () => {
    const secret = join(folder, 'secret');
    await writeFile(secret, 'kept');
    await mkdir(join(folder, 'out'));
    await symlink(secret, join(folder, 'out/index.html'));
    await symlink(folder, join(folder, 'out/in'));
    for (const name of ['site/index.html', 'site/in/secret']) {
      const connection = await containerWith([{ name, body: 'overwritten' }]);
      await expect(copyFrom(connection, place, new LocalFolder(join(folder, 'out')))).rejects.toThrow('cannot be written');
    }
    expect(await readFile(secret, 'utf8')).toBe('kept');
  });

  it('end where they are too many or too large, whatever size they claim', async () => {
    const many = await containerWith(Array.from({ length: 5 }, (_, index) => ({ name: `site/${index}`, body: 'x' })));
    await expect(copyFrom(many, place, new MemoryFolder(100), { members: 4 })).rejects.toThrow('more than 4 files');
    const large = await containerWith([{ name: 'site', body: 'x'.repeat(2_000) }]);
    await expect(copyFrom(large, place, new MemoryFolder(100), { bytes: 1_000 })).rejects.toThrow('more than 1000 bytes');
  });

  it('are followed to where a link leads, and no further than some links', async () => {
    let asked = 0;
    const connection = await container(async ({ say }) => {
      asked++;
      const link: TarHeader = { name: 'site', size: 0, type: 'symlink', linkname: '..data/real' };
      const file = { header: { name: 'real', size: 4 }, body: 'here' };
      say(1, Buffer.from(await packTar([asked === 1 ? { header: link } : file])));
      say(3, ended(0));
    });
    const memory = new MemoryFolder(100);
    await copyFrom(connection, place, memory);
    expect(memory.found).toEqual([{ path: '', size: 4, bytes: Buffer.from('here') }]);
    const turning = await containerWith([{ name: 'site', type: 'symlink', linkname: 'site' }]);
    await expect(copyFrom(turning, place, memory)).rejects.toThrow('from link to link');
  });

  it.each([
    ['/data/site', '../real/site', '/real'],
    ['app/site', '../real/site', './real'],
    ['app/site', '/real/site', '/real'],
  ])('of %s that leads to %s are looked for in %s', async (path, linkname, directory) => {
    const asked: (string | undefined)[] = [];
    const connection = await container(async ({ request, say }) => {
      const argv = new URL(request.url ?? '', 'https://test').searchParams.getAll('command');
      asked.push(argv.at(argv.indexOf('-C') + 1));
      const link: TarHeader = { name: 'site', size: 0, type: 'symlink', linkname };
      const file = { header: { name: 'site', size: 4 }, body: 'here' };
      say(1, Buffer.from(await packTar([asked.length === 1 ? { header: link } : file])));
      say(3, ended(0));
    });
    await copyFrom(connection, { ...place, path }, new MemoryFolder(100));
    expect(asked[1]).toBe(directory);
  });

  it.each([
    ['no tar', { status: 'Failure', message: 'exec: "tar": executable file not found in $PATH' }, 'There is no tar'],
    ['nothing there', JSON.parse(ended(2)) as object, 'could not copy "/data/site"'],
  ])('say that there is %s', async (_, status, said) => {
    const connection = await container(({ say }) => say(3, JSON.stringify(status)));
    await expect(copyFrom(connection, place, new MemoryFolder(1))).rejects.toThrow(said);
  });

  it('are an error when the archive is broken', async () => {
    for (const bytes of [
      Buffer.alloc(5_000, 'x'),
      Buffer.from(await packTar([{ header: { name: 'site', size: 9 }, body: 'x'.repeat(9) }])).subarray(0, 515),
    ]) {
      const connection = await containerWith(bytes);
      await expect(copyFrom(connection, place, new MemoryFolder(100))).rejects.toThrow();
    }
  });
});

describe('files to a container', () => {
  it('arrive as an archive of what there is, links left out', async () => {
    await mkdir(join(folder, 'in/deep'), { recursive: true });
    await writeFile(join(folder, 'in/deep/--file'), 'y'.repeat(100_000));
    await symlink('/etc/passwd', join(folder, 'in/link'));
    const received: Buffer[] = [];
    const connection = await container(({ webSocket, say }) => {
      webSocket.on('message', (data) => {
        const [channel] = data as Buffer;
        if (channel === 255) say(3, ended(0));
        else received.push((data as Buffer).subarray(1));
      });
    });
    expect(await copyTo(connection, place, localFiles(join(folder, 'in')))).toEqual({ files: 1, folders: 2, bytes: 100_000 });
    const names: string[] = [];
    for await (const member of membersOf([Buffer.concat(received)] as unknown as AsyncIterable<Uint8Array>)) {
      names.push(member.name);
      await member.body.cancel();
    }
    expect(names.map((name) => name.replace(/\/$/, ''))).toEqual(['site', 'site/deep', 'site/deep/--file']);
  });

  it('end with the complaint of a tar that gives up', async () => {
    const connection = await container(({ say }) => {
      say(2, "tar: can't change directory to '/data'");
      say(3, ended(1));
    });
    await expect(copyTo(connection, place, textFile('x'.repeat(200_000)))).rejects.toThrow("can't change directory");
  });
});

describe('archives', () => {
  it('hold any bytes under any name that is one', async () => {
    const part = fc
      .stringMatching(/^[^/\0\\]{1,60}$/)
      .filter((name) => name !== '.' && name !== '..' && !/[\ud800-\udfff]/.test(name));
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 6 }),
        fc.uint8Array({ maxLength: 3_000 }),
        async (parts, bytes) => {
          const name = ['site', ...parts].join('/');
          const items = async function* () {
            yield {
              name,
              mode: 0o644,
              file: {
                size: bytes.length,
                open: async function* () {
                  yield bytes;
                },
              },
            };
          };
          for await (const member of membersOf(archiveOf(items()))) {
            expect(pathBelow('site', member.name)).toBe(parts.join('/'));
            expect(Buffer.concat(await Array.fromAsync(member.body))).toEqual(Buffer.from(bytes));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('paths', () => {
  it.each([
    ['/etc/nginx/', '/etc/nginx'],
    ['-rf', './-rf'],
    ['--checkpoint-action=exec=sh', './--checkpoint-action=exec=sh'],
    ['a/../../b', './../b'],
    ['/', '/'],
  ])('%j in a container is %j', (path, clean) => {
    expect(remotePath(path)).toBe(clean);
  });

  it.each(['', 'a\0b', 'x'.repeat(200_000)])('in a container cannot be some', (path) => {
    expect(() => remotePath(path)).toThrow('cannot be');
  });

  it('of this machine lie in an allowed folder, links followed', async () => {
    await mkdir(join(folder, 'open'));
    await symlink('/etc', join(folder, 'open/etc'));
    await symlink(join(folder, 'open'), join(folder, 'way'));
    const allowed = [join(folder, 'open')];
    expect(await allowedPath(join(folder, 'open/new'), allowed)).toBe(join(folder, 'open/new'));
    expect(await allowedPath(join(folder, 'way/new'), allowed)).toBe(join(folder, 'open/new'));
    for (const path of [
      '/etc/passwd',
      'open/new',
      join(folder, 'open/../x'),
      join(folder, 'open/etc/passwd'),
      join(folder, 'open-too'),
      `${folder}/open/\0`,
      join(folder, 'none/x'),
    ])
      await expect(allowedPath(path, allowed), path).rejects.toMatchObject({ code: 'local-path' });
    await expect(allowedPath(folder, [])).rejects.toThrow('No folder');
  });

  it('of a folder that is there are where a copy goes by its own name', async () => {
    expect(await localTarget(folder, '/etc/nginx/')).toBe(join(folder, 'nginx'));
    expect(await localTarget(join(folder, 'new'), '/etc/nginx')).toBe(join(folder, 'new'));
  });
});
