import {
  blocks,
  count,
  cpu,
  memory,
  percent,
  table,
  thousands,
  type Answer,
  type Cell,
  type Column,
  type JsonObject,
} from '../../../answers/index.ts';
import type { Amounts, NodesTop, NodeTop } from '../../../operations/index.ts';
import { inAllRows } from './in-all-rows.ts';
import { cursorAfter, itemsAfter, pageData, withCursor } from './paging.ts';
import { amountsData, memoryColumns, metricsData, notesOf, total, usageData, withShare, type TopScene } from './top-cells.ts';

/** Nodes: every share is one of what the node has to give. */
export function nodesAnswer(found: NodesTop, scene: TopScene): Answer {
  const { page } = scene;
  const keyOf = (node: NodeTop): string => node.name;
  const left = itemsAfter(found.nodes, page, keyOf);
  const wanted = left.slice(0, page.limit);
  const cursor = (shown: number): string | undefined => cursorAfter(found.nodes, left, shown, page, keyOf);
  return {
    text(budget) {
      const head = budget.spend(blocks(nodesHead(found, scene), ...notesOf(found, 'node')));
      const room = budget.reserve(60);
      const made = withCursor(
        budget,
        (rest) => table(NODE_COLUMNS, nodeRows(wanted), rest),
        ({ shown }) => cursor(shown),
      );
      room();
      const missing = left.length - made.shown;
      return blocks(
        head,
        inAllRows(made.constants, scene.place),
        made.text,
        missing > 0 && `… ${thousands(missing)} more`,
        made.nextLine,
      );
    },
    data: (budget) => ({
      cluster: scene.cluster,
      total: found.nodes.length,
      metrics: metricsData(found.metrics),
      waitingPods: { pods: found.waiting.pods, ...amountsData(found.waiting.requests) },
      ...(found.gone.length > 0 && { gone: found.gone }),
      ...pageData('nodes', wanted, nodeData, budget, cursor),
    }),
  };
}

function nodesHead({ nodes }: NodesTop, { place }: TopScene): string {
  if (nodes.length === 0) return `No nodes ${place}.`;
  // Shares of nodes that are not measured would make the cluster look idle.
  const measured = nodes.filter((node) => node.usage !== undefined);
  const used = total(measured.flatMap((node) => node.usage ?? []));
  const use =
    measured.length === 0
      ? ''
      : ` ${measured.length < nodes.length ? `${thousands(measured.length)} measured: ` : 'Use '}${ofTotal(used, measured)}.`;
  const known = nodes.every((node) => node.demand !== undefined);
  const asked = total(nodes.flatMap((node) => node.demand?.requests ?? []));
  const requests = known ? ` Requested: ${ofTotal(asked, nodes)}.` : ' Requests are unknown, since pods may not be listed.';
  return `${count(nodes.length, 'node')} ${place}.${use}${requests} Shares are of allocatable.`;
}

/** `CPU 1.96 of 2 (98%), memory 3Gi of 23.5Gi (13%)`. */
function ofTotal(amounts: Amounts, nodes: readonly NodeTop[]): string {
  const has = total(nodes.map((node) => node.allocatable));
  return `CPU ${cpu(amounts.cpu)} of ${cpu(has.cpu)} (${percent(amounts.cpu, has.cpu)}), memory ${memory(amounts.memory)} of ${memory(has.memory)} (${percent(amounts.memory, has.memory)})`;
}

const NODE_COLUMNS: readonly Column[] = [
  { name: 'NAME', pin: true },
  { name: 'CPU', kind: 'number' },
  { name: 'CPU REQ', kind: 'number' },
  { name: 'CPU LIM', kind: 'number' },
  { name: 'CPU OF', kind: 'number' },
  { name: 'MEM', kind: 'number' },
  { name: 'MEM REQ', kind: 'number' },
  { name: 'MEM LIM', kind: 'number' },
  { name: 'MEM OF', kind: 'number' },
  { name: 'PODS', kind: 'number' },
  { name: 'STATUS' },
];

function nodeRows(nodes: readonly NodeTop[]): Cell[][] {
  const all = memoryColumns(nodes, (node) => node.allocatable.memory);
  return nodes.map((node, index) => {
    const { usage, demand, allocatable } = node;
    const status = [node.ready ? '' : 'NotReady', node.schedulable ? '' : 'cordoned'].filter((word) => word !== '');
    const share = (amount: number | undefined, key: keyof Amounts): string =>
      amount === undefined || amount === 0 ? '' : percent(amount, allocatable[key]);
    return [
      node.name,
      withShare(usage === undefined ? '' : cpu(usage.cpu), share(usage?.cpu, 'cpu')),
      withShare(demand === undefined ? '' : cpu(demand.requests.cpu), share(demand?.requests.cpu, 'cpu')),
      share(demand?.limits.cpu, 'cpu'),
      cpu(allocatable.cpu),
      withShare(all.usage[index] ?? '', share(usage?.memory, 'memory')),
      withShare(all.requests[index] ?? '', share(demand?.requests.memory, 'memory')),
      share(demand?.limits.memory, 'memory'),
      all.last[index],
      node.pods === undefined ? '' : `${node.pods}/${node.podCapacity}`,
      status.join(', '),
    ];
  });
}

function nodeData(node: NodeTop): JsonObject {
  const { name, allocatable, pods, podCapacity, ready, schedulable } = node;
  return { name, ...usageData(node), allocatable: amountsData(allocatable), pods: pods ?? null, podCapacity, ready, schedulable };
}
