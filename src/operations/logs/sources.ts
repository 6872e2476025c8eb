import type { Scope } from '../../fleet/index.ts';
import {
  getObject,
  isKubernetesError,
  listAt,
  textAt,
  type Connection,
  type KubernetesObject,
  type ResourceKind,
} from '../../kubernetes/index.ts';
import { didYouMean, quoted, UsageError } from '../../platform/index.ts';
import { explainMissing, getNamed } from '../get.ts';
import { containersOf, type ContainerView } from '../trouble/index.ts';
import { defaultContainerOf, listPods, podsOfWorkload } from '../workload-pods.ts';

/** Whose logs: of pods by name, of a workload, of what has certain labels, or of all that runs in the scope. */
export interface SourcesQuestion {
  readonly scope: Scope;
  /** Any name of a kind. @default pods */
  readonly kind?: string | undefined;
  readonly names: readonly string[];
  readonly labels?: string | undefined;
  /** `*` for all. @default the pod's default container by its annotation, else all but init containers that are done */
  readonly container?: string | undefined;
  readonly previous?: boolean | undefined;
}

/** One container whose log is read. */
export interface Source {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
}

export interface Sources {
  /** What is asked for, in words: `Deployment api`, `pods with app=web`. */
  readonly what: string;
  readonly pods: number;
  readonly sources: readonly Source[];
  /** Containers without a log, and why. */
  readonly silent: readonly { readonly pod: string; readonly container: string; readonly why: string }[];
  /** Containers that there are besides, which were not asked for. */
  readonly others: readonly string[];
  /** Containers left out because there are too many. */
  readonly leftOut: number;
}

/** Logs that are read for one answer at most. */
const MOST_SOURCES = 40;

/**
 * Finds the containers whose logs are asked for. When there are too many, those that are not well come first.
 * @throws KubernetesError (`not-found`), UsageError for a kind that runs nothing or a container that no pod has
 */
export async function findSources(connection: Connection, question: SourcesQuestion): Promise<Sources> {
  const { what, pods } = await podsOf(connection, question);
  const found = pods.map((pod) => ({ pod, ...containersWanted(pod, question.container) }));
  const wanted = found.flatMap(({ pod, wanted }) => wanted.map((container) => ({ pod, container })));
  if (question.container !== undefined && pods.length > 0 && wanted.length === 0) throw noContainer(question.container, pods);
  const silent = wanted.flatMap(({ pod, container }) => {
    const why = whySilent(container, question.previous ?? false);
    return why === undefined ? [] : [{ pod: pod.metadata?.name ?? '', container: container.name, why }];
  });
  const speaking = wanted.filter(({ container }) => whySilent(container, question.previous ?? false) === undefined);
  const urgent = speaking.toSorted((a, b) => urgency(b.container) - urgency(a.container));
  return {
    what,
    pods: pods.length,
    sources: urgent.slice(0, MOST_SOURCES).map(({ pod, container }) => sourceOf(pod, container)),
    silent,
    others: [...new Set(found.flatMap(({ others }) => others))],
    leftOut: Math.max(0, urgent.length - MOST_SOURCES),
  };
}

function sourceOf({ metadata }: KubernetesObject, { name }: ContainerView): Source {
  return { namespace: metadata?.namespace ?? '', pod: metadata?.name ?? '', uid: metadata?.uid ?? '', container: name };
}

async function podsOf(
  connection: Connection,
  question: SourcesQuestion,
): Promise<{ readonly what: string; readonly pods: readonly KubernetesObject[] }> {
  const { names, labels, scope } = question;
  const pod = (await connection.resolve('pods')).kind;
  const kind = question.kind === undefined ? pod : (await connection.resolve(question.kind)).kind;
  const namespaces = scope === '*' ? [undefined] : scope;
  if (kind.group === '' && kind.resource === 'pods') {
    if (names.length > 0)
      return { what: `pod${names.length === 1 ? '' : 's'} ${names.join(', ')}`, pods: await named(connection, pod, question) };
    const pods = await Promise.all(namespaces.map((namespace) => listPods(connection, pod, { namespace, labels })));
    return { what: labels === undefined ? 'all pods' : `pods with ${labels}`, pods: pods.flat() };
  }
  if (names.length === 0) {
    throw new UsageError(`kube_logs needs the name of the ${kind.kind}.`, {
      code: 'missing-argument',
      field: 'name',
      advice: 'Without kind it reads pods: by name, by labels, or all of the namespace.',
    });
  }
  const [namespace] = scope;
  if (scope === '*' || scope.length > 1 || namespace === undefined) throw oneNamespace(kind);
  const pods = await Promise.all(names.map((name) => podsOfWorkload(connection, kind, pod, { namespace, name })));
  const unique = new Map(pods.flat().map((each) => [each.metadata?.uid, each]));
  return { what: `${kind.kind} ${names.join(', ')}`, pods: [...unique.values()] };
}

/** Pods by name; in several namespaces wherever there is one of the name. */
async function named(connection: Connection, pod: ResourceKind, { scope, names }: SourcesQuestion): Promise<KubernetesObject[]> {
  const [namespace] = scope;
  if (scope !== '*' && scope.length === 1 && namespace !== undefined) {
    return Promise.all(names.map((name) => getNamed(connection, { kind: pod, namespace, name })));
  }
  const namespaces = scope === '*' ? [undefined] : scope;
  const lists = await Promise.all(
    names.flatMap((name) =>
      namespaces.map((each) => listPods(connection, pod, { namespace: each, fields: `metadata.name=${name}` })),
    ),
  );
  return lists.flat();
}

function containersWanted(
  pod: KubernetesObject,
  wanted: string | undefined,
): { readonly wanted: readonly ContainerView[]; readonly others: readonly string[] } {
  const containers = containersOf(pod);
  if (wanted === '*') return { wanted: containers, others: [] };
  const name = wanted ?? defaultContainerOf(pod);
  const chosen = containers.filter((container) => container.name === name);
  if (wanted !== undefined || chosen.length > 0) {
    return { wanted: chosen, others: containers.filter((each) => each.name !== name).map((each) => each.name) };
  }
  const isDone = ({ role, state }: ContainerView): boolean =>
    role === 'init' && state.is === 'terminated' && state.exit.code === 0;
  return { wanted: containers.filter((each) => !isDone(each)), others: containers.filter(isDone).map((each) => each.name) };
}

/** Why a container has no log to read; undefined when it has one. */
function whySilent({ restarts, state }: ContainerView, previous: boolean): string | undefined {
  if (previous) return restarts === 0 ? 'it has not been restarted' : undefined;
  if (restarts > 0) return undefined;
  if (state.is === 'waiting') return state.reason;
  return state.is === 'unknown' ? 'it has not begun' : undefined;
}

/** What is not well is read first. */
function urgency({ restarts, ready, role, state }: ContainerView): number {
  return (ready || state.is === 'terminated' ? 0 : 100) + Math.min(restarts, 50) + (role === 'app' ? 1 : 0);
}

function noContainer(name: string, pods: readonly KubernetesObject[]): UsageError {
  const names = [...new Set(pods.flatMap((pod) => containersOf(pod).map((container) => container.name)))];
  return new UsageError(`No container ${quoted(name, 60)}${didYouMean(name.slice(0, 60), names) || '.'}`, {
    code: 'invalid-argument',
    field: 'container',
    advice: `Containers: ${names.slice(0, 20).join(', ')}; * for all.`,
  });
}

function oneNamespace(kind: ResourceKind): UsageError {
  return new UsageError(`The logs of a ${kind.kind} are read in one namespace.`, {
    code: 'invalid-argument',
    field: 'namespace',
    advice: 'Name the namespace, or leave kind and name out to read all pods.',
  });
}

/** Whether nothing more will be written to a log: its pod is gone, or has ended for good. */
export async function isOver(connection: Connection, source: Source): Promise<boolean> {
  const kind = (await connection.resolve('pods')).kind;
  let pod: KubernetesObject;
  try {
    pod = await getObject(connection, kind, { namespace: source.namespace, name: source.pod });
  } catch (error) {
    if (isKubernetesError(error, 'not-found')) return true;
    // A server that does not answer says nothing of the pod.
    if (isKubernetesError(error, 'unreachable', 'timeout', 'server', 'throttled')) return false;
    throw await explainMissing(connection, { kind, namespace: source.namespace, name: source.pod }, error);
  }
  if (pod.metadata?.uid !== source.uid) return true;
  const phase = textAt(pod, 'status', 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') return true;
  const leaving = pod.metadata?.deletionTimestamp !== undefined || listAt(pod, 'status', 'containerStatuses').length === 0;
  const state = containersOf(pod).find((container) => container.name === source.container)?.state;
  return leaving && state?.is !== 'running';
}
