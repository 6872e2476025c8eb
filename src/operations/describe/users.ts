import type { KubernetesObject } from '../../kubernetes/index.ts';
import { controllerOf } from './pods.ts';

/** Users that are told. */
const TOLD = 8;

/** Who pods belong to, folded: `ReplicaSet web-5d8 ×3`. */
export function usersOf(pods: readonly KubernetesObject[]): string[] {
  const counts = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    const name = owner === undefined ? `Pod ${pod.metadata?.name ?? ''}` : `${owner.kind} ${owner.name}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const users = [...counts].map(([name, count]) => (count === 1 ? name : `${name} ×${count}`));
  return users.length <= TOLD ? users : [...users.slice(0, TOLD), `${users.length - TOLD} more`];
}
