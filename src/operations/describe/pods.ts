import { at, listAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { containersOf, hasCondition } from '../trouble/index.ts';
import type { PodGroup, PodsFacts } from './facts.ts';
import type { Found } from './lookup.ts';

/** Names of a group that are told. */
const NAMES = 3;

/** The state of a pod in the word that kubectl prints. */
export function podStatus(pod: KubernetesObject): string {
  const phase = textAt(pod, 'status', 'phase') ?? 'Unknown';
  if (pod.metadata?.deletionTimestamp !== undefined)
    return textAt(pod, 'status', 'reason') === 'NodeLost' ? 'Unknown' : 'Terminating';
  const reason = textAt(pod, 'status', 'reason');
  if (reason !== undefined) return reason;
  if (hasCondition(pod, 'PodScheduled', 'False') && listAt(pod, 'spec', 'schedulingGates').length > 0) return 'SchedulingGated';
  for (const { role, state } of containersOf(pod)) {
    if (role === 'ephemeral') continue;
    const prefix = role === 'init' ? 'Init:' : '';
    if (state.is === 'waiting' && state.reason !== 'PodInitializing') return `${prefix}${state.reason}`;
    if (state.is === 'terminated' && (state.exit.code !== 0 || (role === 'app' && phase !== 'Running')))
      return `${prefix}${state.exit.reason}`;
    if (role === 'init' && state.is === 'running') return 'Init';
  }
  return phase;
}

export function isReady(pod: KubernetesObject): boolean {
  return hasCondition(pod, 'Ready', 'True') && pod.metadata?.deletionTimestamp === undefined;
}

/** A pod that is done: it serves nobody, and is not missed. */
export function isDone(pod: KubernetesObject): boolean {
  return textAt(pod, 'status', 'phase') === 'Succeeded';
}

/** Pods folded by state; those that are not well stand first. */
export function podsFacts(found: Found): PodsFacts {
  const groups = new Map<string, { status: string; ready: boolean; pods: KubernetesObject[] }>();
  for (const pod of found.items) {
    const status = podStatus(pod);
    const ready = isReady(pod) || isDone(pod);
    const key = `${status} ${ready}`;
    const group = groups.get(key) ?? { status, ready, pods: [] };
    group.pods.push(pod);
    groups.set(key, group);
  }
  return {
    total: found.items.length,
    ready: found.items.filter(isReady).length,
    complete: found.complete,
    groups: [...groups.values()].map(groupOf).toSorted((a, b) => Number(a.ready) - Number(b.ready) || b.count - a.count),
  };
}

function groupOf({ status, ready, pods }: { status: string; ready: boolean; pods: readonly KubernetesObject[] }): PodGroup {
  const restarts = pods.map((pod) => containersOf(pod).reduce((sum, container) => sum + container.restarts, 0));
  return {
    status,
    ready,
    count: pods.length,
    names: pods.slice(0, NAMES).map((pod) => pod.metadata?.name ?? ''),
    restarts: Math.max(0, ...restarts),
    nodes: [...new Set(pods.flatMap((pod) => textAt(pod, 'spec', 'nodeName') ?? []))],
  };
}

/** True when the object is controlled by the other. */
export function isOwnedBy(object: KubernetesObject, uid: string | undefined): boolean {
  return uid !== undefined && (object.metadata?.ownerReferences ?? []).some((owner) => owner.uid === uid);
}

/** The uid of what controls an object. */
export function controllerOf(object: KubernetesObject) {
  const owners = object.metadata?.ownerReferences ?? [];
  return owners.find((owner) => at(owner, 'controller') === true) ?? owners[0];
}
