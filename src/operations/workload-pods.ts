import {
  at,
  KubernetesError,
  listPages,
  mapAt,
  textAt,
  type Connection,
  type KubernetesObject,
  type ResourceKind,
} from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import { getNamed } from './get.ts';
import { hasCondition, selectorText } from './trouble/index.ts';

/** Pods that are looked at at most. */
const MOST_PODS = 1_000;

/** The container of a pod that its annotation names for whoever names none. */
export function defaultContainerOf(pod: KubernetesObject): string | undefined {
  return pod.metadata?.annotations?.['kubectl.kubernetes.io/default-container'];
}

/** The pods that a workload has made, or that a Service leads to. */
export async function podsOfWorkload(
  connection: Connection,
  kind: ResourceKind,
  pod: ResourceKind,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<readonly KubernetesObject[]> {
  const object = await getNamed(connection, { kind, namespace, name });
  if (kind.kind === 'CronJob') {
    const job = (await connection.resolve('jobs.batch')).kind;
    const uids: string[] = [];
    for await (const page of listPages(connection, job, { namespace })) {
      for (const each of page.items) {
        const owned = each.metadata?.ownerReferences?.some(({ uid }) => uid === object.metadata?.uid) === true;
        if (owned && each.metadata?.uid !== undefined) uids.push(each.metadata.uid);
      }
    }
    // Jobs label their pods with their uid: https://kubernetes.io/docs/concepts/workloads/controllers/job/
    return uids.length === 0 ? [] : listPods(connection, pod, { namespace, labels: `controller-uid in (${uids.join(',')})` });
  }
  const labels = selectorOf(object);
  if (labels !== undefined) return listPods(connection, pod, { namespace, labels });
  throw new UsageError(`${kind.kind} ${name} selects no pods, so that there are none behind it.`, {
    code: 'invalid-argument',
    field: 'kind',
    advice: 'Name a pod, or a workload or Service that selects some.',
  });
}

/**
 * The pod that a name means: itself, or of what a workload or Service has the first that is ready, else the first that
 * runs.
 * @throws KubernetesError (`not-found`; `unreachable` when none runs), UsageError for a kind that runs nothing
 */
export async function podBehind(
  connection: Connection,
  target: { readonly namespace: string; readonly kind: string; readonly name: string },
): Promise<string> {
  const { namespace, name } = target;
  const [{ kind }, { kind: pod }] = await Promise.all([connection.resolve(target.kind), connection.resolve('pods')]);
  // A pod that is named is meant, whether there is one or not: what is wanted of it says so.
  if (kind.group === pod.group && kind.resource === pod.resource) return name;
  const pods = await podsOfWorkload(connection, kind, pod, { namespace, name });
  const running = pods.filter((each) => textAt(each, 'status', 'phase') === 'Running');
  const chosen = running.find((each) => hasCondition(each, 'Ready', 'True')) ?? running[0];
  if (chosen?.metadata?.name !== undefined) return chosen.metadata.name;
  throw new KubernetesError('unreachable', `No pod of ${kind.kind} ${name} in namespace ${namespace} is running.`, {
    advice: `kube_describe {"kind":"${kind.resource}","name":"${name}","namespace":"${namespace}"} says why.`,
  });
}

/** A selector as a Service has it is a plain map; all others have matchLabels. */
function selectorOf(object: KubernetesObject): string | undefined {
  const selector = at(object, 'spec', 'selector');
  const plain = mapAt(object, 'spec', 'selector');
  if (at(selector, 'matchLabels') !== undefined || at(selector, 'matchExpressions') !== undefined) return selectorText(selector);
  return selectorText({ matchLabels: plain }) ?? textAt(object, 'status', 'selector');
}

export async function listPods(
  connection: Connection,
  pod: ResourceKind,
  selection: { readonly namespace: string | undefined; readonly labels?: string | undefined; readonly fields?: string },
): Promise<readonly KubernetesObject[]> {
  const pods: KubernetesObject[] = [];
  for await (const page of listPages(connection, pod, selection)) {
    pods.push(...page.items);
    if (pods.length >= MOST_PODS) break;
  }
  return pods;
}
