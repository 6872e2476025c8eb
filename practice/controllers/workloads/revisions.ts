import type { KubeObject } from '../../model.ts';
import type { Cluster } from '../cluster.ts';
import type { ControllerRevision } from '../kinds.ts';
import { same } from '../../same.ts';
import type { Labels, PodTemplate } from '../shapes.ts';
import { controllerRef } from './pods-of.ts';
import { templateHash } from './template-hash.ts';

interface Owner extends KubeObject {
  readonly spec: {
    readonly template: PodTemplate;
    readonly selector: { readonly matchLabels?: Labels };
    readonly revisionHistoryLimit?: number;
  };
}

/** The revisions of a DaemonSet or StatefulSet, oldest first, and the one of its template now, which is made when there is none. */
export function revisionsOf(
  cluster: Cluster,
  owner: Owner,
  hashLabel: string,
): { readonly all: readonly ControllerRevision[]; readonly newest: ControllerRevision } {
  const all = [...cluster.ownedBy<'controllerrevisions.apps'>('ControllerRevision', owner.metadata.uid)].sort(
    (one, other) => one.revision - other.revision,
  );
  const template = { ...owner.spec.template, $patch: 'replace' } as const;
  const number = (all.at(-1)?.revision ?? 0) + 1;
  const known = all.find(({ data }) => same(data.spec.template, template));
  if (known === undefined) {
    const made = create(cluster, owner, hashLabel, number);
    return { all: [...all, made], newest: made };
  }
  if (known === all.at(-1)) return { all, newest: known };
  const again = cluster.update('controllerrevisions.apps', { ...known, revision: number });
  return { all: [...all.filter((revision) => revision !== known), again], newest: again };
}

function create(cluster: Cluster, owner: Owner, hashLabel: string, revision: number): ControllerRevision {
  const { name, namespace, annotations } = owner.metadata;
  const hash = templateHash(owner.spec.template);
  return cluster.create('controllerrevisions.apps', {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace !== undefined && { namespace }),
      labels: { ...owner.spec.selector.matchLabels, [hashLabel]: hash },
      ...(annotations !== undefined && { annotations }),
      ownerReferences: [controllerRef(owner)],
    },
    data: { spec: { template: { ...owner.spec.template, $patch: 'replace' } } },
    revision,
  });
}

/** Forgets old revisions that no pod has any more. @param inUse names of those to keep */
export function forgetRevisions(
  cluster: Cluster,
  all: readonly ControllerRevision[],
  inUse: ReadonlySet<string>,
  limit = 10,
): void {
  const idle = all.filter(({ metadata }) => !inUse.has(metadata.name));
  for (const revision of idle.slice(0, Math.max(idle.length - limit, 0))) cluster.delete('controllerrevisions.apps', revision);
}
