import type { CreateStep, Step } from '../../../changes/index.ts';
import type { Scope } from '../../../fleet/index.ts';
import { at, listAt, type Connection, type Json, type KubernetesObject } from '../../../kubernetes/index.ts';
import { UsageError } from '../../../platform/index.ts';
import { randomEnd } from '../random-end.ts';
import { workloadNamed, type Workload } from '../rollout/workload.ts';
import { oneNamespace } from '../subjects.ts';
import { PROFILES, type PROFILE_NAMES, type Profile } from './profiles.ts';

export interface DebugQuestion {
  /** @default pod */
  readonly kind?: 'pod' | 'node' | undefined;
  /** Of the pod, or the node. */
  readonly name: string;
  /** Of the pod; for a node, of the pod that is made on it. */
  readonly scope: Scope;
  readonly image: string;
  /** The program and its arguments, as they are: no shell. @default the image's own */
  readonly command?: readonly string[] | undefined;
  /** The container whose processes are seen. @default none */
  readonly container?: string | undefined;
  /** @default general */
  readonly profile?: (typeof PROFILE_NAMES)[number] | undefined;
  /** Debugs a copy of the pod. @default false */
  readonly copy?: boolean | undefined;
  /** Seconds that the command has. @default 60 */
  readonly timeout?: number | undefined;
}

/** Seconds that a command may take when nothing is said. */
export const DEBUG_SECONDS = 60;
/** Seconds for images to be pulled and containers to begin. */
export const BEGIN_SECONDS = 60;

/** Probes would restart a copy that is being looked at, and get it traffic. */
const PROBES: ReadonlySet<string> = new Set(['livenessProbe', 'readinessProbe', 'startupProbe']);
/** Of the original alone: where it runs, and who else has debugged it. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['nodeName', 'ephemeralContainers', 'hostname', 'subdomain']);
const LONGEST_NAME = 63;

/**
 * Puts a debugging container into a pod, into a copy of it, or onto a node. What is made for it is temporary; an ephemeral
 * container stays in its pod.
 * @throws UsageError for arguments that contradict each other, KubernetesError (`not-found`, with what comes near)
 */
export async function debugSteps(connection: Connection, question: DebugQuestion): Promise<readonly Step[]> {
  checkSense(question);
  const { kind = 'pod', name, scope } = question;
  const found = await workloadNamed(connection, { kind, name, scope });
  const { cluster } = connection;
  if (kind === 'node') return [nodePod(cluster, oneNamespace(scope), question)];
  if (question.copy === true) return [copiedPod(cluster, found, question)];
  const container = { ...debuggerFor(question, profileOf(question).inPod), targetContainerName: question.container };
  return [
    {
      action: 'patch',
      cluster,
      subject: found.subject,
      subresource: 'ephemeralcontainers',
      type: 'strategic',
      patch: { spec: { ephemeralContainers: [defined(container)] } },
    },
  ];
}

function checkSense({ kind, copy, container }: DebugQuestion): void {
  const wrong = (field: string, says: string): UsageError => new UsageError(says, { code: 'invalid-argument', field });
  if (kind === 'node' && copy === true) throw wrong('copy', 'A node cannot be copied: "copy" is for pods.');
  if (container === undefined) return;
  if (kind === 'node') throw wrong('container', 'A node has no containers: "container" is for pods.');
  if (copy === true) throw wrong('container', 'In a copy the processes of all containers are seen: leave "container" out.');
}

/** The copy has no labels, so that no Service and no controller takes it for one of theirs. */
function copiedPod(cluster: string, { object, subject }: Workload, question: DebugQuestion): CreateStep {
  const spec = Object.fromEntries(Object.entries(at(object, 'spec') ?? {}).filter(([field]) => !OWN_FIELDS.has(field)));
  const containers = listAt(spec, 'containers').map((container) =>
    Object.fromEntries(Object.entries(container as object).filter(([field]) => !PROBES.has(field))),
  );
  return temporaryPod(
    cluster,
    { namespace: subject.namespace ?? '', name: nameFor(subject.name, 'debug') },
    {
      ...spec,
      ...endingAfter(question),
      shareProcessNamespace: true,
      containers: [...containers, defined(debuggerFor(question, profileOf(question).inPod))],
    },
    { hiddenFrom: { cluster, ...subject } },
  );
}

function nodePod(cluster: string, namespace: string, question: DebugQuestion): CreateStep {
  const { onNode, hostNamespaces, hostFiles } = profileOf(question);
  const container = {
    ...debuggerFor(question, onNode),
    ...(hostFiles && { volumeMounts: [{ name: 'host', mountPath: '/host' }] }),
  };
  return temporaryPod(
    cluster,
    { namespace, name: nameFor(`node-debugger-${question.name}`) },
    {
      nodeName: question.name,
      // A node that is not well is tainted, and the more worth a look.
      tolerations: [{ operator: 'Exists' }],
      ...endingAfter(question),
      ...(hostNamespaces && { hostNetwork: true, hostPID: true, hostIPC: true }),
      ...(hostFiles && { volumes: [{ name: 'host', hostPath: { path: '/' } }] }),
      containers: [defined(container)],
    },
  );
}

function temporaryPod(
  cluster: string,
  metadata: { readonly namespace: string; readonly name: string },
  spec: object,
  more: Pick<CreateStep, 'hiddenFrom'> = {},
): CreateStep {
  const object: KubernetesObject = { apiVersion: 'v1', kind: 'Pod', metadata, spec };
  return { action: 'create', cluster, object, temporary: true, ...more };
}

/** The command runs once, and the node ends the pod even where nobody is left to remove it. */
function endingAfter({ timeout = DEBUG_SECONDS }: DebugQuestion): object {
  return { restartPolicy: 'Never', activeDeadlineSeconds: timeout + BEGIN_SECONDS };
}

function debuggerFor({ image, command }: DebugQuestion, securityContext: object | undefined): object {
  return { name: `debugger-${randomEnd()}`, image, command, securityContext };
}

function profileOf({ profile = 'general' }: DebugQuestion): Profile {
  return PROFILES[profile];
}

/** `web-debug-x2v9k` */
function nameFor(...words: readonly string[]): string {
  const end = [...words.slice(1), randomEnd()].join('-');
  const base = (words[0] ?? '').replaceAll('.', '-').slice(0, LONGEST_NAME - end.length - 1);
  return `${base.replace(/-+$/, '')}-${end}`;
}

/** Without the fields that have no value. */
function defined(fields: object): { readonly [field: string]: Json } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Readonly<Record<string, Json>>;
}
