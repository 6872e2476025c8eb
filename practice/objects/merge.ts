import { itemsByStep, itemStep } from './items.ts';
import { partsOf, valueShape, type Shape } from './shape.ts';
import { fieldsOf, isEmpty, isList, listOf, type Fields } from './values.ts';

/** What applying one value over another gives: maps and keyed lists joined, everything else from the applied one. */
export function merge(shape: Shape, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  const parts = partsOf(shape, applied);
  if (parts === 'leaf' || partsOf(shape, live) !== parts || (isEmpty(live) && isEmpty(applied))) return applied;
  if (parts === 'map') return mergeFields(shape, fieldsOf(live), fieldsOf(applied));
  return mergeItems(shape, listOf(live), isList(applied) ? applied : []);
}

function mergeFields(shape: Shape, live: Fields, applied: Fields): Fields {
  const out: Record<string, unknown> = { ...live };
  for (const [name, value] of Object.entries(applied)) {
    out[name] = merge(valueShape(shape, name), live[name], value);
  }
  return out;
}

interface Item {
  readonly step: string;
  readonly item: unknown;
}

/** Items of the same keys cannot be told apart: the applied one is added to them instead of merged. */
function mergeItems(shape: Shape, live: readonly unknown[], applied: readonly unknown[]): readonly unknown[] {
  const old = withSteps(shape, live);
  const byStep = itemsByStep(shape, live);
  return interleaved(old, withSteps(shape, applied), ({ step, item }) => {
    const [before, ...twins] = byStep.get(step) ?? [];
    return before === undefined || twins.length > 0 ? item : merge(shape.element(), before, item);
  });
}

const withSteps = (shape: Shape, items: readonly unknown[]): readonly Item[] =>
  items.flatMap((item) => {
    const step = itemStep(shape, item);
    return step === undefined ? [] : [{ step, item }];
  });

/**
 * Applied items keep their order, live ones their places between them. Both lists are walked together: where they agree
 * the item is merged; a live item that is applied further on waits for its turn; one that is not applied comes first.
 */
function interleaved(old: readonly Item[], now: readonly Item[], merged: (item: Item) => unknown): readonly unknown[] {
  const out: unknown[] = [];
  const oldSteps = new Set(old.map(({ step }) => step));
  const nowSteps = new Set(now.map(({ step }) => step));
  const shared = now.map(({ step }) => step).filter((step) => oldSteps.has(step));
  const done = new Set<string>();
  let [o, n] = [0, 0];
  while (o < old.length || n < now.length) {
    const [mine, theirs] = [old[o], now[n]];
    const agree = mine !== undefined && mine.step === theirs?.step;
    if (mine !== undefined && !agree && !nowSteps.has(mine.step)) {
      out.push(mine.item);
      o += 1;
      continue;
    }
    if (mine !== undefined && !agree && theirs !== undefined && shared.length > 0 && shared[0] !== mine.step) {
      o += 1;
      continue;
    }
    if (agree || (mine !== undefined && done.has(mine.step))) o += 1;
    if (theirs === undefined) continue;
    out.push(merged(theirs));
    done.add(theirs.step);
    if (shared[0] === theirs.step) shared.shift();
    n += 1;
  }
  return out;
}
