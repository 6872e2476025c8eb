import { type FairleadError, isFairlead, mapBounded } from '../platform/index.ts';

/** A cluster that gave no answer, and why. */
export interface Missing {
  readonly cluster: string;
  readonly error: FairleadError;
}

/** What several clusters answered, in the order in which they were asked. */
export interface Gathered<T> {
  readonly answers: readonly { readonly cluster: string; readonly value: T }[];
  readonly missing: readonly Missing[];
}

/** Clusters asked at the same time; most of that is waiting. */
const TOGETHER = 32;

/** Milliseconds that each cluster has for its answer when several are asked: nobody waits longer for a dead one. */
export const FAN_OUT_DEADLINE = 3_000;

/**
 * Asks several clusters at once. One that fails is named, and delays nobody beyond its deadline; what is no error of
 * ours, such as the end of the caller's interest, is thrown.
 * @param onSettled told of each cluster as it has answered or failed
 */
export async function gatherFrom<T>(
  clusters: readonly string[],
  ask: (cluster: string) => Promise<T>,
  onSettled?: (cluster: string) => void,
): Promise<Gathered<T>> {
  const missing: Missing[] = [];
  const answers = await mapBounded(clusters, TOGETHER, async (cluster) => {
    try {
      return [{ cluster, value: await ask(cluster) }];
    } catch (error) {
      if (!isFairlead(error)) throw error;
      missing.push({ cluster, error });
      return [];
    } finally {
      onSettled?.(cluster);
    }
  });
  return { answers: answers.flat(), missing: missing.sort((a, b) => clusters.indexOf(a.cluster) - clusters.indexOf(b.cluster)) };
}
