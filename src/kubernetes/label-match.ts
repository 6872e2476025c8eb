import { listAt, mapAt, textAt } from './objects.ts';

type Labels = Readonly<Record<string, string>>;

/** True when all labels of a plain selector are there; an empty selector selects nothing, as Services have it. */
export function selects(selector: Labels, labels: Labels): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** True when a LabelSelector (`matchLabels` and `matchExpressions`) fits. An empty one selects all, a missing one nothing. */
export function selectorFits(selector: unknown, labels: Labels): boolean {
  if (selector === undefined || selector === null) return false;
  const plain = Object.entries(mapAt(selector, 'matchLabels')).every(([key, value]) => labels[key] === value);
  return plain && listAt(selector, 'matchExpressions').every((expression) => expressionFits(expression, labels));
}

function expressionFits(expression: unknown, labels: Labels): boolean {
  // Looked up as a label's own: `constructor` is a good name for one, and every object has something of that name.
  const value = textAt(labels, textAt(expression, 'key') ?? '');
  const values = listAt(expression, 'values');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
