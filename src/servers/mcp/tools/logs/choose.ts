/** Which groups of lines are told, by their position; what is in none of these is left out. */
export interface Chosen {
  /** As bad as errors, out of what is neither among the first nor the last. */
  readonly errors: readonly number[];
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/** Of the room: what the first lines and the errors may take; the last ones have the rest. */
const FOR_FIRST = 0.15;
const FOR_ERRORS = 0.35;

/**
 * Chooses what fits when not all does: how it begins, how it ends, and in between what is as bad as an error, the latest
 * first.
 * @param costs bytes of each group
 */
export function choose(costs: readonly number[], isError: (index: number) => boolean, room: number): Chosen {
  const all = [...costs.keys()];
  if (sumOf(costs) <= room) return { errors: [], first: all, last: [] };
  const first = fitting(all, costs, room * FOR_FIRST);
  const rest = all.slice(first.length).toReversed();
  const used = sumOf(first.map((index) => costs[index] ?? 0));
  // The last line is told however little room there is.
  const last = fitting(rest, costs, room * (1 - FOR_ERRORS) - used, 1);
  const between = rest.slice(last.length);
  const usedByLast = sumOf(last.map((index) => costs[index] ?? 0));
  const errors = fittingAnywhere(between.filter(isError), costs, room - used - usedByLast);
  const usedByErrors = sumOf(errors.map((index) => costs[index] ?? 0));
  const chosen = new Set(errors);
  const more = fitting(between, costs, room - used - usedByLast - usedByErrors, 0, chosen);
  const tail = [...last, ...more];
  return {
    errors: errors.filter((index) => !tail.includes(index)).toSorted((a, b) => a - b),
    first,
    last: tail.toSorted((a, b) => a - b),
  };
}

/** As many from the beginning as fit, and at least so many. */
export function chooseFirst(costs: readonly number[], room: number): readonly number[] {
  return fitting([...costs.keys()], costs, room, 1);
}

/** @param free those that are paid for already */
function fitting(
  indexes: readonly number[],
  costs: readonly number[],
  room: number,
  least = 0,
  free?: ReadonlySet<number>,
): number[] {
  let used = 0;
  const taken: number[] = [];
  for (const index of indexes) {
    used += free?.has(index) === true ? 0 : (costs[index] ?? 0);
    if (used > room && taken.length >= least) break;
    taken.push(index);
  }
  return taken;
}

function fittingAnywhere(indexes: readonly number[], costs: readonly number[], room: number): number[] {
  let used = 0;
  return indexes.filter((index) => {
    const cost = costs[index] ?? 0;
    if (used + cost > room) return false;
    used += cost;
    return true;
  });
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
