import type { Cancel, KubeObject, ServedKind } from '../../model.ts';
import { isTerminating } from './namespace-check.ts';
import { resourceName } from './registry.ts';
import type { PracticeStore } from './store.ts';
import { timestamp } from '../../timestamp.ts';
import { WorkQueue } from './work-queue.ts';

const MANAGER = 'kube-controller-manager';

/** Empties namespaces that are deleted, says what is left in them, and lets them go when nothing is. */
export function emptyNamespaces(store: PracticeStore): Cancel {
  const queue = new WorkQueue(store.clock, (seen) => {
    const namespace = store.get('namespaces', undefined, seen.metadata.name);
    if (namespace !== undefined && isTerminating(namespace)) empty(store, namespace);
  });
  const cancel = store.watch('*', ({ type, object }) => {
    const isNamespace = object.kind === 'Namespace' && object.apiVersion === 'v1';
    if (isNamespace && isTerminating(object) && type !== 'DELETED') queue.add(object);
    else if (type === 'DELETED' && object.metadata.namespace !== undefined) {
      const namespace = store.get('namespaces', undefined, object.metadata.namespace);
      if (namespace !== undefined && isTerminating(namespace)) queue.add(namespace);
    }
  });
  return () => {
    cancel();
    queue.stop();
  };
}

function empty(store: PracticeStore, namespace: KubeObject): void {
  const { name } = namespace.metadata;
  const resources = [...new Set(store.kinds().filter(isEmptied).map(resourceName))];
  for (const resource of resources) {
    for (const { metadata } of store.list(resource, name)) {
      if (metadata.deletionTimestamp === undefined) store.delete(resource, name, metadata.name, { propagation: 'Background' });
    }
  }
  const left = resources.flatMap((resource) => {
    const objects = store.list(resource, name);
    return objects.length === 0 ? [] : [{ resource, objects }];
  });
  const current = store.get('namespaces', undefined, name);
  if (current === undefined) return;
  if (left.length === 0) {
    const released = { ...current, spec: { ...(current['spec'] as object), finalizers: [] } };
    store.updateAs(store.kind('namespaces'), released, { manager: MANAGER, subresource: 'finalize' });
    return;
  }
  const status = current['status'] as { readonly conditions?: readonly Condition[] };
  const conditions = conditionsOf(left).map((condition) => {
    const before = status.conditions?.find(({ type }) => type === condition.type);
    const since = before?.status === condition.status ? before.lastTransitionTime : timestamp(store.clock.now());
    return { lastTransitionTime: since, ...condition };
  });
  store.update('namespaces', { ...current, status: { ...status, conditions } }, MANAGER, 'status');
}

const isEmptied = ({ namespaced, verbs }: ServedKind): boolean =>
  namespaced && verbs.includes('list') && verbs.includes('delete');

interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly lastTransitionTime?: string | undefined;
  readonly reason: string;
  readonly message: string;
}

interface Left {
  readonly resource: string;
  readonly objects: readonly KubeObject[];
}

function conditionsOf(left: readonly Left[]): readonly Condition[] {
  const finalizers = new Map<string, number>();
  for (const { metadata } of left.flatMap(({ objects }) => objects)) {
    for (const finalizer of metadata.finalizers ?? []) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  const remaining = left.map(
    ({ resource, objects }) => `${resource.includes('.') ? resource : `${resource}.`} has ${objects.length} resource instances`,
  );
  const held = [...finalizers].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
  return [
    fine('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    fine('NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
    fine('NamespaceDeletionContentFailure', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'),
    {
      type: 'NamespaceContentRemaining',
      status: 'True',
      reason: 'SomeResourcesRemain',
      message: `Some resources are remaining: ${remaining.join(', ')}`,
    },
    held.length === 0
      ? fine('NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished')
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
        },
  ];
}

const fine = (type: string, reason: string, message: string): Condition => ({ type, status: 'False', reason, message });
