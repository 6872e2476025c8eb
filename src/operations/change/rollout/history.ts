import { at, listPage, mapAt, numberAt, type Connection, type Json, type KubernetesObject } from '../../../kubernetes/index.ts';
import { UsageError } from '../../../platform/index.ts';
import { byRevision, revisionOf, templateDifferences } from '../../describe/revisions.ts';
import { selectorText } from '../../trouble/index.ts';
import { onlyFor, type Workload } from './workload.ts';

/** A state that the pods of a workload had, or have. */
export interface Revision {
  readonly revision: number;
  /** The ReplicaSet or ControllerRevision that keeps it. */
  readonly keeper: KubernetesObject;
  /** The pod template, redacted. */
  readonly template: unknown;
  readonly createdAt: string | undefined;
  readonly cause: string | undefined;
  /** True for the one that the workload wants now. */
  readonly current: boolean;
}

/** What one revision changed of the one before it that is still kept. */
export type Differences = ReturnType<typeof templateDifferences>;

const CAUSE = 'kubernetes.io/change-cause';

/** Kinds that keep their revisions. */
export const WITH_HISTORY = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Label that a Deployment puts on the pods of each revision; it is no part of what was wanted. */
const HASH = 'pod-template-hash';

/** The revisions that a workload keeps, newest first. */
export async function revisionsOf(connection: Connection, workload: Workload): Promise<readonly Revision[]> {
  onlyFor(workload, WITH_HISTORY, 'asked for its history');
  const { object } = workload;
  const { kind } = await connection.resolve(object.kind === 'Deployment' ? 'replicasets.apps' : 'controllerrevisions.apps');
  const labels = selectorText(at(object, 'spec', 'selector'));
  const { items } = await listPage(connection, kind, { namespace: object.metadata?.namespace, labels });
  const own = items.filter(({ metadata }) => metadata?.ownerReferences?.some(({ uid }) => uid === object.metadata?.uid));
  const kept =
    object.kind === 'Deployment'
      ? byRevision(own).map((keeper) => ({
          keeper,
          revision: revisionOf(keeper),
          template: withoutHash(at(keeper, 'spec', 'template')),
        }))
      : own
          .map((keeper) => ({
            keeper,
            revision: numberAt(keeper, 'revision') ?? 0,
            template: at(keeper, 'data', 'spec', 'template'),
          }))
          .toSorted((a, b) => b.revision - a.revision);
  return kept.map(({ keeper, revision, template }, index) => ({
    revision,
    keeper,
    template,
    createdAt: keeper.metadata?.creationTimestamp,
    cause: keeper.metadata?.annotations?.[CAUSE],
    current: index === 0,
  }));
}

/** What each revision changed, compared with the next older one. */
export function differencesOf(revisions: readonly Revision[], revision: Revision): Differences | undefined {
  const before = revisions[revisions.indexOf(revision) + 1];
  return before === undefined ? undefined : templateDifferences(before.template, revision.template);
}

/**
 * The revision of a number; without one, that before the current.
 * @throws UsageError naming those that there are
 */
export function revisionNumbered(revisions: readonly Revision[], number: number | undefined): Revision {
  const found = number === undefined ? revisions[1] : revisions.find(({ revision }) => revision === number);
  if (found !== undefined) return found;
  const known = revisions.map(({ revision }) => revision).join(', ');
  throw new UsageError(
    number === undefined ? 'There is no revision before the current one.' : `There is no revision ${number}.`,
    { code: 'unknown-revision', field: 'revision', advice: known === '' ? undefined : `Kept: ${known}.` },
  );
}

function withoutHash(template: unknown): unknown {
  const labels = Object.entries(mapAt(template, 'metadata', 'labels')).filter(([name]) => name !== HASH);
  const metadata = at(template, 'metadata');
  return {
    ...(template as Readonly<Record<string, Json>>),
    metadata: { ...(metadata as Readonly<Record<string, Json>> | undefined), labels: Object.fromEntries(labels) },
  };
}
