import { readFile, rm, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt, run } from './run.ts';
import { ADDRESSES, BRIDGES, CGROUP, PAUSE_IMAGE, STATE_FOLDER } from './settings.ts';
import { end, ensureRunning, stop, untilReady } from './processes.ts';
import { inState, writeStateFile, writeStateJson } from './state.ts';
import { which } from './packages.ts';

export const CONTAINERD_SOCKET = inState('containerd.sock');

const NETWORK_NAME = 'fairlead';

const CGROUP_ROOT = '/sys/fs/cgroup';

const config = (): string => `version = 2
root = "${inState('containerd')}"
state = "${inState('run')}"
# Without Debian's own configuration nothing else of the machine is touched.
imports = []
[grpc]
address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${PAUSE_IMAGE}"
# Where the machine itself may not lower OOM scores, runc fails without this ("can't get final child's PID from pipe: EOF").
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${inState('cni')}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = false
Root = "${inState('runc')}"
`;

const cniConfig = {
  cniVersion: '0.4.0',
  name: NETWORK_NAME,
  plugins: [
    {
      type: 'bridge',
      bridge: BRIDGES.pods,
      isGateway: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: inState('cni-addresses'),
        ranges: [[{ subnet: ADDRESSES.realPods }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
};

/** Runs `ctr` in the namespace that the kubelet's pods live in. */
export const ctr = (...args: readonly string[]): Promise<string> =>
  run('ctr', ['-a', CONTAINERD_SOCKET, '-n', 'k8s.io', ...args]);

const answers = async (): Promise<boolean> => (await attempt('ctr', ['-a', CONTAINERD_SOCKET, 'version'])).code === 0;

export async function ensureContainerd(): Promise<void> {
  await writeStateJson('cni/10-fairlead.conflist', cniConfig);
  const file = await writeStateFile('config/containerd.toml', config());
  await ensureRunning({ name: 'containerd', command: (await which('containerd')) ?? 'containerd', args: ['--config', file] });
  await untilReady('containerd', answers, 20_000);
}

/** The folders of our cgroup: one in each hierarchy of cgroup v1, a single one in v2. */
export async function cgroupFolders(): Promise<string[]> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  return mounts
    .filter(([, path, type]) => (type === 'cgroup' || type === 'cgroup2') && path?.startsWith(CGROUP_ROOT))
    .map(([, path]) => join(path ?? CGROUP_ROOT, CGROUP));
}

/** A cgroup's folders, the deepest first, because only an empty one can be removed. */
async function cgroupTree(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => cgroupTree(join(folder, entry.name))),
  );
  return entries.length > 0 ? [...below.flat(), folder] : [];
}

/** Pids of all processes in containers, known by their cgroup: no container can leave it. */
async function containerPids(): Promise<number[]> {
  const pids = new Set<number>();
  for (const root of await cgroupFolders()) {
    for (const folder of await cgroupTree(root)) {
      const members = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '');
      for (const pid of members.split('\n').filter(Boolean)) pids.add(Number(pid));
    }
  }
  pids.delete(0);
  return [...pids];
}

/** Shims survive containerd by design, and are known by the socket that they report to. */
async function shimPids(): Promise<number[]> {
  const pids: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const command = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (command[0]?.includes('containerd-shim') === true && command.includes(CONTAINERD_SOCKET)) pids.push(Number(entry));
  }
  return pids;
}

async function unmountAll(): Promise<void> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').map((line) => line.split(' ')[4] ?? '');
  // A later mount may stand on an earlier one.
  for (const path of mounts.filter((mount) => mount.startsWith(`${STATE_FOLDER}/`)).toReversed()) {
    const plain = await attempt('umount', [path]);
    if (plain.code !== 0) await run('umount', ['-l', path]);
  }
}

/** CNI keeps results of every sandbox in a folder whose place cannot be configured. */
async function forgetCniResults(): Promise<void> {
  const folder = '/var/lib/cni/results';
  for (const entry of await readdir(folder).catch(() => [])) {
    if (entry.startsWith(`${NETWORK_NAME}-`)) await rm(join(folder, entry), { force: true });
  }
}

/** A killed shim leaves its socket in a folder whose place cannot be configured; one that the kernel does not know has no owner. */
async function removeDeadSockets(): Promise<void> {
  const folder = '/run/containerd/s';
  const bound = await readFile('/proc/net/unix', 'utf8');
  for (const entry of await readdir(folder).catch(() => [])) {
    if (!bound.includes(join(folder, entry))) await rm(join(folder, entry), { force: true });
  }
}

/**
 * Stops containerd, kills every container and shim, and removes mounts and cgroups.
 * Works from what the kernel knows, so it does not matter whether containerd was alive.
 */
export async function removeContainers(): Promise<void> {
  await stop('containerd');
  await end(await containerPids(), 'containers', 0);
  await end(await shimPids(), 'shims', 0);
  await unmountAll();
  for (const root of await cgroupFolders()) {
    for (const folder of await cgroupTree(root)) await attempt('rmdir', [folder]);
  }
  await forgetCniResults();
  await removeDeadSockets();
}
