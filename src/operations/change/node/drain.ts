import type { EvictStep, Step } from '../../../changes/index.ts';
import { at, listAt, listPage, numberAt, textAt, type Connection, type KubernetesObject } from '../../../kubernetes/index.ts';
import { UsageError } from '../../../platform/index.ts';
import { selectorFits } from '../../trouble/index.ts';
import { cordonStep, nodesOf, type NodesWanted } from './mark.ts';

export interface DrainQuestion extends NodesWanted {
  /** Evicts pods, too, that nobody will make again. */
  readonly force?: boolean | undefined;
  /** Evicts pods, too, whose emptyDir volumes are lost with them. */
  readonly deleteLocal?: boolean | undefined;
  readonly gracePeriodSeconds?: number | undefined;
}

/** What a drain does, and what it leaves or meets. */
export interface Drain {
  readonly steps: readonly Step[];
  /** Sentences for whoever reviews it. */
  readonly notes: readonly string[];
}

/** Names in one sentence. */
const NAMED = 8;

/** Pods that stay on the node, each with the reason; the first that fits counts. */
const STAYING: readonly { readonly is: (pod: KubernetesObject) => boolean; readonly why: string }[] = [
  {
    is: (pod) => pod.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined,
    why: 'static, run by the kubelet itself',
  },
  { is: (pod) => controllerKind(pod) === 'DaemonSet', why: 'of DaemonSets, which would make them again' },
  { is: (pod) => pod.metadata?.deletionTimestamp !== undefined, why: 'being deleted already' },
];

/** Pods that are only evicted when it is said so, with the argument that says it. */
const GUARDED: readonly {
  readonly is: (pod: KubernetesObject) => boolean;
  readonly said: (question: DrainQuestion) => boolean;
  readonly why: string;
  readonly argument: string;
}[] = [
  {
    is: (pod) => !isOver(pod) && controllerKind(pod) === undefined,
    said: ({ force }) => force === true,
    why: 'have no controller that would make them again',
    argument: 'force',
  },
  {
    is: (pod) => !isOver(pod) && listAt(pod, 'spec', 'volumes').some((volume) => at(volume, 'emptyDir') !== undefined),
    said: ({ deleteLocal }) => deleteLocal === true,
    why: 'keep data in emptyDir volumes, which would be lost',
    argument: 'delete_local',
  },
];

/**
 * Cordons nodes and evicts their pods, as far as disruption budgets allow.
 * @throws UsageError naming the pods that are guarded and the argument that lets them go
 */
export async function drainSteps(connection: Connection, question: DrainQuestion): Promise<Drain> {
  const nodes = await nodesOf(connection, question);
  const { kind: podKind } = await connection.resolve('pods');
  const steps: Step[] = nodes.map((node) => cordonStep(connection, node, true));
  const notes: string[] = [];
  for (const node of nodes) {
    const { items } = await listPage(connection, podKind, { fields: `spec.nodeName=${node.name}` });
    const left = Map.groupBy(items, (pod) => STAYING.find(({ is }) => is(pod))?.why);
    const going = left.get(undefined) ?? [];
    refuseGuarded(going, question, node.name);
    for (const [why, pods] of left) if (why !== undefined) notes.push(`Left on ${node.name}, ${why}: ${namesOf(pods)}.`);
    notes.push(...(await blockedBy(connection, going)));
    steps.push(...going.map((pod) => evictStep(connection, pod, question)));
  }
  return { steps, notes };
}

function refuseGuarded(pods: readonly KubernetesObject[], question: DrainQuestion, node: string): void {
  for (const { is, said, why, argument } of GUARDED) {
    const guarded = said(question) ? [] : pods.filter(is);
    if (guarded.length === 0) continue;
    throw new UsageError(`Node ${node} is not drained: these pods ${why}: ${namesOf(guarded)}.`, {
      code: 'guarded-pods',
      field: argument,
      advice: `Pass "${argument}": true to evict them all the same.`,
    });
  }
}

/** Budgets that allow no eviction now, with the pods that wait for them. */
async function blockedBy(connection: Connection, pods: readonly KubernetesObject[]): Promise<readonly string[]> {
  const namespaces = [...new Set(pods.map(({ metadata }) => metadata?.namespace))];
  const { kind } = await connection.resolve('poddisruptionbudgets.policy');
  const budgets = await Promise.all(namespaces.map(async (namespace) => (await listPage(connection, kind, { namespace })).items));
  return budgets.flat().flatMap((budget) => {
    const { name = '', namespace } = budget.metadata ?? {};
    const held = pods.filter(
      (pod) =>
        pod.metadata?.namespace === namespace &&
        !isOver(pod) &&
        selectorFits(at(budget, 'spec', 'selector'), pod.metadata?.labels ?? {}),
    );
    const allowed = numberAt(budget, 'status', 'disruptionsAllowed') ?? 0;
    if (held.length <= allowed) return [];
    const how = allowed === 0 ? 'allows no eviction now' : `allows ${allowed} at a time`;
    return [`PodDisruptionBudget ${namespace ?? ''}/${name} ${how}: ${namesOf(held)}.`];
  });
}

function evictStep(connection: Connection, { metadata }: KubernetesObject, { gracePeriodSeconds }: DrainQuestion): EvictStep {
  const { name = '', namespace } = metadata ?? {};
  return {
    action: 'evict',
    cluster: connection.cluster,
    subject: { apiVersion: 'v1', kind: 'Pod', ...(namespace !== undefined && { namespace }), name },
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
  };
}

function controllerKind(pod: KubernetesObject): string | undefined {
  return pod.metadata?.ownerReferences?.find(({ controller }) => controller === true)?.kind;
}

function isOver(pod: KubernetesObject): boolean {
  return ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase') ?? '');
}

function namesOf(pods: readonly KubernetesObject[]): string {
  const names = pods.map(({ metadata }) => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`);
  const rest = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
