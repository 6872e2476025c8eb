import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { arch, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { attempt, run } from './run.ts';
import { BUSYBOX_IMAGE, PAUSE_IMAGE } from './settings.ts';
import { ctr } from './containerd.ts';
import { which } from './packages.ts';
import { withLock } from './lock.ts';

export type ImageOptions = {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** `KEY=value` each. */
  readonly env?: readonly string[];
  /** @default '/' */
  readonly workingDir?: string;
  /** User id, or `uid:gid`. @default '0' */
  readonly user?: string;
};

const sha256 = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

/** A tar file whose bytes depend on the folder's content alone. */
const tar = (folder: string, file: string, entries: readonly string[]): Promise<string> =>
  run('tar', [
    '--create',
    '--file',
    file,
    '--directory',
    folder,
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    ...entries,
  ]);

/** Writes a docker-archive: a layer, a configuration and a manifest (https://github.com/moby/docker-image-spec). */
async function writeArchive(name: string, folder: string, options: ImageOptions, work: string): Promise<string> {
  await tar(folder, join(work, 'layer.tar'), ['.']);
  const config = JSON.stringify({
    architecture: arch() === 'x64' ? 'amd64' : arch(),
    os: 'linux',
    config: {
      Entrypoint: options.entrypoint ?? null,
      Cmd: options.cmd ?? null,
      Env: options.env ?? ['PATH=/bin:/usr/bin:/usr/local/bin'],
      WorkingDir: options.workingDir ?? '/',
      User: options.user ?? '0',
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${await sha256(join(work, 'layer.tar'))}`] },
    history: [{ created_by: 'fairlead test cluster' }],
  });
  const configName = `${createHash('sha256').update(config).digest('hex')}.json`;
  await writeFile(join(work, configName), config);
  await writeFile(join(work, 'manifest.json'), JSON.stringify([{ Config: configName, RepoTags: [name], Layers: ['layer.tar'] }]));
  const archive = join(work, 'image.tar');
  await tar(work, archive, ['manifest.json', configName, 'layer.tar']);
  return archive;
}

/**
 * Makes a container image of a folder and loads it into the node, without a registry.
 * @param name full name with a tag other than `latest`, or the kubelet would try to pull it: `localhost/tool:1`
 * @param folder becomes the image's root
 */
export async function makeImage(name: string, folder: string, options: ImageOptions = {}): Promise<void> {
  if (!/:[^/]+$/.test(name) || name.endsWith(':latest')) throw new Error(`image ${name} needs a tag other than latest`);
  const work = await mkdtemp(join(tmpdir(), 'fairlead-image-'));
  try {
    await ctr('images', 'import', await writeArchive(name, folder, options, work));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Whether the node has an image of that full name. */
export async function hasImage(name: string): Promise<boolean> {
  return (await ctr('images', 'list', '-q')).split('\n').includes(name);
}

/**
 * Copies a program of this machine, and the libraries it is linked with, into a folder that becomes an image.
 * @param target path inside the image, `/bin/node`
 */
export async function addProgram(folder: string, program: string, target: string): Promise<void> {
  const destination = join(folder, target);
  await mkdir(dirname(destination), { recursive: true });
  await copyFile(await realpath(program), destination);
  await chmod(destination, 0o755);
  const libraries = await attempt('ldd', [program]);
  // ldd fails for a static program, which needs nothing beside itself.
  if (libraries.code !== 0) return;
  for (const [, path] of libraries.stdout.matchAll(/(\/\S+) \(0x/g)) {
    if (path === undefined) continue;
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await cp(await realpath(path), join(folder, path), { dereference: true });
  }
}

async function writeBusybox(folder: string): Promise<void> {
  const busybox = await which('busybox');
  if (busybox === undefined) throw new Error('busybox is not installed');
  await addProgram(folder, busybox, '/bin/busybox');
  const applets = (await run(busybox, ['--list'])).split('\n').filter((applet) => applet !== '' && applet !== 'busybox');
  await Promise.all(applets.map((applet) => symlink('busybox', join(folder, 'bin', basename(applet)))));
  await Promise.all(['tmp', 'etc', 'root', 'www', 'var'].map((name) => mkdir(join(folder, name), { recursive: true })));
  await chmod(join(folder, 'tmp'), 0o1777);
  await writeFile(join(folder, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n');
  await writeFile(join(folder, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
}

/** The images that every pod needs: pause for sandboxes, busybox (sh, nc, httpd) for everything else. */
export function ensureBaseImages(): Promise<void> {
  return withLock('images', async () => {
    if ((await hasImage(PAUSE_IMAGE)) && (await hasImage(BUSYBOX_IMAGE))) return;
    const folder = await mkdtemp(join(tmpdir(), 'fairlead-busybox-'));
    try {
      await writeBusybox(folder);
      await makeImage(BUSYBOX_IMAGE, folder, { cmd: ['sh'] });
      await makeImage(PAUSE_IMAGE, folder, { entrypoint: ['/bin/busybox', 'sleep', '2147483647'] });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
