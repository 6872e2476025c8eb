import type { KubernetesObject } from '../../kubernetes/index.ts';
import { controllerOf } from './pods.ts';

/** Users that are told. */
const TOLD = 8;

/** Who pods belong to, folded: `Deployment web ×3`. */
export function usersOf(pods: readonly KubernetesObject[]): string[] {
  const counts = new Map<string, number>();
  for (const pod of pods) {
    const name = userOf(pod);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const users = [...counts].map(([name, count]) => (count === 1 ? name : `${name} ×${count}`));
  return users.length <= TOLD ? users : [...users.slice(0, TOLD), `${users.length - TOLD} more`];
}

function userOf(pod: KubernetesObject): string {
  const { name = '', labels = {} } = pod.metadata ?? {};
  const owner = controllerOf(pod);
  if (owner === undefined) return `Pod ${name}`;
  // A Deployment names its ReplicaSets after itself and the hash of their template, and marks their pods with it.
  const ending = `-${labels['pod-template-hash']}`;
  return owner.kind === 'ReplicaSet' && owner.name.endsWith(ending)
    ? `Deployment ${owner.name.slice(0, -ending.length)}`
    : `${owner.kind} ${owner.name}`;
}
