/** A connection to an API server that holds the objects a test gives it. For tests only. */
import {
  Connection,
  errorFromAnswer,
  type Gate,
  type KubernetesObject,
  type ResponseFilter,
  type Transport,
} from '../../kubernetes/index.ts';

export interface FakeCluster {
  readonly connection: Connection;
  /** Path and query of every request, discovery left out. */
  readonly sent: string[];
}

export interface FakeOptions {
  /** Logs by `namespace/pod/container`. */
  readonly logs?: Readonly<Record<string, string>>;
  /** Resources that may not be read. */
  readonly forbidden?: readonly string[];
}

const gate: Gate = { admit: (request) => request, settled: () => undefined };
const filter: ResponseFilter = { apply: (_, body) => body };

/** `group/version`, kind, plural, and `-` for what has no namespace. */
const KINDS = [
  ['v1', 'Pod', 'pods'],
  ['v1', 'Service', 'services'],
  ['v1', 'ConfigMap', 'configmaps'],
  ['v1', 'Secret', 'secrets'],
  ['v1', 'Event', 'events'],
  ['v1', 'ResourceQuota', 'resourcequotas'],
  ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'],
  ['v1', 'PersistentVolume', 'persistentvolumes', '-'],
  ['v1', 'Node', 'nodes', '-'],
  ['v1', 'Namespace', 'namespaces', '-'],
  ['apps/v1', 'Deployment', 'deployments'],
  ['apps/v1', 'ReplicaSet', 'replicasets'],
  ['apps/v1', 'StatefulSet', 'statefulsets'],
  ['batch/v1', 'Job', 'jobs'],
  ['batch/v1', 'CronJob', 'cronjobs'],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses'],
  ['networking.k8s.io/v1', 'IngressClass', 'ingressclasses', '-'],
  ['discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'],
  ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'],
  ['storage.k8s.io/v1', 'StorageClass', 'storageclasses', '-'],
  ['shop.example.com/v1', 'Shop', 'shops'],
] as const;

/** A cluster named `test` with these objects, each with its apiVersion and kind. */
export function fakeCluster(objects: readonly KubernetesObject[], options: FakeOptions = {}): FakeCluster {
  const sent: string[] = [];
  const send: Transport['send'] = async (request) => {
    const [path = '', search = ''] = request.path.split('?');
    if (path === '/api' || path === '/apis') return json(discovery(path));
    sent.push(decodeURIComponent(request.path));
    const { resource, namespace, name, subresource } = parse(path);
    if (options.forbidden?.includes(resource) === true) throw errorFromAnswer(403, undefined, request.scene);
    const query = new URLSearchParams(search);
    if (subresource === 'log') {
      const text = options.logs?.[`${namespace ?? ''}/${name ?? ''}/${query.get('container') ?? ''}`];
      if (text === undefined) throw errorFromAnswer(400, undefined, request.scene);
      return answered('text/plain', text);
    }
    const kind = KINDS.find((entry) => entry[2] === resource)?.[1];
    const found = objects.filter(
      (object) => object.kind === kind && (namespace === undefined || object.metadata?.namespace === namespace),
    );
    if (name !== undefined) {
      const object = found.find(({ metadata }) => metadata?.name === name);
      if (object === undefined) throw errorFromAnswer(404, { message: `${resource} "${name}" not found` }, request.scene);
      return json(object);
    }
    const labels = query.get('labelSelector');
    const fields = query.get('fieldSelector');
    const items = found.filter((object) => fitsLabels(object, labels) && fitsFields(object, fields));
    if (request.accept.includes('as=Table')) {
      const rows = items.map(({ metadata }) => ({ cells: [metadata?.name], object: { metadata } }));
      return json({ kind: 'Table', metadata: {}, columnDefinitions: [{ name: 'Name' }], rows });
    }
    return json({ kind: `${kind ?? ''}List`, metadata: {}, items });
  };
  const target = { name: 'test', server: 'https://test:6443', tls: {}, credentials: { identity: 'dev-amy' } };
  const open: Transport['open'] = async (request) => {
    const { text } = await send(request);
    return { status: 200, chunks: only(Buffer.from(text)), close: () => undefined };
  };
  const transport = { target, send, open } as unknown as Transport;
  return { connection: Connection.create({ cluster: 'test', transport, gate, filter }), sent };
}

async function* only(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

function answered(contentType: string, text: string) {
  return { status: 200, contentType, text, bytes: Buffer.byteLength(text), warnings: [] };
}

function json(body: unknown) {
  return answered('application/json', JSON.stringify(body));
}

function parse(path: string) {
  const parts = path.split('/').slice(path.startsWith('/api/') ? 3 : 4);
  const namespaced = parts[0] === 'namespaces' && parts.length > 2;
  const [resource = '', name, subresource] = namespaced ? parts.slice(2) : parts;
  return { resource, name, subresource, namespace: namespaced ? parts[1] : undefined };
}

function fitsLabels(object: KubernetesObject, selector: string | null): boolean {
  const parts = (selector ?? '').split(/,(?![^(]*\))/).filter((part) => part !== '');
  return parts.every((part) => {
    const [, key = '', values] = /^(\S+) in \((.*)\)$/.exec(part) ?? [];
    if (values !== undefined) return values.split(',').includes(object.metadata?.labels?.[key] ?? '');
    const [name = '', value] = part.split('=');
    return object.metadata?.labels?.[name] === value;
  });
}

function fitsFields(object: KubernetesObject, selector: string | null): boolean {
  const parts = (selector ?? '').split(',').filter((part) => part !== '');
  return parts.every((part) => {
    const [path = '', value] = part.split('=');
    let found: unknown = object;
    for (const key of path.split('.')) found = (found as Record<string, unknown> | undefined)?.[key];
    return found === value;
  });
}

function discovery(path: string) {
  const wanted = KINDS.filter(([apiVersion]) => (path === '/api') === !apiVersion.includes('/'));
  const groups = new Map<string, (typeof KINDS)[number][]>();
  for (const entry of wanted) groups.set(entry[0], [...(groups.get(entry[0]) ?? []), entry]);
  return {
    kind: 'APIGroupDiscoveryList',
    items: [...groups].map(([apiVersion, kinds]) => {
      const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
      const resources = kinds.map(([, kind, resource, scope]) => ({
        resource,
        responseKind: { kind },
        singularResource: kind.toLowerCase(),
        scope: scope === '-' ? 'Cluster' : 'Namespaced',
        verbs: ['get', 'list', 'watch'],
        subresources: [],
      }));
      return { metadata: { name: group }, versions: [{ version, resources }] };
    }),
  };
}
