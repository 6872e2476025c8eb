import { mkdir, lstat, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { userInfo } from 'node:os';
import { STATE_FOLDER } from './settings.ts';

/** What the machine remembers of its cluster between two commands. */
export type ClusterState = {
  /** Says which binaries and which layout were started; another fingerprint means another cluster. */
  readonly fingerprint: string;
  readonly hasNode: boolean;
  readonly hasMetrics: boolean;
  readonly hasFakeNodes: boolean;
  /** iptables chains of Kubernetes are ours to delete only if there were none before. */
  readonly ownsKubeChains: boolean;
  /** Whether the machine forwarded packets before we made it do so. */
  readonly forwardedBefore: boolean;
};

export const inState = (...parts: readonly string[]): string => join(STATE_FOLDER, ...parts);

/** Holds kubectl; `cluster env` puts it in front of the PATH. */
export const BIN_FOLDER = inState('bin');

export const KUBECONFIG_FILE = inState('kubeconfig.yaml');

/** Says whose cluster holds this machine if it is another user's; its folder would be unreadable, and its ports taken. */
export async function foreignOwner(): Promise<string | undefined> {
  const stats = await lstat(STATE_FOLDER).catch(() => undefined);
  // The parent folder is writable by everybody: what another user put there is not to be trusted.
  if (stats === undefined || (stats.isDirectory() && stats.uid === userInfo().uid)) return undefined;
  return `${STATE_FOLDER} belongs to user ${stats.uid}: a test cluster of that user holds this machine`;
}

async function assertOwnState(): Promise<void> {
  const foreign = await foreignOwner();
  if (foreign !== undefined) throw new Error(foreign);
}

/** Creates the state folder, readable by its owner alone because it holds private keys. */
export async function openStateFolder(): Promise<void> {
  await mkdir(STATE_FOLDER, { recursive: true, mode: 0o700 });
  await assertOwnState();
}

export async function writeStateFile(path: string, content: string, mode = 0o600): Promise<string> {
  const target = path.startsWith('/') ? path : inState(path);
  await mkdir(dirname(target), { recursive: true });
  const draft = `${target}.${process.pid}.new`;
  await writeFile(draft, content, { mode });
  await rename(draft, target);
  return target;
}

export const writeStateJson = (path: string, value: unknown): Promise<string> =>
  writeStateFile(path, `${JSON.stringify(value, undefined, 2)}\n`);

export async function linkInBinFolder(name: string, target: string): Promise<void> {
  await mkdir(BIN_FOLDER, { recursive: true });
  await rm(join(BIN_FOLDER, name), { force: true });
  await symlink(target, join(BIN_FOLDER, name));
}

/** Reads a text file; `undefined` when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function readState(): Promise<ClusterState | undefined> {
  await assertOwnState();
  const text = await readIfThere(inState('state.json'));
  return text === undefined ? undefined : (JSON.parse(text) as ClusterState);
}

export const writeState = (state: ClusterState): Promise<string> => writeStateJson('state.json', state);

export const removeStateFolder = (): Promise<void> => rm(STATE_FOLDER, { recursive: true, force: true });
