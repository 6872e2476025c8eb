import {
  at,
  isKubernetesError,
  listAt,
  quantityOf,
  textAt,
  type Connection,
  type KubernetesObject,
} from '../kubernetes/index.ts';
import { mapBounded } from '../platform/index.ts';
import { amountsOf, podDemand, sum, type Amounts, type Demand } from './top-demand.ts';
import { collect, ordered, PLACES, UNFINISHED, type TopQuestion } from './top-list.ts';
import { nodeMetrics, type MetricsState } from './top-metrics.ts';

export interface NodeTop {
  readonly name: string;
  /** Undefined when nothing is measured. */
  readonly usage: Amounts | undefined;
  /** The sum over its pods; undefined when pods may not be listed. */
  readonly demand: Demand | undefined;
  readonly allocatable: Amounts;
  /** Pods that are not finished; undefined when pods may not be listed. */
  readonly pods: number | undefined;
  /** How many pods it takes. */
  readonly podCapacity: number;
  readonly ready: boolean;
  /** False when cordoned. */
  readonly schedulable: boolean;
}

export interface NodesTop {
  readonly nodes: readonly NodeTop[];
  readonly metrics: MetricsState;
  /** Pods that wait for a node, and what they ask for. */
  readonly waiting: { readonly pods: number; readonly requests: Amounts };
  /** Names asked for that are no nodes. */
  readonly gone: readonly string[];
}

/** This many nodes are asked for their pods one by one; for more, all pods are read. */
const SINGLE_NODES = 4;

/**
 * Nodes: what they use, what their pods ask for, and what they have.
 * @throws KubernetesError when nodes may not be listed
 */
export async function topNodes(connection: Connection, question: TopQuestion = {}): Promise<NodesTop> {
  const { names = [], labels, order = 'cpu' } = question;
  const [nodes, metrics, pods] = await Promise.all([
    collect(connection, 'v1/nodes', { labels }, nodeOf),
    nodeMetrics(connection, labels),
    podsOfNodes(connection, names),
  ]);
  const byNode = pods && Map.groupBy(pods, (pod) => pod.node);
  const tops = nodes
    .filter((node) => names.length === 0 || names.includes(node.name))
    .map((node): NodeTop => {
      const own = byNode?.get(node.name) ?? [];
      const demand = byNode && sum(own.map((pod) => pod.demand));
      return Object.assign(node, { usage: metrics.usage.get(node.name), demand, pods: byNode && own.length });
    });
  const waiting = byNode?.get(undefined) ?? [];
  return {
    nodes: ordered(tops, order),
    metrics: metrics.state,
    waiting: { pods: waiting.length, requests: sum(waiting.map((pod) => pod.demand)).requests },
    gone: names.filter((name) => !tops.some((node) => node.name === name)),
  };
}

function nodeOf(node: KubernetesObject): Pick<NodeTop, 'name' | 'allocatable' | 'podCapacity' | 'ready' | 'schedulable'> {
  return {
    name: node.metadata?.name ?? '',
    allocatable: amountsOf(node, 'status', 'allocatable'),
    podCapacity: quantityOf(at(node, 'status', 'allocatable', 'pods')) ?? 0,
    ready: listAt(node, 'status', 'conditions').some(
      (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
    ),
    schedulable: at(node, 'spec', 'unschedulable') !== true,
  };
}

interface NodePod {
  readonly node: string | undefined;
  readonly demand: Demand;
}

/** The pods that hold resources, without anything but what they ask for; undefined when they may not be listed. */
async function podsOfNodes(connection: Connection, names: readonly string[]): Promise<readonly NodePod[] | undefined> {
  const read = (pod: KubernetesObject): NodePod => ({ node: textAt(pod, 'spec', 'nodeName'), demand: podDemand(pod) });
  const single = names.length > 0 && names.length <= SINGLE_NODES;
  const selectors = single ? names.map((name) => `${UNFINISHED},spec.nodeName=${name}`) : [UNFINISHED];
  try {
    const lists = await mapBounded(selectors, PLACES, (fields) => collect(connection, 'v1/pods', { fields }, read));
    return lists.flat();
  } catch (error) {
    // Whoever may see nodes need not be allowed to see pods; usage and capacity can be told all the same.
    if (isKubernetesError(error, 'forbidden')) return undefined;
    throw error;
  }
}
