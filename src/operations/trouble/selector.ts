import { nearest } from '../../platform/index.ts';
import { listAt, mapAt, textAt } from '../../kubernetes/index.ts';

export { selectorFits, selects } from '../../kubernetes/index.ts';

type Labels = Readonly<Record<string, string>>;

/** A LabelSelector as it stands in a list request; undefined when it selects nothing. */
export function selectorText(selector: unknown): string | undefined {
  const parts = Object.entries(mapAt(selector, 'matchLabels')).map(([key, value]) => `${key}=${value}`);
  for (const expression of listAt(selector, 'matchExpressions')) {
    const key = textAt(expression, 'key') ?? '';
    const values = listAt(expression, 'values').join(',');
    const operator = textAt(expression, 'operator');
    if (operator === 'In') parts.push(`${key} in (${values})`);
    else if (operator === 'NotIn') parts.push(`${key} notin (${values})`);
    else if (operator === 'Exists') parts.push(key);
    else if (operator === 'DoesNotExist') parts.push(`!${key}`);
  }
  return parts.length === 0 ? undefined : parts.join(',');
}

export interface NearMiss {
  /** How many objects miss by this. */
  readonly count: number;
  /** The labels that differ: what is wanted, and what most of them have; undefined where they have no such label. */
  readonly differs: readonly { readonly key: string; readonly wanted: string; readonly has: string | undefined }[];
  /** One of them. */
  readonly example: string;
}

/**
 * Which labels keep a selector from what it was probably meant for: of all objects those that differ from it in the
 * fewest labels. Undefined when nothing comes near: an object must have at least one of the labels, or one that looks alike.
 */
export function nearMiss(selector: Labels, objects: readonly unknown[]): NearMiss | undefined {
  const wanted = Object.entries(selector);
  let best: { score: number; miss: NearMiss; key: string } | undefined;
  for (const object of objects) {
    const labels = mapAt(object, 'metadata', 'labels');
    const differs = wanted
      .filter(([key, value]) => labels[key] !== value)
      .map(([key, value]) => ({ key, wanted: value, has: labels[key] }));
    const fitting = wanted.length - differs.length;
    const alike = differs.filter(({ wanted, has }) => has !== undefined && isAlike(wanted, has)).length;
    // A single label that has some other value is another application, unless the two look alike.
    if (fitting === 0 && alike === 0) continue;
    const score = fitting * 2 + alike;
    const key = JSON.stringify(differs);
    if (best?.key === key) best.miss = { ...best.miss, count: best.miss.count + 1 };
    else if (best === undefined || score > best.score)
      best = { score, key, miss: { count: 1, differs, example: textAt(object, 'metadata', 'name') ?? '' } };
  }
  return best?.miss;
}

function isAlike(a: string, b: string): boolean {
  return a.length > 2 && b.length > 2 && nearest(a, [b]).length > 0;
}
