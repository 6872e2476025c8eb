import type { Cancel, KubeObject, StoreEvent } from '../../model.ts';
import { same } from '../../same.ts';
import { customKindsOf, establishedStatus, type Definition } from './custom.ts';
import { resourceName } from './registry.ts';
import type { PracticeStore } from './store.ts';
import { timestamp } from '../../timestamp.ts';
import { WorkQueue } from './work-queue.ts';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';
const MANAGER = 'kube-apiserver';

/** Serves what CustomResourceDefinitions define, from their creation until their last object is gone. */
export function serveDefinitions(store: PracticeStore): Cancel {
  const queue = new WorkQueue(store.clock, (seen) => {
    const definition = store.get(DEFINITIONS, undefined, seen.metadata.name);
    if (definition?.metadata.deletionTimestamp !== undefined) cleanUp(definition as Definition);
  });
  const cancels = [
    store.watch(DEFINITIONS, hear),
    store.watch('*', ({ type, object }) => {
      const kind = type === 'DELETED' ? store.registry.named(object.apiVersion, object.kind) : undefined;
      if (kind === undefined || store.registry.custom(kind) === undefined) return;
      const definition = store.get(DEFINITIONS, undefined, resourceName(kind));
      if (definition?.metadata.deletionTimestamp !== undefined) queue.add(definition);
    }),
    () => queue.stop(),
  ];
  return () => {
    for (const cancel of cancels) cancel();
  };

  function hear({ type, object, before }: StoreEvent): void {
    const definition = object as Definition;
    const { name, deletionTimestamp } = definition.metadata;
    if (type === 'DELETED') return store.registry.undefine(name);
    if (!same(before?.['spec'], object['spec'])) store.registry.define(name, customKindsOf(definition));
    if (type === 'ADDED') establish(definition);
    else if (deletionTimestamp !== undefined) queue.add(definition);
  }

  function establish(definition: Definition): void {
    const { metadata } = definition;
    const finalizers = [...(metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP), CLEANUP];
    const kept = store.update(DEFINITIONS, { ...definition, metadata: { ...metadata, finalizers } }, MANAGER);
    store.update(
      DEFINITIONS,
      { ...kept, status: establishedStatus(definition, timestamp(store.clock.now())) },
      MANAGER,
      'status',
    );
  }

  function cleanUp({ metadata, spec, ...rest }: Definition): void {
    const resource = `${spec.names.plural}.${spec.group}`;
    if (store.registry.find(resource) !== undefined) {
      for (const object of store.list(resource)) if (object.metadata.deletionTimestamp === undefined) remove(resource, object);
      if (store.list(resource).length > 0) return;
    }
    const finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP);
    store.update(DEFINITIONS, { ...rest, spec, metadata: { ...metadata, finalizers } }, MANAGER);
  }

  function remove(resource: string, { metadata }: KubeObject): void {
    store.delete(resource, metadata.namespace, metadata.name, { propagation: 'Background' });
  }
}
