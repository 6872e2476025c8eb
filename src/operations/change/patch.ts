import type { PatchStep } from '../../changes/index.ts';
import type { Connection, Json, PatchType, ResourceKind } from '../../kubernetes/index.ts';
import { didYouMean, quoted, UsageError } from '../../platform/index.ts';
import { listed, subjectsOf, type Wanted } from './subjects.ts';
import { parseValue } from './manifests.ts';

export interface PatchQuestion extends Wanted {
  /** A partial object as YAML or JSON; a list of operations for type `json`. */
  readonly patch: string;
  /** @default strategic for the kinds of Kubernetes itself, merge for others, which know no strategic patch */
  readonly type?: PatchType | undefined;
  readonly subresource?: string | undefined;
}

/** @throws UsageError for a patch that cannot be read, or does not fit its type */
export async function patchSteps(connection: Connection, question: PatchQuestion): Promise<readonly PatchStep[]> {
  const patch = await parseValue(question.patch, 'patch');
  const { kind, subjects } = await subjectsOf(connection, question);
  const type = question.type ?? (Array.isArray(patch) ? 'json' : strategyOf(kind));
  if ((type === 'json') !== Array.isArray(patch) || typeof patch !== 'object' || patch === null) {
    throw new UsageError(`A patch of type ${type} is ${type === 'json' ? 'a list of operations' : 'an object'}.`, {
      code: 'invalid-argument',
      field: 'patch',
      advice: type === 'json' ? 'e.g. [{"op":"replace","path":"/spec/replicas","value":2}]' : 'e.g. {"spec":{"replicas":2}}',
    });
  }
  const subresource = subresourceOf(kind, question.subresource);
  return subjects.map((subject) => ({
    action: 'patch',
    cluster: connection.cluster,
    subject,
    type,
    patch: patch as Json,
    ...(subresource !== undefined && { subresource }),
  }));
}

/** The groups of Kubernetes itself that have a dot; those of custom resources have one as well. */
const OWN_GROUPS: ReadonlySet<string> = new Set(
  listed(
    'admissionregistration.k8s.io,certificates.k8s.io,coordination.k8s.io,discovery.k8s.io,events.k8s.io,' +
      'flowcontrol.apiserver.k8s.io,networking.k8s.io,node.k8s.io,rbac.authorization.k8s.io,resource.k8s.io,' +
      'scheduling.k8s.io,storage.k8s.io,apiextensions.k8s.io,apiregistration.k8s.io',
  ),
);

/** The type of patch that keeps what it does not name, lists included where the server knows how. */
export function strategyOf({ group }: Pick<ResourceKind, 'group'>): 'strategic' | 'merge' {
  return !group.includes('.') || OWN_GROUPS.has(group) ? 'strategic' : 'merge';
}

function subresourceOf(kind: ResourceKind, named: string | undefined): string | undefined {
  if (named === undefined || kind.subresources.includes(named)) return named;
  throw new UsageError(
    `${kind.resource} have no subresource ${quoted(named, 60)}${didYouMean(named.slice(0, 60), kind.subresources) || '.'}`,
    {
      code: 'invalid-argument',
      field: 'subresource',
      advice: kind.subresources.length === 0 ? undefined : `There are: ${kind.subresources.join(', ')}.`,
    },
  );
}
