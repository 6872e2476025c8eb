import { request } from 'undici';

import { startPractice } from '../../../practice/index.ts';
import type { Images } from '../../../practice/programs/index.ts';
import { ensureCluster } from '../../cluster/index.ts';
import { accessIn } from './access.ts';
import type { Ground } from './place.ts';
import { container } from './samples.ts';

/** One of the two that keep the contract. */
export interface Target {
  readonly name: 'practice' | 'real';
  /** Nothing where this machine cannot have it. */
  readonly open: (() => Promise<Ground>) | undefined;
}

const cluster = await ensureCluster();

/** The store of the cluster that this machine runs; etcd's JSON gateway speaks for it. */
const ETCD = 'http://127.0.0.1:26379/v3/kv/compaction';

/** Answers every connection with this. */
const ANSWER = 'HTTP/1.0 200 OK\\r\\n\\r\\nhello';

async function openReal(): Promise<Ground> {
  if (cluster === undefined) throw new Error('there is no cluster');
  return {
    access: cluster.access,
    image: cluster.image,
    listener: container(cluster.image, `while true; do printf '${ANSWER}' | nc -l -p 8080; done`),
    hasNode: cluster.hasNode,
    forgetBeginnings: async () => {
      // A cluster of somebody else is old enough to have forgotten by itself, and etcd refuses to forget twice.
      if (cluster.isOwn) await (await request(ETCD, { method: 'POST', body: '{"revision":"100"}' })).body.dump();
    },
    stop: () => Promise.resolve(),
  };
}

/** Nothing runs in the practice cluster: what containers cannot be told by a script is told of their images. */
const IMAGES: Images = {
  'contract/listener': { ports: { 8080: { kind: 'http', paths: { '*': { body: 'hello' } } } } },
  'registry.invalid/*': { pull: { error: 'Unreachable' } },
};

async function openPractice(): Promise<Ground> {
  const practice = await startPractice({ rbac: true, nodes: [{ name: 'practice-node' }], images: IMAGES });
  return {
    access: accessIn(practice.kubeconfig()),
    image: 'busybox:1.37',
    listener: { name: 'app', image: 'contract/listener' },
    hasNode: true,
    forgetBeginnings: () => Promise.resolve(practice.compact()),
    stop: () => practice.stop(),
  };
}

export const TARGETS: readonly Target[] = [
  { name: 'practice', open: openPractice },
  { name: 'real', open: cluster === undefined ? undefined : openReal },
];
