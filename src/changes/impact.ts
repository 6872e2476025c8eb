import {
  at,
  DEFINITION,
  groupKindOf,
  listAt,
  mapAt,
  numberAt,
  selectorFits,
  selects,
  textAt,
  type KubernetesObject,
} from '../kubernetes/index.ts';
import type { Neighbours } from './neighbours.ts';
import type { Impact } from './plan.ts';
import { podSpecOf, referencesOf } from './pod-spec.ts';
import { remembered } from './remember.ts';

/** An object that is changed or deleted, and what is round it. */
interface Ground {
  readonly object: KubernetesObject;
  readonly group: string;
  readonly deletes: boolean;
  readonly near: Neighbours;
}

interface Rule {
  readonly relation: Impact['relation'];
  readonly reason: string;
  isAbout(ground: Ground): boolean;
  /** Undefined where it cannot be known. */
  finds(ground: Ground): Promise<readonly string[] | undefined>;
}

/** Kinds whose objects run pods. */
const WORKLOADS: readonly (readonly [group: string, kind: string])[] = [
  ['apps', 'Deployment'],
  ['apps', 'StatefulSet'],
  ['apps', 'DaemonSet'],
  ['batch', 'CronJob'],
  ['batch', 'Job'],
];

/** What namespaces mostly hold besides. */
const COMMON: typeof WORKLOADS = [
  ['', 'Pod'],
  ['', 'Service'],
  ['', 'ConfigMap'],
  ['', 'Secret'],
  ['', 'PersistentVolumeClaim'],
];

/** Kinds that are commonly made by controllers on behalf of other objects. */
const OWNED: readonly (readonly [group: string, kind: string])[] = [...WORKLOADS, ['apps', 'ReplicaSet'], ...COMMON];

/** What a namespace is emptied of when it goes. */
const HELD: typeof WORKLOADS = [...WORKLOADS, ...COMMON];

/** Kinds that others refer to by name. */
const REFERRED: ReadonlySet<string> = new Set(['ConfigMap', 'Secret', 'PersistentVolumeClaim', 'ServiceAccount']);

/** Every object of a plan asks for the references of the same users. */
const references = remembered<KubernetesObject, ReadonlySet<string>>(referencesOf);

/** What else a change touches. */
const RULES: readonly Rule[] = [
  {
    relation: 'owns',
    reason: 'the garbage collector deletes what an object owns',
    isAbout: ({ deletes, object }) => deletes && object.metadata?.namespace !== undefined && object.kind !== 'Pod',
    finds: async ({ object, near }) => {
      const lists = await Promise.all(OWNED.map(([group, kind]) => near.list(group, kind, object.metadata?.namespace)));
      const owned = descendantsOf(
        object,
        lists.flatMap((list) => list ?? []),
      );
      return owned.length === 0 && isBlind(OWNED, lists) ? undefined : owned.map(nameOf);
    },
  },
  {
    relation: 'selected-by',
    reason: 'Services send requests to the pods of a workload',
    isAbout: ({ object }) => podSpecOf(object) !== undefined,
    finds: async ({ object, near }) => {
      const services = await near.list('', 'Service', object.metadata?.namespace);
      return services?.filter((service) => selects(mapAt(service, 'spec', 'selector'), podLabelsOf(object))).map(nameOf);
    },
  },
  {
    relation: 'scaled-by',
    reason: 'an autoscaler sets the replicas again',
    isAbout: ({ object }) => numberAt(object, 'spec', 'replicas') !== undefined,
    finds: async ({ object, near }) => {
      const scalers = await near.list('autoscaling', 'HorizontalPodAutoscaler', object.metadata?.namespace);
      return scalers?.filter((scaler) => pointsTo(at(scaler, 'spec', 'scaleTargetRef'), object)).map(nameOf);
    },
  },
  {
    relation: 'protected-by',
    reason: 'a disruption budget says how many pods may be missing',
    isAbout: ({ object }) => podSpecOf(object) !== undefined,
    finds: async ({ object, near }) => {
      const budgets = await near.list('policy', 'PodDisruptionBudget', object.metadata?.namespace);
      return budgets
        ?.filter((budget) => selectorFits(at(budget, 'spec', 'selector'), podLabelsOf(object)))
        .map(
          (budget) =>
            `${nameOf(budget)} (disruptions allowed now: ${numberAt(budget, 'status', 'disruptionsAllowed') ?? 'unknown'})`,
        );
    },
  },
  {
    relation: 'selects',
    reason: 'clients of a Service reach other pods, or none',
    isAbout: ({ object, group }) => group === '' && object.kind === 'Service',
    finds: async ({ object, near }) => {
      const pods = await near.list('', 'Pod', object.metadata?.namespace);
      return pods?.filter((pod) => selects(mapAt(object, 'spec', 'selector'), pod.metadata?.labels ?? {})).map(nameOf);
    },
  },
  {
    relation: 'routed-from',
    reason: 'an Ingress leads to the Service from outside',
    isAbout: ({ object, group }) => group === '' && object.kind === 'Service',
    finds: async ({ object, near }) => {
      const ingresses = await near.list('networking.k8s.io', 'Ingress', object.metadata?.namespace);
      return ingresses?.filter((ingress) => leadsTo(ingress, object.metadata?.name ?? '')).map(nameOf);
    },
  },
  {
    relation: 'used-by',
    reason: 'pods mount it, read their environment from it, or run as it',
    isAbout: ({ object, group }) => group === '' && REFERRED.has(object.kind ?? ''),
    finds: async ({ object, near }) => {
      const reference = `${object.kind}/${object.metadata?.name}`;
      const kinds = [...WORKLOADS, ['', 'Pod']] as const;
      const lists = await Promise.all(kinds.map(([group, kind]) => near.list(group, kind, object.metadata?.namespace)));
      const users = lists.flatMap((list) => list ?? []).filter((user) => references(user).has(reference));
      if (users.length === 0 && lists.includes(undefined)) return undefined;
      // What a controller made is told with what it was made by.
      return users.filter(({ metadata }) => metadata?.ownerReferences?.some(({ controller }) => controller) !== true).map(nameOf);
    },
  },
  {
    relation: 'holds',
    reason: 'a namespace is deleted with everything in it',
    isAbout: ({ object, group, deletes }) => deletes && group === '' && object.kind === 'Namespace',
    finds: async ({ object, near }) => {
      const counts = await Promise.all(HELD.map(([group, kind]) => near.count(group, kind, object.metadata?.name)));
      const held = counts.flatMap((count, index) => (count === undefined || count === 0 ? [] : `${count} ${HELD[index]?.[1]}`));
      return held.length === 0 && isBlind(HELD, counts) ? undefined : held;
    },
  },
  {
    relation: 'holds',
    reason: 'the objects of a kind go with its definition',
    isAbout: ({ object, deletes }) => deletes && groupKindOf(object) === DEFINITION,
    finds: async ({ object, near }) => {
      const kind = textAt(object, 'spec', 'names', 'kind') ?? '';
      const count = await near.count(textAt(object, 'spec', 'group') ?? '', kind, undefined);
      return count === undefined ? undefined : count === 0 ? [] : [`${count} ${kind}`];
    },
  },
  {
    relation: 'holds',
    reason: 'a node that is cordoned or tainted still runs its pods, one that goes does not',
    isAbout: ({ object, group }) => group === '' && object.kind === 'Node',
    finds: async ({ object, near }) => {
      const pods = await near.list('', 'Pod', undefined, `spec.nodeName=${object.metadata?.name}`);
      return pods === undefined ? undefined : pods.length === 0 ? [] : [`${pods.length} Pod`];
    },
  },
];

/** Whether something else than Secrets could not be read: those few may list, and a warning each time would be read by nobody. */
const isBlind = (kinds: typeof WORKLOADS, answers: readonly unknown[]): boolean =>
  answers.some((answer, index) => answer === undefined && kinds[index]?.[1] !== 'Secret');

/** Names of one relation that are told; the rest is counted. */
const TOLD = 8;

/**
 * What a change of an object touches besides.
 * @returns with the relations that could not be looked at
 */
export async function impactOf(
  ground: Ground,
): Promise<{ readonly impact: readonly Impact[]; readonly unknown: readonly string[] }> {
  const rules = RULES.filter((rule) => rule.isAbout(ground));
  const found = await Promise.all(rules.map(async (rule) => ({ rule, names: await rule.finds(ground) })));
  return {
    impact: found.flatMap(({ rule, names }) => {
      if (names === undefined || names.length === 0) return [];
      const told = names.slice(0, TOLD).join(', ');
      const what = names.length > TOLD ? `${told} and ${names.length - TOLD} more` : told;
      return [{ relation: rule.relation, what, count: names.length }];
    }),
    unknown: found.flatMap(({ rule, names }) => (names === undefined ? [rule.relation] : [])),
  };
}

/** All that an object owns, and what that owns. */
function descendantsOf(object: KubernetesObject, all: readonly KubernetesObject[]): KubernetesObject[] {
  const uids = new Set([object.metadata?.uid ?? '']);
  const found = new Set<KubernetesObject>();
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const each of all) {
      if (found.has(each) || !each.metadata?.ownerReferences?.some(({ uid }) => uids.has(uid))) continue;
      found.add(each);
      uids.add(each.metadata.uid ?? '');
    }
  }
  return [...found];
}

function podLabelsOf(object: KubernetesObject): Readonly<Record<string, string>> {
  if (object.kind === 'Pod') return object.metadata?.labels ?? {};
  return mapAt(object, 'spec', 'template', 'metadata', 'labels');
}

function pointsTo(reference: unknown, object: KubernetesObject): boolean {
  return textAt(reference, 'kind') === object.kind && textAt(reference, 'name') === object.metadata?.name;
}

function leadsTo(ingress: KubernetesObject, service: string): boolean {
  const paths = listAt(ingress, 'spec', 'rules').flatMap((rule) => listAt(rule, 'http', 'paths'));
  const backends = [at(ingress, 'spec', 'defaultBackend'), ...paths.map((path) => at(path, 'backend'))];
  return backends.some((backend) => textAt(backend, 'service', 'name') === service);
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata?.name}`;
}
