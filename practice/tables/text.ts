/** How the API server writes things in the cells of its tables. */

interface Unit {
  readonly name: string;
  readonly milliseconds: number;
}

const SECOND: Unit = { name: 's', milliseconds: 1000 };
const MINUTE: Unit = { name: 'm', milliseconds: 60 * SECOND.milliseconds };
const HOUR: Unit = { name: 'h', milliseconds: 60 * MINUTE.milliseconds };
const DAY: Unit = { name: 'd', milliseconds: 24 * HOUR.milliseconds };
const YEAR: Unit = { name: 'y', milliseconds: 365 * DAY.milliseconds };

/** Up to which duration it is written in which units; the second one is left out when there is none of it. */
const STEPS: readonly { readonly below: number; readonly of: Unit; readonly unit: Unit; readonly rest?: Unit }[] = [
  { below: 2, of: MINUTE, unit: SECOND },
  { below: 10, of: MINUTE, unit: MINUTE, rest: SECOND },
  { below: 3, of: HOUR, unit: MINUTE },
  { below: 8, of: HOUR, unit: HOUR, rest: MINUTE },
  { below: 2, of: DAY, unit: HOUR },
  { below: 8, of: DAY, unit: DAY, rest: HOUR },
  { below: 2, of: YEAR, unit: DAY },
  { below: 8, of: YEAR, unit: YEAR, rest: DAY },
  { below: Infinity, of: YEAR, unit: YEAR },
];

/** A duration in milliseconds with two or three digits that count: `119s`, `9m59s`, `2d1h`. Clocks may differ by a second. */
export function durationText(milliseconds: number): string {
  const step = STEPS.find(({ below, of }) => milliseconds < below * of.milliseconds);
  if (step === undefined || milliseconds <= -2 * SECOND.milliseconds) return '<invalid>';
  const duration = Math.max(0, milliseconds);
  const rest = step.rest === undefined ? '' : counted(duration % step.unit.milliseconds, step.rest);
  return `${counted(duration, step.unit) || `0${step.unit.name}`}${rest}`;
}

const counted = (duration: number, { name, milliseconds }: Unit): string =>
  duration < milliseconds ? '' : `${Math.floor(duration / milliseconds)}${name}`;

/** How long ago a time was. */
export const ageOf = (timestamp: string | undefined | null, now: number): string =>
  timestamp === undefined || timestamp === null ? '<unknown>' : durationText(now - Date.parse(timestamp));

export const orNone = (text: string | undefined): string => (text === undefined || text === '' ? '<none>' : text);

export const labelsText = (labels: Readonly<Record<string, string>> = {}): string =>
  orNone(
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(','),
  );

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

const OPERATORS: Readonly<Record<string, (key: string, values: string) => string>> = {
  In: (key, values) => `${key} in (${values})`,
  NotIn: (key, values) => `${key} notin (${values})`,
  Exists: (key) => key,
  DoesNotExist: (key) => `!${key}`,
};

/** A selector as it is written in queries; empty when it selects everything or is missing. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => ({ key, text: `${key}=${value}` }));
  const others = matchExpressions.map(({ key, operator, values = [] }) => ({
    key,
    text: OPERATORS[operator]?.(key, [...values].sort().join(',')) ?? '',
  }));
  return [...equal, ...others]
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text)
    .join(',');
}

/** The first of a list, and how many are left out. */
export function firstOf(items: readonly string[], limit: number, separator = ','): string {
  const shown = items.slice(0, limit).join(separator);
  return items.length > limit ? `${shown} + ${items.length - limit} more...` : shown;
}
