import type { Cancel, Store } from '../../model.ts';
import type { Images } from '../../programs/index.ts';
import { clusterAs } from '../cluster.ts';
import { isStopped, pressureOf } from '../nodes/index.ts';
import { isOver } from '../pod-phase.ts';
import type { Node, Pod } from '../shapes.ts';
import { workQueue } from '../work-queue.ts';
import { newHost, type Host } from './host.ts';
import { PodWorker } from './pod-worker.ts';
import { statusReports } from './reports.ts';

/** A node that is short of something evicts one pod after the other, in case that is enough. */
const EVICTION_MS = 10_000;

/**
 * Runs a kubelet on each node that there is: it brings the pods that are bound to the node to life.
 * @param present when somebody can look first, in milliseconds since the epoch
 */
export function startKubelets(store: Store, images: Images, present: number): Cancel {
  const cluster = clusterAs(store, 'kubelet');
  const reports = statusReports(store.clock, present);
  const hosts = new Map<string, Host>();
  const workers = new Map<string, PodWorker>();
  const keys = new Map<string, { readonly namespace: string | undefined; readonly name: string }>();

  const hostOf = (name: string): Host | undefined => {
    const known = hosts.get(name);
    if (known !== undefined) return known;
    const node = cluster.get('nodes', undefined, name);
    if (node === undefined || isStopped(node)) return undefined;
    const podRange = node.spec?.podCIDR ?? '10.244.0.0/24';
    const host = newHost({
      cluster,
      name,
      images,
      reports,
      podRange,
      ip: () => addressOf(cluster.get('nodes', undefined, name)),
    });
    hosts.set(name, host);
    return host;
  };
  const workerOf = (pod: Pod): PodWorker | undefined => {
    const { uid } = pod.metadata;
    const known = workers.get(uid);
    if (known !== undefined || (isOver(pod) && pod.metadata.deletionTimestamp === undefined)) return known;
    const host = hostOf(pod.spec.nodeName ?? '');
    if (host === undefined) return undefined;
    const worker = new PodWorker(host, pod);
    workers.set(uid, worker);
    return worker;
  };
  const queue = workQueue(store.clock, (uid) => {
    const { namespace, name } = keys.get(uid) ?? { namespace: undefined, name: '' };
    const pod = cluster.get('pods', namespace, name);
    keys.delete(uid);
    if (pod?.metadata.uid === uid) workerOf(pod)?.sync();
  });
  const look = ({ metadata: { uid, namespace, name } }: Pod): void => {
    keys.set(uid, { namespace, name });
    queue.add(uid);
  };
  const stopPods = cluster.follow('pods', ({ type, object: pod, before }) => {
    if (pod.spec.nodeName === undefined || pod.spec.nodeName === '') return;
    const { uid, generation, deletionTimestamp } = pod.metadata;
    if (type === 'DELETED') {
      workers.get(uid)?.forget();
      workers.delete(uid);
      return;
    }
    const isOurs = before?.metadata.generation === generation && before?.metadata.deletionTimestamp === deletionTimestamp;
    if (!isOurs || before?.spec.nodeName !== pod.spec.nodeName) look(pod);
  });
  const onNode = (name: string): readonly Pod[] => cluster.list('pods').filter(({ spec }) => spec.nodeName === name);
  /** A kubelet that is gone knows nothing any more; the next one goes by what the pods' status says. */
  const stopHost = (name: string): void => {
    hosts.delete(name);
    for (const { metadata } of onNode(name)) {
      workers.get(metadata.uid)?.forget();
      workers.delete(metadata.uid);
    }
  };
  const evictions = workQueue(store.clock, (name) => {
    const node = cluster.get('nodes', undefined, name);
    const pressure = node && pressureOf(node);
    const victim =
      pressure &&
      onNode(name).find((pod) => pod.status?.qosClass === 'BestEffort' && workers.has(pod.metadata.uid) && !isOver(pod));
    if (victim === undefined || pressure === undefined) return;
    workers.get(victim.metadata.uid)?.evict(pressure);
    evictions.addAfter(name, EVICTION_MS);
  });
  const stopNodes = cluster.follow('nodes', ({ type, object: node, before }) => {
    const { name } = node.metadata;
    if (type === 'DELETED' || isStopped(node)) return stopHost(name);
    if (before === undefined || isStopped(before)) for (const pod of onNode(name)) if (!workers.has(pod.metadata.uid)) look(pod);
    if (pressureOf(node) !== undefined && before?.metadata.annotations !== node.metadata.annotations)
      evictions.addAfter(name, EVICTION_MS);
  });
  return () => {
    stopPods();
    stopNodes();
    queue.stop();
    evictions.stop();
    for (const worker of workers.values()) worker.forget();
  };
}

const addressOf = (node: Node | undefined): string =>
  node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '127.0.0.1';
