import { createHash } from 'node:crypto';
import { access, constants, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt, run } from './run.ts';
import { withLock } from './lock.ts';
import { say } from './say.ts';
import { BINARY_CACHE, KUBERNETES_VERSION } from './settings.ts';

const GO_FOLDER = join(import.meta.dirname, 'go');

/** Without these the Kubernetes programs call themselves v0.0.0-master, which clients and the kubelet check. */
const VERSION_FLAGS = [
  `-X k8s.io/component-base/version.gitVersion=${KUBERNETES_VERSION}`,
  ...['Major', 'Minor'].map(
    (part, index) => `-X k8s.io/component-base/version.git${part}=${KUBERNETES_VERSION.slice(1).split('.')[index]}`,
  ),
].join(' ');

type Recipe = { readonly group: string; readonly module: string; readonly target: string; readonly flags?: string };

const kubernetes = (name: string): Recipe => ({
  group: 'kubernetes',
  module: 'k8s.io/kubernetes',
  target: `k8s.io/kubernetes/cmd/${name}`,
  flags: VERSION_FLAGS,
});

/** One small Go module a group, because the dependencies of two groups contradict each other. */
const RECIPES = {
  etcd: { group: 'etcd', module: 'go.etcd.io/etcd/server/v3', target: '.' },
  'kube-apiserver': kubernetes('kube-apiserver'),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  'kube-scheduler': kubernetes('kube-scheduler'),
  kubelet: kubernetes('kubelet'),
  'kube-proxy': kubernetes('kube-proxy'),
  kubectl: kubernetes('kubectl'),
  kwok: { group: 'kwok', module: 'sigs.k8s.io/kwok', target: 'sigs.k8s.io/kwok/cmd/kwok' },
  'metrics-server': {
    group: 'metrics-server',
    module: 'sigs.k8s.io/metrics-server',
    target: 'sigs.k8s.io/metrics-server/cmd/metrics-server',
  },
} as const satisfies Record<string, Recipe>;

export type BinaryName = keyof typeof RECIPES;

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where a build of the pinned module belongs: another pin or another dependency gives another file. */
async function cachePath(name: BinaryName, recipe: Recipe): Promise<string> {
  const folder = join(GO_FOLDER, recipe.group);
  const mod = await readFile(join(folder, 'go.mod'), 'utf8');
  const sum = await readFile(join(folder, 'go.sum'), 'utf8');
  const main = recipe.target === '.' ? await readFile(join(folder, 'main.go'), 'utf8') : '';
  const version = mod
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^require /, '')
        .split(' '),
    )
    .find(([path]) => path === recipe.module)?.[1];
  if (version === undefined) throw new Error(`${folder}/go.mod does not pin ${recipe.module}`);
  const hash = createHash('sha256')
    .update(mod)
    .update(sum)
    .update(main)
    .update(recipe.flags ?? '')
    .digest('hex')
    .slice(0, 12);
  return join(BINARY_CACHE, `${name}-${version}-${hash}`);
}

async function build(name: BinaryName, recipe: Recipe, target: string): Promise<void> {
  const started = performance.now();
  say(`building ${name} (once; minutes on a small machine)`);
  await mkdir(BINARY_CACHE, { recursive: true });
  const draft = `${target}.${process.pid}.new`;
  // The build takes a lower priority and two processors: people work on the machine meanwhile.
  const args = [
    '-n',
    '5',
    'go',
    'build',
    '-p',
    '2',
    '-trimpath',
    '-ldflags',
    `-s -w ${recipe.flags ?? ''}`.trim(),
    '-o',
    draft,
    recipe.target,
  ];
  try {
    await run('nice', args, {
      cwd: join(GO_FOLDER, recipe.group),
      env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off' },
    });
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
  say(`built ${name} in ${Math.round((performance.now() - started) / 1000)} s`);
}

const hasGo = async (): Promise<boolean> => (await attempt('go', ['version'])).code === 0;

/**
 * Finds a binary: in `KUBEBUILDER_ASSETS`, in the cache, or by building it there.
 * `undefined` when it is in neither place and there is no Go to build it with.
 */
export async function findBinary(name: BinaryName): Promise<string | undefined> {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && (await isExecutable(join(assets, name)))) return join(assets, name);
  const recipe: Recipe = RECIPES[name];
  const target = await cachePath(name, recipe);
  if (await isExecutable(target)) return target;
  if (!(await hasGo())) return undefined;
  await withLock(
    `build ${target}`,
    async () => {
      if (!(await isExecutable(target))) await build(name, recipe, target);
    },
    () => say(`waiting for another process that builds ${name}`),
  );
  return target;
}

/** All of the named binaries, or `undefined` when one cannot be had. Built one after the other, since each build takes all processors. */
export async function findBinaries<N extends BinaryName>(names: readonly N[]): Promise<Readonly<Record<N, string>> | undefined> {
  const found: Partial<Record<N, string>> = {};
  for (const name of names) {
    const path = await findBinary(name);
    if (path === undefined) return undefined;
    found[name] = path;
  }
  return found as Record<N, string>;
}
