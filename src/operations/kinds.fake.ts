/** A connection to an API server that says what a test lets it say. For tests only. */
import { Connection, errorFromAnswer, type Gate, type ResponseFilter, type Transport } from '../kubernetes/index.ts';

export interface FakeRequest {
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** What is answered to `GET /api/v1/pods`: JSON, or the text of a log; a status from 400 on as a number; or a function of the request. */
export type FakeAnswers = Readonly<Record<string, unknown>>;

export interface FakeCluster {
  readonly connection: Connection;
  /** Method, path and query of every request, discovery left out. */
  readonly sent: readonly string[];
}

const gate: Gate = { admit: (request) => request, settled: () => undefined };
const filter: ResponseFilter = { apply: (_, body) => body };

/** A cluster named `test`, seen by `dev-amy`; whatever has no answer is a 404. */
export function fakeCluster(answers: FakeAnswers, kinds: readonly FakeKind[] = STANDARD): FakeCluster {
  const sent: string[] = [];
  const all: FakeAnswers = { ...discovery(kinds), ...answers };
  const answerTo = (request: Parameters<Transport['send']>[0]): unknown => {
    const [path = '', search = ''] = request.path.split('?');
    if (path !== '/api' && path !== '/apis') sent.push(decodeURIComponent(`${request.method} ${request.path}`));
    const found = all[`${request.method} ${path}`] ?? 404;
    const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body);
    const answer: unknown = typeof found === 'function' ? found({ query: new URLSearchParams(search), body }) : found;
    if (typeof answer === 'number') throw errorFromAnswer(answer, undefined, request.scene);
    return answer;
  };
  const send: Transport['send'] = async (request) => {
    const text = JSON.stringify(answerTo(request));
    return { status: 200, contentType: 'application/json', text, bytes: Buffer.byteLength(text), warnings: [] };
  };
  const open: Transport['open'] = async (request) => {
    const text = String(answerTo(request));
    return { status: 200, chunks: ReadableStream.from([Buffer.from(text)]), close: () => undefined };
  };
  const target = { name: 'test', server: 'https://test:6443', tls: {}, credentials: { identity: 'dev-amy' } };
  const transport = { target, send, open } as unknown as Transport;
  return { connection: Connection.create({ cluster: 'test', transport, gate, filter }), sent };
}

export interface FakeKind {
  /** `apps/v1`, `v1` for the core group. */
  readonly in: string;
  readonly kind: string;
  readonly resource: string;
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  /** @default true */
  readonly namespaced?: boolean;
  /** @default those of a stored resource */
  readonly verbs?: readonly string[];
  readonly subresources?: readonly string[];
}

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

export const STANDARD: readonly FakeKind[] = [
  { in: 'v1', kind: 'ConfigMap', resource: 'configmaps', short: ['cm'] },
  { in: 'v1', kind: 'Event', resource: 'events', short: ['ev'] },
  { in: 'v1', kind: 'Node', resource: 'nodes', short: ['no'], namespaced: false, subresources: ['status', 'proxy'] },
  {
    in: 'v1',
    kind: 'Pod',
    resource: 'pods',
    short: ['po'],
    categories: ['all'],
    subresources: ['status', 'log', 'exec', 'attach', 'portforward', 'eviction'],
  },
  { in: 'v1', kind: 'Secret', resource: 'secrets' },
  {
    in: 'apps/v1',
    kind: 'Deployment',
    resource: 'deployments',
    short: ['deploy'],
    categories: ['all'],
    subresources: ['status', 'scale'],
  },
  { in: 'apps/v1', kind: 'ReplicaSet', resource: 'replicasets', short: ['rs'], categories: ['all'], subresources: ['scale'] },
  { in: 'events.k8s.io/v1', kind: 'Event', resource: 'events', short: ['ev'] },
  { in: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', resource: 'horizontalpodautoscalers', short: ['hpa'] },
  { in: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', resource: 'horizontalpodautoscalers', short: ['hpa'] },
  { in: 'networking.k8s.io/v1', kind: 'NetworkPolicy', resource: 'networkpolicies', short: ['netpol'] },
  { in: 'shop.example.com/v1', kind: 'Widget', resource: 'widgets' },
  { in: 'metrics.k8s.io/v1beta1', kind: '', resource: '' },
];

/** Aggregated discovery; a group version whose kinds have no name is announced and does not answer. */
function discovery(kinds: readonly FakeKind[]): FakeAnswers {
  const groups = new Map<string, Map<string, FakeKind[]>>();
  for (const kind of kinds) {
    const [group, version] = kind.in.includes('/') ? kind.in.split('/') : ['', kind.in];
    const versions = groups.get(group ?? '') ?? new Map<string, FakeKind[]>();
    groups.set(group ?? '', versions.set(version ?? '', [...(versions.get(version ?? '') ?? []), kind]));
  }
  const list = (wanted: (group: string) => boolean): unknown => ({
    kind: 'APIGroupDiscoveryList',
    items: [...groups]
      .filter(([group]) => wanted(group))
      .map(([group, versions]) => ({ metadata: { name: group }, versions: [...versions].map(versionOf) })),
  });
  return { 'GET /api': list((group) => group === ''), 'GET /apis': list((group) => group !== '') };
}

function versionOf([version, kinds]: readonly [string, readonly FakeKind[]]): unknown {
  return {
    version,
    freshness: kinds.some((kind) => kind.resource === '') ? 'Stale' : 'Current',
    resources: kinds
      .filter((kind) => kind.resource !== '')
      .map((kind) => ({
        resource: kind.resource,
        responseKind: { kind: kind.kind },
        scope: kind.namespaced === false ? 'Cluster' : 'Namespaced',
        singularResource: kind.kind.toLowerCase(),
        verbs: kind.verbs ?? VERBS,
        shortNames: kind.short ?? [],
        categories: kind.categories ?? [],
        subresources: (kind.subresources ?? []).map((subresource) => ({ subresource })),
      })),
  };
}
