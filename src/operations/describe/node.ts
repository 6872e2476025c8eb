import { listAt, numberAt, quantityOf, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { podAmount } from '../pod-amount.ts';
import { conditionsOf, nodeTrouble, type ConditionView } from '../trouble/index.ts';
import { eventFacts, readEvents } from './events.ts';
import type { AllocationFacts } from './facts.ts';
import type { Found, Lookup } from './lookup.ts';
import { isDone, isReady, podStatus } from './pods.ts';
import { healthOf, type Told } from './told.ts';

/** Resources that are told always; others only when something is asked of them. */
const ALWAYS = ['cpu', 'memory'] as const;

/** Pods that are not well, named at most. */
const NAMED = 10;

/** A node: whether it works, what is asked of it, what keeps pods away. */
export async function describeNode(node: KubernetesObject, look: Lookup): Promise<Told> {
  const name = node.metadata?.name ?? '';
  const [pods, events] = await Promise.all([look.list('', 'Pod', { fields: `spec.nodeName=${name}` }), readEvents(look, node)]);
  const causes = nodeTrouble(node);
  const labels = node.metadata?.labels ?? {};
  const roles = Object.keys(labels).flatMap((key) =>
    key.startsWith('node-role.kubernetes.io/') ? key.slice('node-role.kubernetes.io/'.length) : [],
  );
  return {
    verdict: {
      health: healthOf(causes),
      status: textAt(readyOf(node), 'status') === 'True' ? 'Ready' : 'NotReady',
      since: causes[0]?.since,
    },
    causes,
    facts: {
      spec: {
        roles: roles.length === 0 ? null : roles,
        version: textAt(node, 'status', 'nodeInfo', 'kubeletVersion') ?? null,
        os: textAt(node, 'status', 'nodeInfo', 'osImage') ?? null,
        runtime: textAt(node, 'status', 'nodeInfo', 'containerRuntimeVersion') ?? null,
        arch: textAt(node, 'status', 'nodeInfo', 'architecture') ?? null,
        type: labels['node.kubernetes.io/instance-type'] ?? null,
        zone: labels['topology.kubernetes.io/zone'] ?? null,
        ip:
          listAt(node, 'status', 'addresses').flatMap((entry) =>
            textAt(entry, 'type') === 'InternalIP' ? (textAt(entry, 'address') ?? []) : [],
          )[0] ?? null,
        taints: taintsOf(node),
      },
      conditions: conditionsOf(node).map(judged),
      allocation: pods && allocationOf(node, pods),
    },
    events: eventFacts(events ?? [], node),
  };
}

function readyOf(node: KubernetesObject): unknown {
  return listAt(node, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready');
}

/** Conditions of nodes but Ready are good when False. */
function judged(condition: ConditionView): ConditionView {
  if (condition.state !== 'unjudged') return condition;
  return { ...condition, state: condition.status === 'False' ? 'good' : 'unjudged' };
}

function taintsOf(node: KubernetesObject): string[] | null {
  const taints = listAt(node, 'spec', 'taints').map((taint) => {
    const value = textAt(taint, 'value');
    return `${textAt(taint, 'key') ?? ''}${value === undefined ? '' : `=${value}`}:${textAt(taint, 'effect') ?? ''}`;
  });
  return taints.length === 0 ? null : taints;
}

/** What its pods ask for together, against what it has to give; pods that are done ask for nothing. */
function allocationOf(node: KubernetesObject, found: Found): AllocationFacts {
  const pods = found.items.filter((pod) => !isDone(pod) && textAt(pod, 'status', 'phase') !== 'Failed');
  const sum = (resource: string, sort: 'requests' | 'limits'): number =>
    pods.reduce((total, pod) => total + podAmount(pod, resource, sort), 0);
  const names = Object.keys(
    (node['status'] as { readonly allocatable?: Record<string, unknown> } | undefined)?.allocatable ?? {},
  );
  const resources = names
    .filter((name) => name !== 'pods' && !name.startsWith('hugepages-'))
    .map((name) => ({
      name,
      requested: sum(name, 'requests'),
      limits: sum(name, 'limits'),
      allocatable: quantityOf(textAt(node, 'status', 'allocatable', name)) ?? 0,
    }))
    .filter(({ name, requested }) => (ALWAYS as readonly string[]).includes(name) || requested > 0);
  const unwell = pods.filter((pod) => !isReady(pod));
  const maxPods = quantityOf(textAt(node, 'status', 'allocatable', 'pods')) ?? numberAt(node, 'status', 'allocatable', 'pods');
  return {
    pods: pods.length,
    complete: found.complete,
    maxPods,
    resources,
    notReady: [
      ...unwell.slice(0, NAMED).map((pod) => `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''} ${podStatus(pod)}`),
      ...(unwell.length > NAMED ? [`${unwell.length - NAMED} more`] : []),
    ],
  };
}
