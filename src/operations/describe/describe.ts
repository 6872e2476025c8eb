import { nearest, quoted, UsageError } from '../../platform/index.ts';
import {
  apiVersionOf,
  getObject,
  isKubernetesError,
  KubernetesError,
  listMetadata,
  listPage,
  type Connection,
  type KubernetesObject,
  type ResourceKind,
} from '../../kubernetes/index.ts';
import type { Scope } from '../../fleet/index.ts';
import type { Description } from './facts.ts';
import { describeAny, describeConfiguration } from './generic.ts';
import { describeCronJob, describeJob } from './job.ts';
import { Lookup } from './lookup.ts';
import { describeIngress, describeService } from './network.ts';
import { describeNode } from './node.ts';
import { describePod } from './pod.ts';
import { describeAutoscaler, describeBudget, describeNamespace, describeQuota } from './policy.ts';
import { describeClaim, describeVolume } from './storage.ts';
import type { Describer, Told } from './told.ts';
import { describeWorkload } from './workload.ts';
import { getNamed } from '../get.ts';
import { objectTrouble, refOf } from '../trouble/index.ts';

/** How each kind is described; all others by convention. */
const DESCRIBERS: Readonly<Record<string, Describer>> = {
  '/Pod': describePod,
  'apps/Deployment': describeWorkload,
  'apps/ReplicaSet': describeWorkload,
  'apps/StatefulSet': describeWorkload,
  'apps/DaemonSet': describeWorkload,
  '/ReplicationController': describeWorkload,
  'batch/Job': describeJob,
  'batch/CronJob': describeCronJob,
  '/Service': describeService,
  'networking.k8s.io/Ingress': describeIngress,
  '/Node': describeNode,
  '/PersistentVolumeClaim': describeClaim,
  '/PersistentVolume': describeVolume,
  'autoscaling/HorizontalPodAutoscaler': describeAutoscaler,
  'policy/PodDisruptionBudget': describeBudget,
  '/Namespace': describeNamespace,
  '/ResourceQuota': describeQuota,
  '/ConfigMap': describeConfiguration,
  '/Secret': describeConfiguration,
};

export interface DescribeTarget {
  /** Any name that kubectl accepts. */
  readonly kind: string;
  readonly name: string;
  /** Where to look; not regarded for cluster-scoped kinds. */
  readonly scope: Scope;
}

/** Objects of the same name that one target may stand for, when it is looked for in several namespaces. */
const MOST_OF_A_NAME = 5;

/**
 * What there is to know about an object: whether it is well, what is the matter and why, what surrounds it. Sends GET
 * requests only. Several descriptions come when several of the namespaces have an object of the name.
 * @param now milliseconds since the epoch
 * @throws KubernetesError (`not-found`, with the nearest names in its advice), UsageError (`unknown-kind`)
 */
export async function describe(connection: Connection, target: DescribeTarget, now: number): Promise<Description[]> {
  const { kind } = await connection.resolve(target.kind);
  if (!kind.verbs.includes('get')) {
    throw new UsageError(`Objects of kind ${kind.kind} cannot be read: the server answers questions of it and stores none.`, {
      code: 'not-supported',
      field: 'kind',
    });
  }
  const objects = await findObjects(connection, kind, target);
  const described = await Promise.all(
    objects.slice(0, MOST_OF_A_NAME).map((object) => describeObject(connection, kind, object, now)),
  );
  if (objects.length <= MOST_OF_A_NAME) return described;
  const more = {
    what: `more ${kind.resource} of this name`,
    reason: `the first ${MOST_OF_A_NAME} namespaces that have one are told: name others`,
  };
  return described.map((description, index) =>
    index === described.length - 1 ? { ...description, unknown: [...description.unknown, more] } : description,
  );
}

async function describeObject(
  connection: Connection,
  kind: ResourceKind,
  object: KubernetesObject,
  now: number,
): Promise<Description> {
  const look = new Lookup(connection, await connection.kinds());
  const describer = DESCRIBERS[`${kind.group}/${kind.kind}`] ?? describeAny;
  const whole = { ...object, kind: kind.kind, apiVersion: apiVersionOf(kind) };
  const told = withLeaving(await describer(whole, look, now), whole, now);
  return {
    cluster: connection.cluster,
    apiVersion: apiVersionOf(kind),
    subject: { ...refOf(object), kind: kind.kind },
    createdAt: object.metadata?.creationTimestamp,
    ...told,
    unknown: look.unknown,
  };
}

/** What should be gone and is not: of any kind, that is the cause of all else. */
function withLeaving(told: Told, object: KubernetesObject, now: number): Told {
  if (object.metadata?.deletionTimestamp === undefined || told.causes.some(({ code }) => code === 'stuck-terminating'))
    return told;
  const leaving = objectTrouble(object, now).filter(({ code }) => code === 'stuck-terminating');
  if (leaving.length === 0) return { ...told, verdict: { ...told.verdict, health: 'terminating', status: undefined } };
  return {
    ...told,
    verdict: { ...told.verdict, health: 'broken', status: 'being deleted' },
    causes: [...leaving, ...told.causes],
  };
}

async function findObjects(
  connection: Connection,
  kind: ResourceKind,
  { name, scope }: DescribeTarget,
): Promise<readonly KubernetesObject[]> {
  const named = (namespace: string): Promise<KubernetesObject> => getNamed(connection, { kind, namespace, name });
  if (!kind.namespaced) return [await named('')];
  if (scope === '*') {
    const { items } = await listPage(connection, kind, { fields: `metadata.name=${name}`, limit: MOST_OF_A_NAME + 1 });
    if (items.length === 0) throw await nowhere(connection, kind, name);
    return items;
  }
  const [first = 'default', ...others] = scope;
  if (others.length === 0) return [await named(first)];
  const tried = await Promise.allSettled(scope.map((namespace) => getObject(connection, kind, { namespace, name })));
  const found = tried.flatMap((entry) => (entry.status === 'fulfilled' ? [entry.value] : []));
  // A namespace that has none is no fault while another has one; any other fault is.
  const fault = tried.find((entry) => entry.status === 'rejected' && !isKubernetesError(entry.reason, 'not-found'));
  if (fault?.status === 'rejected') throw fault.reason;
  return found.length > 0 ? found : [await named(first)];
}

/** None of the name in any namespace: the names that come near, wherever they are. */
async function nowhere(connection: Connection, kind: ResourceKind, name: string): Promise<KubernetesError> {
  const { items } = await listMetadata(connection, kind, { limit: 500 });
  const places = new Map(
    items.map(({ metadata }) => [metadata?.name ?? '', `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`]),
  );
  const close = nearest(name, places.keys()).flatMap((near) => places.get(near) ?? []);
  return new KubernetesError(
    'not-found',
    `No ${kind.resource} ${quoted(name, 80)} in any namespace of cluster ${connection.cluster}.`,
    {
      scene: {
        cluster: connection.cluster,
        identity: connection.identity,
        verb: 'get',
        group: kind.group,
        resource: kind.resource,
        name,
      },
      advice: close.length === 0 ? undefined : `Nearest: ${close.join(', ')}.`,
    },
  );
}
