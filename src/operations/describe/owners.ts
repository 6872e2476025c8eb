import type { KubernetesObject } from '../../kubernetes/index.ts';
import type { ObjectRef } from '../trouble/index.ts';
import type { Lookup } from './lookup.ts';
import { controllerOf } from './pods.ts';

/** Chains longer than this do not happen; a circle must end. */
const LONGEST = 5;

/** From the object's owner up to the root; each is asked for its own owner, by metadata alone. */
export async function ownersOf(look: Lookup, object: KubernetesObject): Promise<ObjectRef[]> {
  const chain: ObjectRef[] = [];
  let current: KubernetesObject | null | undefined = object;
  while (current !== null && current !== undefined && chain.length < LONGEST) {
    const owner = controllerOf(current);
    if (owner === undefined) break;
    const kind = look.ofObject(owner.apiVersion, owner.kind);
    const namespace = kind?.namespaced === false ? undefined : object.metadata?.namespace;
    chain.push({ kind: owner.kind, ...(namespace !== undefined && { namespace }), name: owner.name });
    // A node owns its static pods, and nothing owns a node.
    if (kind === undefined || kind.kind === 'Node') break;
    current = await look.get(kind, { namespace, name: owner.name, metadataOnly: true });
  }
  return chain;
}
