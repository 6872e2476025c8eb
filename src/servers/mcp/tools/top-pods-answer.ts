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
import type { Amounts, PodsTop, PodTop } from '../../../operations/index.ts';
import { inAllRows } from './in-all-rows.ts';
import { cursorAfter, itemsAfter, pageData, withCursor } from './paging.ts';
import { podRows, type PodRow } from './top-rows.ts';
import { memoryColumns, metricsData, notesOf, total, usageData, withShare, type TopScene } from './top-cells.ts';

/** Usage of this share of a memory limit is told in the head line: the next step is being killed. */
const NEAR = 0.9;
/** Names told there at most. */
const NAMED = 5;

/** Pods, or their containers: every share is usage of what stands beside it. */
export function podsAnswer(found: PodsTop, scene: TopScene): Answer {
  const { page } = scene;
  return {
    text(budget) {
      const keyOf = (row: PodRow): string => row.key;
      const rows = podRows(found.pods, { containers: scene.containers, fold: !scene.named });
      const left = itemsAfter(rows, page, keyOf);
      const wanted = left.slice(0, page.limit);
      const head = budget.spend(blocks(podsHead(found, scene), ...notesOf(found, 'pod'), nearLimit(found.pods)));
      const room = budget.reserve(60);
      const made = withCursor(
        budget,
        (rest) => table(POD_COLUMNS, cellsOf(wanted), rest),
        ({ shown }) => cursorAfter(rows, left, shown, page, keyOf),
      );
      room();
      const missing = left.slice(made.shown).reduce((sum, row) => sum + row.pods, 0);
      return blocks(
        head,
        inAllRows(made.constants, scene.place),
        made.text,
        missing > 0 && `… ${count(missing, 'more pod')}`,
        made.nextLine,
      );
    },
    data(budget) {
      const keyOf = (pod: PodTop): string => `${pod.namespace}/${pod.name}`;
      const left = itemsAfter(found.pods, page, keyOf);
      const cursor = (shown: number): string | undefined => cursorAfter(found.pods, left, shown, page, keyOf);
      const wanted = left.slice(0, page.limit);
      return {
        cluster: scene.cluster,
        total: found.pods.length,
        metrics: metricsData(found.metrics),
        ...(found.gone.length > 0 && { gone: found.gone }),
        ...pageData('pods', wanted, (pod) => podData(pod, scene.containers), budget, cursor),
      };
    },
  };
}

function podsHead({ pods }: PodsTop, { place }: TopScene): string {
  if (pods.length === 0) return `No pods ${place} that hold resources.`;
  const asked = total(pods.map((pod) => pod.demand.requests));
  const measured = pods.filter((pod) => pod.usage !== undefined);
  const requests = `requested CPU ${cpu(asked.cpu)}, memory ${memory(asked.memory)}`;
  const head = `${count(pods.length, 'pod')} ${place}`;
  if (measured.length === 0) return `${head}: ${requests}.`;
  const used = total(measured.flatMap((pod) => pod.usage ?? []));
  const use = `CPU ${cpu(used.cpu)}, memory ${memory(used.memory)}`;
  // What few pods use says nothing about what all of them asked for.
  if (measured.length < pods.length) return `${head}. ${thousands(measured.length)} measured: ${use}. All together ${requests}.`;
  return `${head}: use ${use}; ${requests}.`;
}

/** Names what the pods do not share: the namespace where there are several, the container where a pod has several. */
function nearLimit(pods: readonly PodTop[]): string {
  const several = new Set(pods.map((pod) => pod.namespace)).size > 1;
  const near = pods.flatMap(({ namespace, name, containers }) =>
    containers
      .filter(({ usage, demand }) => usage !== undefined && demand.limited.memory && usage.memory >= demand.limits.memory * NEAR)
      .map((container) => {
        const which = `${several ? `${namespace}/` : ''}${name}${containers.length > 1 ? ` ${container.name}` : ''}`;
        return `${which} ${percent(container.usage?.memory ?? 0, container.demand.limits.memory)}`;
      }),
  );
  if (near.length === 0) return '';
  return `Near the memory limit: ${near.slice(0, NAMED).join(', ')}${near.length > NAMED ? `, ${thousands(near.length - NAMED)} more` : ''}.`;
}

const POD_COLUMNS: readonly Column[] = [
  { name: 'NAMESPACE' },
  { name: 'NAME', pin: true },
  { name: 'CONTAINER' },
  { name: 'CPU', kind: 'number' },
  { name: 'CPU REQ', kind: 'number' },
  { name: 'CPU LIM', kind: 'number' },
  { name: 'MEM', kind: 'number' },
  { name: 'MEM REQ', kind: 'number' },
  { name: 'MEM LIM', kind: 'number' },
  { name: 'PHASE' },
];

/** Shares are of the request and the limit beside them. */
function cellsOf(rows: readonly PodRow[]): Cell[][] {
  const columns = memoryColumns(rows, ({ demand }) => (demand.limited.memory ? demand.limits.memory : undefined));
  return rows.map((row, index): Cell[] => {
    const { usage, demand } = row;
    const share = (key: keyof Amounts, of: number): string => (usage === undefined ? '' : percent(usage[key], of));
    const { requests, limits, limited } = demand;
    return [
      row.namespace,
      row.name,
      row.container,
      usage === undefined ? '' : cpu(usage.cpu),
      requests.cpu === 0 ? '' : withShare(cpu(requests.cpu), share('cpu', requests.cpu)),
      limited.cpu ? withShare(cpu(limits.cpu), share('cpu', limits.cpu)) : '',
      columns.usage[index],
      requests.memory === 0 ? '' : withShare(columns.requests[index] ?? '', share('memory', requests.memory)),
      limited.memory ? withShare(columns.last[index] ?? '', share('memory', limits.memory)) : '',
      row.phase === 'Running' ? '' : row.phase,
    ];
  });
}

function podData(pod: PodTop, containers: boolean): JsonObject {
  const { namespace, name, node, phase } = pod;
  const parts = containers && { containers: pod.containers.map((part) => ({ name: part.name, ...usageData(part) })) };
  return { namespace, name, node: node ?? null, phase, ...usageData(pod), ...parts };
}
