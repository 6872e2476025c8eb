/** A cluster without a server, whose time stands still, for the tests of controllers. */
import { openStore } from '../api/index.ts';
import { practiceClock } from '../clock.ts';
import type { DraftObject, KubeObject } from '../model.ts';
import { seededRandom } from '../random.ts';
import { ADMISSION } from './admission/index.ts';
import { clusterAs, type Cluster, type Resource } from './cluster.ts';
import { startControllers, type ControllerOptions } from './index.ts';
import type { Shapes } from './resources.ts';
import type { Container, PodSpec, PodTemplate } from './shapes.ts';

export const NAMESPACE = 'shop';
/** When the time of a test begins. */
export const START = Date.parse('2026-11-20T12:00:00Z');

export interface TestCluster extends Cluster {
  /** Lets so many seconds pass. */
  pass(seconds: number): void;
  apply<R extends Resource>(resource: R, object: DraftObject): Shapes[R];
  /** Changes the spec of an object. */
  change<R extends Resource>(resource: R, name: string, spec: Partial<Shapes[R]['spec'] & object>): Shapes[R];
  /** @throws when it is not there */
  find<R extends Resource>(resource: R, name: string): Shapes[R];
  /** What events say of an object, in the order of their first times: `Normal Pulled ×2 …`. */
  said(name: string): readonly string[];
}

export function testCluster(options: Partial<ControllerOptions> = {}): TestCluster {
  const clock = practiceClock(START);
  const { store } = openStore({ clock, random: seededRandom(7), admission: ADMISSION });
  const cluster = clusterAs(store, 'kubectl');
  for (const name of ['default', NAMESPACE])
    cluster.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  startControllers(store, { images: {}, nodes: [{ name: 'node-1' }], ...options });
  const namespaceOf = (resource: string): string | undefined => (store.kind(resource).namespaced ? NAMESPACE : undefined);
  const find = <R extends Resource>(resource: R, name: string): Shapes[R] => {
    const object = cluster.get(resource, namespaceOf(resource), name);
    if (object === undefined) throw new Error(`there is no ${resource} ${name}`);
    return object;
  };
  return {
    ...cluster,
    find,
    pass: (seconds) => clock.advance(seconds * 1000),
    apply: (resource, object) => {
      const namespace = namespaceOf(resource);
      return cluster.create(resource, {
        ...object,
        metadata: { ...object.metadata, ...(namespace !== undefined && { namespace }) },
      });
    },
    change<R extends Resource>(resource: R, name: string, spec: Partial<Shapes[R]['spec'] & object>) {
      const object = find(resource, name);
      return cluster.update(resource, { ...object, spec: { ...(object['spec'] as object), ...spec } });
    },
    said: (name) =>
      cluster
        .list('events')
        .filter((event) => (event['involvedObject'] as { readonly name: string }).name === name)
        .sort((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1))
        .map(
          ({ type, reason, count = 1, message }: KubeObject) =>
            `${String(type)} ${String(reason)} ×${String(count)} ${String(message)}`,
        ),
  };
}

const timeOf = (event: Shapes['events']): string => event.firstTimestamp ?? event.eventTime ?? '';

export const podTemplate = (container: Partial<Container> = {}, spec: Partial<PodSpec> = {}): PodTemplate => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: 'web:1', ...container }], ...spec },
});

export const pod = (name: string, container: Partial<Container> = {}, spec: Partial<PodSpec> = {}): DraftObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: podTemplate(container, spec).spec,
});

/** @param spec with a template */
export const workload = (kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet', spec: object = {}): DraftObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web' },
  spec: { selector: { matchLabels: { app: 'web' } }, template: podTemplate(), ...spec },
});
