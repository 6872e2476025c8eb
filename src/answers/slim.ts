import { asHolder, MEANT_EMPTY, OWN_GROUPS, PLACES, SILENT_ELEMENTS, SILENT_FIELDS, type Holder } from './defaults.ts';
import type { Silent, SilentElement } from './defaults.ts';

/** What there is to know about one place: where its fields lead, and which of them are silent. */
interface Rules {
  readonly leads: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, Silent>;
  readonly elements: ReadonlyMap<string, SilentElement>;
}

const NO_RULES: Rules = { leads: new Map(), fields: new Map(), elements: new Map() };

const RULES: ReadonlyMap<string, Rules> = new Map(
  [...Object.keys(PLACES), ...SILENT_FIELDS.map((rule) => rule.place), ...SILENT_ELEMENTS.map((rule) => rule.place)].map(
    (place) => [
      place,
      {
        leads: new Map(Object.entries(PLACES[place] ?? {})),
        fields: new Map(SILENT_FIELDS.filter((rule) => rule.place === place).map((rule) => [rule.field, rule])),
        elements: new Map(SILENT_ELEMENTS.filter((rule) => rule.place === place).map((rule) => [rule.field, rule])),
      },
    ],
  ),
);

/** What `slim` shall leave. */
export interface SlimOptions {
  /** Everything stays as it came. @default false */
  readonly full?: boolean;
}

/**
 * A Kubernetes object without what tells a reader nothing: server bookkeeping, copies, defaults (see `SILENT_FIELDS`),
 * nulls, and maps and lists that are empty without meaning it. What it was given stays untouched; the result may share
 * parts with it. Custom resources keep their empty maps: there they often choose between variants.
 */
export function slim(object: Holder, options: SlimOptions = {}): Holder {
  if (options.full === true) return object;
  const own = isOwn(object['apiVersion']);
  const kind = own && typeof object['kind'] === 'string' && RULES.has(object['kind']) ? object['kind'] : 'other';
  const generation = settledGeneration(object);
  const slimmed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) {
    if (value === null || value === undefined) continue;
    const tidy = own || key === 'metadata' || key === 'status';
    const part = slimValue(value, RULES.get(kind)?.leads.get(key), tidy);
    const settled = generation === undefined ? part : withoutGeneration(key, part, generation);
    if (!tidy || !isEmpty(settled)) put(slimmed, key, settled);
  }
  return slimmed;
}

function slimValue(value: unknown, place: string | undefined, tidy: boolean): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // Elements keep their places in a list, even empty ones and nulls.
  if (Array.isArray(value)) return value.map((element: unknown) => slimValue(element, place, tidy));
  return slimMap(value as Holder, (place === undefined ? undefined : RULES.get(place)) ?? NO_RULES, tidy);
}

function slimMap(holder: Holder, rules: Rules, tidy: boolean): Holder {
  const slimmed: Record<string, unknown> = {};
  for (const key of Object.keys(holder)) {
    const value = holder[key];
    if (value === null || value === undefined) continue;
    const silent = rules.fields.get(key);
    if (silent !== undefined && isSilent(silent, value, holder)) continue;
    if (typeof value !== 'object') {
      put(slimmed, key, value);
      continue;
    }
    const elements = rules.elements.get(key);
    const telling =
      elements === undefined || !Array.isArray(value) ? value : value.filter((element) => !elements.is(asHolder(element)));
    const part = slimValue(telling, rules.leads.get(key), tidy);
    if (tidy && isEmpty(part) && !MEANT_EMPTY.test(key)) continue;
    put(slimmed, key, part);
  }
  return slimmed;
}

/** Sets a field; a ConfigMap may have a key `__proto__`, and plain assignment would lose it. */
function put(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

function isSilent(rule: Silent, value: unknown, holder: Holder): boolean {
  return typeof rule.is === 'function' ? rule.is(value, holder) : rule.is === value;
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

/** True for objects of Kubernetes' own API groups. */
function isOwn(apiVersion: unknown): boolean {
  if (typeof apiVersion !== 'string') return false;
  const slash = apiVersion.indexOf('/');
  return OWN_GROUPS.has(slash < 0 ? '' : apiVersion.slice(0, slash));
}

/** The generation of an object whose controller has seen it: then it says nothing, nor do its repetitions in the status. */
function settledGeneration(object: Holder): unknown {
  const generation = asHolder(object['metadata'])['generation'];
  return generation === asHolder(object['status'])['observedGeneration'] ? generation : undefined;
}

function withoutGeneration(key: string, part: unknown, generation: unknown): unknown {
  if (key === 'metadata') {
    const { generation: _, ...rest } = asHolder(part);
    return rest;
  }
  if (key !== 'status') return part;
  const { observedGeneration: _, ...rest } = asHolder(part);
  const { conditions } = rest;
  if (!Array.isArray(conditions)) return rest;
  const told = conditions.map((condition: unknown) => {
    const { observedGeneration, ...others } = asHolder(condition);
    return observedGeneration === undefined || observedGeneration === generation ? others : condition;
  });
  return { ...rest, conditions: told };
}
