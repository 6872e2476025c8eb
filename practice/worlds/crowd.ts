import type { Cancel, KubeObject, Store } from '../model.ts';
import type { Crowd } from './world.ts';

const MANAGER = 'kubectl-client-side-apply';
const PODS_A_DEPLOYMENT = 10;
const PODS_A_NODE = 100;
/** Changes come in small bursts, so many times a second. */
const BURSTS = 20;
/** Of so many changes one is a pod that is deleted and replaced; the others are heartbeats of pods. */
const REPLACED = 20;

/** Nodes and deployments enough for a crowd. */
export function bringIn({ pods, namespaces }: Crowd, store: Store): void {
  const deployments = Math.ceil(pods / PODS_A_DEPLOYMENT);
  for (let index = 0; index < namespaces; index++) {
    store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `team-${index}` } }, MANAGER);
  }
  for (let index = 0; index < deployments; index++) {
    const left = pods - index * PODS_A_DEPLOYMENT;
    store.create('deployments.apps', deployment(index, `team-${index % namespaces}`, Math.min(PODS_A_DEPLOYMENT, left)), MANAGER);
  }
}

/** How many machines a crowd needs. */
export const machinesFor = ({ pods }: Crowd): number => Math.ceil(pods / PODS_A_NODE);

function deployment(index: number, namespace: string, replicas: number) {
  const name = `app-${index}`;
  const container = {
    name: 'app',
    image: `registry.example/app:${index % 7}`,
    resources: { requests: { cpu: '10m', memory: '16Mi' } },
  };
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
}

/** Changes objects all the time. */
export function churn({ churn: perSecond }: Crowd, store: Store): Cancel {
  if (perSecond === 0) return () => undefined;
  let cancel: Cancel = () => undefined;
  let owed = 0;
  let last = store.clock.now();
  let changes = 0;
  let pods: readonly KubeObject[] = [];
  const pick = (): KubeObject | undefined => {
    const known = pods[Math.floor(store.random.next() * pods.length)];
    return known && store.get('pods', known.metadata.namespace, known.metadata.name);
  };
  const burst = (): void => {
    const now = store.clock.now();
    // What a busy machine was late with is made up for, if it was not long.
    owed = Math.min(owed + (perSecond * (now - last)) / 1_000, perSecond);
    last = now;
    for (; owed >= 1; owed--) {
      let pod = pick();
      if (pod === undefined) {
        // Some that were known have been replaced.
        pods = store.list('pods');
        pod = pick();
      }
      if (pod !== undefined) change(store, pod, ++changes);
    }
    cancel = store.clock.after(1_000 / BURSTS, burst);
  };
  cancel = store.clock.after(1_000 / BURSTS, burst);
  return () => cancel();
}

function change(store: Store, pod: KubeObject, number: number): void {
  const { name, namespace } = pod.metadata;
  if (number % REPLACED === 0) {
    store.delete('pods', namespace, name, { gracePeriodSeconds: 0 });
    return;
  }
  const annotations = { ...pod.metadata.annotations, 'practice.fairlead.dev/seen': String(number) };
  store.update('pods', { ...pod, metadata: { ...pod.metadata, annotations } }, 'kubelet');
}
