import type { Store } from '../model.ts';
import { fileSystem, type FileSystem, type Program } from '../programs/index.ts';
import { hostnameOf } from './environment.ts';
import { mountedFiles, mountPoints } from './mounts.ts';
import type { Container, Pod } from './shapes.ts';

/** The containers' own files: made when first looked into, kept as long as the pod. */
export class ContainerFiles {
  readonly #store: Store;
  readonly #byPod = new Map<string, Map<string, FileSystem>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** @param run what tells this run of the container from others: each begins with the image's files */
  of(pod: Pod, container: Container, run: string, program: Program): FileSystem {
    const ofPod = this.#byPod.get(pod.metadata.uid) ?? new Map<string, FileSystem>();
    this.#byPod.set(pod.metadata.uid, ofPod);
    let files = ofPod.get(run);
    if (files === undefined) {
      files = fileSystem({ ...ordinaryFiles(pod), ...program.files }, () => this.#store.clock.now());
      for (const directory of mountPoints(container)) files.makeDirectory(directory);
      ofPod.set(run, files);
    }
    return files.withMounts(mountedFiles(this.#store, pod, container));
  }

  forget(podUid: string): void {
    this.#byPod.delete(podUid);
  }
}

const ordinaryFiles = (pod: Pod): Readonly<Record<string, string>> => ({
  '/etc/hostname': `${hostnameOf(pod)}\n`,
  '/etc/hosts': `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n${pod.status?.podIP ?? ''}\t${hostnameOf(pod)}\n`,
  '/etc/resolv.conf': `search ${pod.metadata.namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n`,
  '/etc/os-release': 'PRETTY_NAME="Practice Linux"\nNAME="Practice Linux"\nID=practice\n',
});
