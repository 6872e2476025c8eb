import { changesFor, type Sent } from './sweep-changes.ts';

/** Questions that together reach every path of every tool; the sweeps of the security suites ask them all. */
export interface Target {
  readonly namespace: string;
  /** A pod, a workload, a Secret and a ConfigMap in it. */
  readonly pod: string;
  readonly deployment: string;
  readonly secret: string;
  readonly configMap: string;
}

type Question = Readonly<Record<string, unknown>>;

const OUTPUTS = ['table', 'wide', 'yaml', 'json', 'names', 'count'] as const;

/**
 * By tool; a tool without questions fails the sweep.
 * @param sent what an agent sends that is secret
 */
export function questionsFor(target: Target, sent?: Sent): Readonly<Record<string, readonly Question[]>> {
  const { namespace, pod, deployment, secret, configMap } = target;
  const kinds = ['secrets', 'configmaps', 'pods', 'deployments', 'serviceaccounts', 'events', 'all', 'pods,secrets'];
  return {
    ...changesFor(target, sent),
    kube_clusters: [{}, { probe: true }],
    kube_use: [{}, { namespace }, { namespace: `${namespace}x` }],
    kube_kinds: [{}, { search: 'secret' }, { group: 'apps' }, { verbs: 'list,watch' }],
    kube_explain: [
      { kind: 'secret' },
      { kind: 'secret', path: 'data' },
      { kind: 'deployment', path: 'spec.template.spec.containers.env', depth: 3 },
      { kind: 'pod', path: 'spec.nope' },
    ],
    kube_get: [
      ...kinds.flatMap((kind) => OUTPUTS.map((output) => ({ kind, namespace, output, max_tokens: 20_000 }))),
      ...kinds.map((kind) => ({ kind, namespace: '*', output: 'wide', max_tokens: 20_000 })),
      { kind: 'secret', namespace, name: secret },
      { kind: 'secret', namespace, name: secret, output: 'json' },
      { kind: 'secret', namespace: '*', name: secret, output: 'yaml' },
      { kind: 'secret', namespace, name: 'nothing-of-that-name' },
      { kind: 'configmap', namespace, name: configMap },
      { kind: 'pod', namespace, name: pod },
      { kind: 'deployment', namespace, name: deployment, output: 'yaml' },
      { kind: 'secrets', namespace, select: 'data,stringData,metadata.annotations', max_tokens: 20_000 },
      { kind: 'secrets', namespace, select: '{all: @}', max_tokens: 20_000 },
      { kind: 'secrets', namespace, select: 'values(data)', output: 'json', max_tokens: 20_000 },
      { kind: 'pods,deployments', namespace, select: 'spec', max_tokens: 20_000 },
      { kind: 'secrets', namespace, where: 'size(data) > 0', output: 'yaml', max_tokens: 20_000 },
      { kind: 'secrets', namespace, group_by: 'data', max_tokens: 20_000 },
      { kind: 'configmaps', namespace, group_by: 'data.kubeconfig', max_tokens: 20_000 },
      { kind: 'secrets', namespace, sort: '-age', limit: 1 },
      { kind: 'pods', namespace: '*', sort: 'name', limit: 5 },
      { kind: 'deploymnets', namespace },
    ],
    kube_describe: [
      { kind: 'secret', namespace, name: secret, max_tokens: 20_000 },
      { kind: 'configmap', namespace, name: configMap, max_tokens: 20_000 },
      { kind: 'pod', namespace, name: pod, max_tokens: 20_000 },
      { kind: 'deployment', namespace, name: deployment, max_tokens: 20_000 },
      { kind: 'namespace', name: namespace },
      { kind: 'serviceaccount', namespace, name: 'default' },
      { kind: 'deployment', namespace, name: 'nothing-of-that-name' },
    ],
    kube_logs: [
      { namespace, max_tokens: 20_000 },
      { namespace, container: '*', timestamps: true, max_tokens: 20_000 },
      { namespace, grep: '.', context: 2, max_tokens: 20_000 },
      { namespace, level: 'error' },
      { namespace, name: pod, tail: 5 },
      { namespace, name: pod, previous: true },
      { kind: 'deployment', namespace, name: deployment, since: '1h', max_tokens: 20_000 },
      { kind: 'deployment', namespace, name: 'nothing-of-that-name' },
      { namespace, labels: 'app=nothing' },
    ],
    kube_exec: [
      { namespace, name: pod, command: ['env'] },
      { namespace, name: pod, command: ['sh', '-c', 'cat /proc/1/environ; cat'], stdin: 'hello', timeout: 5, max_tokens: 20_000 },
      { namespace, name: 'nothing-of-that-name', command: ['id'] },
    ],
    kube_cp: [
      { action: 'from', namespace, name: pod, path: '/etc/passwd', max_tokens: 20_000 },
      { action: 'from', namespace, name: pod, path: '/proc/1/environ', max_tokens: 20_000 },
      { action: 'from', namespace, name: pod, path: '/etc', local_path: '/nonexistent' },
      { action: 'to', namespace, name: pod, path: '/tmp/sweep', content: 'sent' },
      { action: 'from', namespace, name: 'nothing-of-that-name', path: '/' },
    ],
    kube_http: [
      { kind: 'pod', namespace, name: pod, port: '8080', path: '/' },
      { kind: 'deployment', namespace, name: deployment, port: '8080', method: 'POST', body: 'x' },
      { kind: 'service', namespace, name: 'nothing-of-that-name' },
    ],
    kube_port_forward: [
      { action: 'list' },
      { action: 'start', kind: 'pod', namespace, name: pod, port: '8080' },
      { action: 'stop' },
    ],
    kube_wait: [
      { kind: 'pod', namespace, name: pod, for: 'condition=Ready', timeout: 1 },
      { kind: 'secret', namespace, name: secret, for: '.data=x', timeout: 1 },
      { kind: 'secret', namespace, name: secret, for: '.stringData.username', timeout: 1 },
      { kind: 'configmap', namespace, name: configMap, for: '.data', timeout: 1 },
      { kind: 'deployment', namespace, name: deployment, for: 'rollout', timeout: 1 },
      { kind: 'deployment', namespace, name: 'nothing-of-that-name', for: 'delete' },
    ],
    kube_events: [{ namespace }, { namespace: '*', type: 'Warning' }, { kind: 'pod', name: pod, namespace, max_tokens: 20_000 }],
    kube_top: [{ kind: 'nodes' }, { kind: 'pods', namespace }, { kind: 'pods', namespace, containers: true }],
    kube_can_i: [
      {},
      { verb: 'get', kind: 'secrets', namespace },
      { verb: 'create', kind: 'pods', subresource: 'exec', namespace },
    ],
  };
}
