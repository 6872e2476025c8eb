import { ADDRESSES, FAKE_NODE_ANNOTATION, PORTS } from './settings.ts';
import { ensureRunning, stop, untilReady } from './processes.ts';
import { writeComponentKubeconfig } from './kubeconfig.ts';
import { writeStateFile } from './state.ts';

/** What kwok does to an object of one kind when its jq expressions match. */
type Stage = {
  readonly name: string;
  readonly kind: 'Node' | 'Pod';
  readonly when: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
  readonly delaySeconds?: number;
  readonly next: { readonly statusTemplate: string } | { readonly delete: true };
};

const READY = '.status.conditions.[] | select( .type == "Ready" ) | .status';

const ALIVE = { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' } as const;

const NODE_CONDITIONS = `
{{ $now := Now }}
conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
{{ end }}`;

/** Everything that a client may look at in a running pod; container ids look like containerd's. */
const RUNNING_POD = `
{{ $now := Now }}
{{ $uid := .metadata.uid }}
phase: Running
startTime: {{ $now | Quote }}
conditions:
{{ range $type := list "PodReadyToStartContainers" "Initialized" "Ready" "ContainersReady" }}
- type: {{ $type | Quote }}
  status: "True"
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: {{ .image | Quote }}
  containerID: {{ printf "containerd://%s-%s" $uid .name | Quote }}
  ready: true
  started: true
  restartCount: 0
  state:
    running:
      startedAt: {{ $now | Quote }}
{{ end }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
hostIPs:
- ip: {{ NodeIPWith .spec.nodeName | Quote }}
{{ with PodIPWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") }}
podIP: {{ . | Quote }}
podIPs:
- ip: {{ . | Quote }}
{{ end }}`;

const COMPLETED_POD = `
{{ $now := Now }}
phase: Succeeded
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: {{ .image | Quote }}
  ready: false
  started: false
  restartCount: 0
  state:
    terminated:
      exitCode: 0
      reason: Completed
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
{{ end }}`;

/** Fewer and quicker than the stages that kwok ships: a node is ready and a pod runs as soon as it is seen. */
const STAGES: readonly Stage[] = [
  {
    name: 'node-initialize',
    kind: 'Node',
    when: [{ key: READY, operator: 'NotIn', values: ['True'] }],
    next: {
      statusTemplate: `${NODE_CONDITIONS}
addresses:
- type: InternalIP
  address: {{ NodeIP | Quote }}
- type: Hostname
  address: {{ NodeName | Quote }}
daemonEndpoints:
  kubeletEndpoint:
    Port: 10250
phase: Running`,
    },
  },
  {
    name: 'node-heartbeat',
    kind: 'Node',
    when: [{ key: READY, operator: 'In', values: ['True'] }],
    delaySeconds: 300,
    next: { statusTemplate: NODE_CONDITIONS },
  },
  {
    name: 'pod-ready',
    kind: 'Pod',
    when: [ALIVE, { key: '.status.phase', operator: 'In', values: ['Pending'] }],
    next: { statusTemplate: RUNNING_POD },
  },
  {
    name: 'pod-complete',
    kind: 'Pod',
    when: [
      ALIVE,
      { key: '.status.phase', operator: 'In', values: ['Running'] },
      { key: '.metadata.ownerReferences.[].kind', operator: 'In', values: ['Job'] },
    ],
    next: { statusTemplate: COMPLETED_POD },
  },
  { name: 'pod-delete', kind: 'Pod', when: [{ key: '.metadata.deletionTimestamp', operator: 'Exists' }], next: { delete: true } },
];

const stageObject = (stage: Stage) => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name: stage.name },
  spec: {
    resourceRef: { apiGroup: 'v1', kind: stage.kind },
    selector: { matchExpressions: stage.when },
    ...(stage.delaySeconds === undefined ? {} : { delay: { durationMilliseconds: stage.delaySeconds * 1000 } }),
    next: stage.next,
  },
});

async function isHealthy(): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${PORTS.kwok}/healthz`)).ok;
  } catch {
    return false;
  }
}

/** Starts kwok, which plays the kubelet of every node that carries its annotation. */
export async function ensureFakeNodes(kwok: string): Promise<void> {
  // JSON documents are YAML documents too, and kwok reads a stream of them.
  const config = await writeStateFile(
    'config/kwok.yaml',
    STAGES.map((stage) => JSON.stringify(stageObject(stage))).join('\n---\n'),
  );
  const args = [
    `--kubeconfig=${await writeComponentKubeconfig('kwok')}`,
    `--config=${config}`,
    '--manage-all-nodes=false',
    // The real node must stay out of it: kwok would overwrite the status of its pods.
    `--manage-nodes-with-annotation-selector=${FAKE_NODE_ANNOTATION}=fake`,
    `--cidr=${ADDRESSES.fakePods}`,
    `--node-ip=${ADDRESSES.fakeNode}`,
    '--node-lease-duration-seconds=40',
    `--server-address=127.0.0.1:${PORTS.kwok}`,
  ];
  await ensureRunning({ name: 'kwok', command: kwok, args });
  await untilReady('kwok', isHealthy, 30_000);
}

export const stopFakeNodes = (): Promise<void> => stop('kwok', 3_000);
