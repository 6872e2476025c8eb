import { count, cpu, memory, memoryColumn, type JsonObject } from '../../../answers/index.ts';
import type { Amounts, Demand, MetricsState, NodesTop, PodsTop } from '../../../operations/index.ts';
import type { Page } from './paging.ts';

export interface TopScene {
  /** `in namespace shop of cluster test`, `of cluster test`. */
  readonly place: string;
  readonly cluster: string;
  readonly page: Page;
  /** Objects were asked for by name. */
  readonly named: boolean;
  /** One row a container. */
  readonly containers: boolean;
}

/** A row of either table: what is used, asked for, allowed, and what the percentages are of. */
export interface Usage {
  readonly usage: Amounts | undefined;
  readonly demand: Demand | undefined;
}

/** Why nothing is measured, at all or of some; what waits; what is not there. */
export function notesOf(found: NodesTop | PodsTop, item: 'node' | 'pod'): string[] {
  const { metrics, gone } = found;
  const items: readonly Usage[] = 'nodes' in found ? found.nodes : found.pods;
  const unmeasured = items.filter(({ usage }) => usage === undefined).length;
  const why = item === 'node' ? 'not ready, or not scraped' : 'not running, just started, or not scraped';
  const waiting = 'waiting' in found ? found.waiting : undefined;
  return [
    metrics.state === 'ok' ? '' : `No usage: ${metrics.says}. Requests and limits are what the objects say.`,
    metrics.state === 'ok' && unmeasured > 0 ? `No metrics of ${count(unmeasured, item)} (${why}); these stand last.` : '',
    waiting !== undefined && waiting.pods > 0
      ? `${count(waiting.pods, 'pod')} without a node, asking for CPU ${cpu(waiting.requests.cpu)}, memory ${memory(waiting.requests.memory)}.`
      : '',
    gone.length === 0 ? '' : `Not found: ${gone.join(', ')}.`,
  ];
}

/** One unit for each of the three, so that a column can be read at sight. */
export function memoryColumns<Item extends Usage>(items: readonly Item[], last: (item: Item) => number | undefined) {
  return {
    usage: memoryColumn(items.map((item) => item.usage?.memory)).cells,
    requests: memoryColumn(items.map((item) => item.demand?.requests.memory)).cells,
    last: memoryColumn(items.map(last)).cells,
  };
}

export function withShare(amount: string, share: string): string {
  return amount === '' || share === '' ? amount : `${amount} ${share}`;
}

export function total(amounts: readonly Amounts[]): Amounts {
  return amounts.reduce((sum, each) => ({ cpu: sum.cpu + each.cpu, memory: sum.memory + each.memory }), { cpu: 0, memory: 0 });
}

export function metricsData(metrics: MetricsState): JsonObject {
  return metrics.state === 'ok' ? { state: 'ok' } : { state: metrics.state, says: metrics.says };
}

/** Cores to a millionth, memory in whole bytes. */
export function amountsData({ cpu, memory }: Amounts): JsonObject {
  return { cpu: Math.round(cpu * 1e6) / 1e6, memory: Math.round(memory) };
}

export function usageData({ usage, demand }: Usage): JsonObject {
  return {
    usage: usage === undefined ? null : amountsData(usage),
    requests: demand === undefined ? null : amountsData(demand.requests),
    limits: demand === undefined ? null : { ...amountsData(demand.limits), complete: demand.limited },
  };
}
