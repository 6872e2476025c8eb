import type { Target } from './sweep.ts';

type Question = Readonly<Record<string, unknown>>;

/** Values that an agent sends and that no answer may repeat. */
export interface Sent {
  readonly secret?: string;
}

/** Questions to the tools that change something: each of their actions, on objects that hold secrets and on others. */
export function changesFor(
  target: Target,
  { secret: sent = 'sent-by-the-agent' }: Sent = {},
): Readonly<Record<string, readonly Question[]>> {
  const { namespace, pod, deployment, secret, configMap } = target;
  const workload = { kind: 'deployment', name: deployment, namespace };
  const manifest = (kind: string, name: string, rest: object): object => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace },
    ...rest,
  });
  const many = [
    manifest('ConfigMap', configMap, { data: { LOG_LEVEL: 'debug', 'db.password': sent } }),
    manifest('ConfigMap', 'sweep-new', { data: { a: '1' } }),
    manifest('Secret', 'sweep-new', { stringData: { password: sent } }),
    manifest('Secret', secret, { stringData: { password: sent } }),
  ];
  return {
    kube_apply: [
      { manifests: many },
      { manifests: many.map((each) => JSON.stringify(each)).join('\n---\n'), force: true },
      { manifests: many, prune: 'sweep', namespace },
      { manifests: 'no: manifest' },
      { manifests: `password: ${sent}: x` },
    ],
    kube_patch: [
      { ...workload, patch: { spec: { replicas: 1 } } },
      { ...workload, type: 'merge', patch: { metadata: { labels: { sweep: 'a' } } } },
      { ...workload, patch: [{ op: 'add', path: '/metadata/annotations', value: { sweep: 'a' } }] },
      { kind: 'secret', name: secret, namespace, type: 'merge', patch: { stringData: { password: sent } } },
      { kind: 'configmap', name: configMap, namespace, patch: { data: { 'db.password': null } } },
      { kind: 'pod', name: pod, namespace, patch: { metadata: { labels: { sweep: 'a' } } } },
      { kind: 'secret', name: 'nothing-of-that-name', namespace, patch: { data: {} } },
    ],
    kube_delete: [
      { kind: 'secret', name: secret, namespace },
      { kind: 'configmap', name: configMap, namespace },
      { ...workload, propagation: 'Foreground', grace: 1 },
      { kind: 'pods', labels: 'app', namespace: '*' },
      { kind: 'namespace', name: namespace },
      { kind: 'pods', namespace },
    ],
    kube_scale: [
      { ...workload, replicas: 3 },
      { ...workload, replicas: 0 },
      { kind: 'configmap', name: configMap, namespace, replicas: 1 },
    ],
    kube_rollout: [
      { ...workload, action: 'status' },
      { ...workload, action: 'history' },
      { ...workload, action: 'history', revision: 1 },
      { ...workload, action: 'undo' },
      { ...workload, action: 'restart' },
      { ...workload, action: 'pause' },
      { ...workload, action: 'resume' },
      { ...workload, action: 'set_image', set: '*=localhost/busybox:2' },
      { ...workload, action: 'set_env', set: `DB_PASSWORD=${sent},LOG_LEVEL=debug` },
      { ...workload, action: 'set_resources', set: 'limits.memory=64Mi' },
    ],
    kube_node: [
      { action: 'cordon', labels: 'kubernetes.io/os=linux' },
      { action: 'uncordon', name: 'no-such-node' },
      { action: 'taint', labels: 'kubernetes.io/os=linux', set: 'sweep=a:NoSchedule' },
      { action: 'label', labels: 'kubernetes.io/os=linux', set: 'sweep=a' },
      { action: 'drain', labels: 'kubernetes.io/hostname=fake-0', force: true, delete_local: true },
    ],
    kube_run: [
      { image: 'localhost/busybox:1', command: ['sh', '-c', 'echo a'], env: `DB_PASSWORD=${sent}`, namespace, timeout: 5 },
    ],
    kube_debug: [
      { name: pod, namespace, image: 'localhost/busybox:1', command: ['env'], timeout: 5 },
      { name: pod, namespace, image: 'localhost/busybox:1', command: ['ls', '/'], copy: true, timeout: 5 },
      { kind: 'node', name: 'no-such-node', namespace, image: 'localhost/busybox:1', profile: 'sysadmin' },
      { name: 'nothing-of-that-name', namespace, image: 'localhost/busybox:1' },
    ],
    kube_expose: [{ ...workload, port: 80 }, { ...workload }],
    kube_label: [
      { ...workload, set: 'sweep=a,app-', annotate: 'sweep=a' },
      { kind: 'secrets', labels: '!nothing', namespace, set: 'sweep=a' },
    ],
    kube_secret: [
      {
        action: 'create',
        name: 'sweep-made',
        namespace,
        generate: 'password,token:hex:16,signing:ed25519',
        set: { username: sent },
      },
      { action: 'rotate', name: secret, namespace, generate: 'password:password:24' },
      { action: 'keys', name: secret, namespace },
      { action: 'reveal', name: secret, namespace },
    ],
    kube_configmap: [
      { name: configMap, namespace, set: { LOG_LEVEL: 'debug' }, remove: 'db.password' },
      { name: 'sweep-made', namespace, set: { a: '1' } },
    ],
    kube_copy: [
      { kind: 'secret', name: secret, namespace, to_name: 'sweep-copy' },
      { kind: 'configmap', name: configMap, namespace, to_name: 'sweep-copy' },
      { ...workload, to_name: 'sweep-copy' },
    ],
    kube_batch: [
      {
        calls: [
          { tool: 'kube_scale', arguments: { ...workload, replicas: 2 } },
          { tool: 'kube_secret', arguments: { action: 'rotate', name: secret, namespace, generate: 'password' } },
        ],
      },
    ],
    kube_confirm: [{ plan: 'plan-none' }],
    kube_changes: [{}, { kind: 'secret', max_tokens: 20_000 }, { change: 'change-none' }, { plan: 'plan-none' }],
    kube_undo: [{ change: 'change-none' }],
  };
}
