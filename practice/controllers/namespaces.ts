import type { Cancel, Store } from '../model.ts';
import { cancelAll, clusterAs } from './cluster.ts';
import { workQueue } from './work-queue.ts';

const CA = 'kube-root-ca.crt';

/** Where the API server says which authority signs its certificates. */
const AUTHENTICATION = { namespace: 'kube-system', name: 'extension-apiserver-authentication', key: 'client-ca-file' } as const;

/** Puts into each namespace what pods expect there: the service account `default`, and what tells them whom to trust. */
export function startNamespaces(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const queue = workQueue(store.clock, (name) => {
    const namespace = cluster.get('namespaces', undefined, name);
    if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return;
    if (cluster.get('serviceaccounts', name, 'default') === undefined)
      cluster.create('serviceaccounts', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: name },
      });
    if (cluster.get('configmaps', name, CA) !== undefined) return;
    const certificate = cluster.get('configmaps', AUTHENTICATION.namespace, AUTHENTICATION.name)?.data?.[AUTHENTICATION.key];
    if (certificate === undefined) return;
    const annotations = {
      'kubernetes.io/description':
        'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
    };
    cluster.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: CA, namespace: name, annotations },
      data: { 'ca.crt': certificate },
    });
  });
  const stops = [
    cluster.follow('namespaces', ({ type, object }) => {
      if (type !== 'DELETED') queue.add(object.metadata.name);
    }),
    ...(['serviceaccounts', 'configmaps'] as const).map((resource) =>
      store.watch(resource, ({ type, object: { metadata } }) => {
        if (type === 'DELETED' && (metadata.name === CA || metadata.name === 'default')) queue.add(metadata.namespace ?? '');
      }),
    ),
  ];
  return cancelAll(...stops, () => queue.stop());
}
