import type { Definitions, DraftObject, Schema } from '../model.ts';
import { ADJUSTED, DEFAULTS, type FieldDefaults } from './default-rules.ts';
import { definitionName, kindDefinition } from './go.ts';
import { resolved } from './shape.ts';
import type { ObjectType } from './type.ts';
import { fieldsOf, isFields, isList, type Fields } from './values.ts';

/**
 * The object with everything that the server fills in while reading it: the table of built-in kinds, or a CRD's schema.
 * @param full an object of this kind in which that has been done already: parts that both share are left alone
 */
export function defaulted<T extends DraftObject>(type: ObjectType, object: T, full?: DraftObject): T {
  const name = type.custom ? undefined : kindDefinition(type);
  const plan = planOf(type.schema, name, type.definitions);
  return fill(plan, object, full) as T;
}

/** What is to be filled in somewhere below a schema, worked out once: most of a schema needs nothing. */
interface Plan {
  /** Set when it is missing: a value, or a function of the fields around it. */
  own: readonly (readonly [field: string, value: unknown])[];
  adjust: ((fields: Fields) => Fields) | undefined;
  fields: readonly (readonly [field: string, plan: Plan])[];
  /** Of list items or the values of a map. */
  element: Plan | undefined;
  /** Worked out, and found to do nothing. */
  idle: boolean;
}

const plans = new WeakMap<Schema, Plan>();

const IDLE: Plan = { own: [], adjust: undefined, fields: [], element: undefined, idle: true };

/** Nothing is below it: most schemas are such, of a text or a number. */
const isLeaf = ({ $ref, allOf, properties, items, additionalProperties }: Schema): boolean =>
  ($ref ?? allOf ?? properties ?? items) === undefined && typeof additionalProperties !== 'object';

function planOf(written: Schema, name: string | undefined, definitions: Definitions): Plan {
  if (isLeaf(written)) return IDLE;
  const known = plans.get(written);
  if (known !== undefined) return known;
  // Schemas of schemas contain themselves: whoever meets a plan that is still being made finds it here.
  const plan: Plan = { own: [], adjust: undefined, fields: [], element: undefined, idle: false };
  plans.set(written, plan);
  const schema = resolved(written, definitions);
  const rules: FieldDefaults = (name === undefined ? undefined : DEFAULTS[shortName(name)]) ?? {};
  const properties = Object.entries(schema.properties ?? {});
  plan.own = [
    ...Object.entries(rules),
    ...properties.flatMap(([field, property]) => {
      // A definition has no default of its own: it stands beside the reference to it.
      const { default: value } = property;
      return value === undefined || Object.hasOwn(rules, field) ? [] : [[field, value] as const];
    }),
  ];
  plan.adjust = name === undefined ? undefined : ADJUSTED[shortName(name)];
  plan.fields = properties
    .map(([field, property]) => [field, planOf(property, definitionName(property), definitions)] as const)
    .filter(([, below]) => !below.idle);
  const element = schema.items ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
  const below = element === undefined ? undefined : planOf(element, definitionName(element), definitions);
  plan.element = below?.idle === false ? below : undefined;
  plan.idle = plan.own.length === 0 && plan.adjust === undefined && plan.fields.length === 0 && plan.element === undefined;
  return plan;
}

/** `core.v1.PodSpec` of `io.k8s.api.core.v1.PodSpec`. */
const shortName = (definition: string): string => definition.split('.').slice(-3).join('.');

/** The same value when there was nothing to fill in. */
function fill(plan: Plan, value: unknown, full?: unknown): unknown {
  if (plan.idle || value === full) return value;
  if (isList(value)) return plan.element === undefined ? value : fillItems(plan.element, value);
  if (!isFields(value)) return value;
  return plan.element === undefined ? fillFields(plan, value, fieldsOf(full)) : fillMap(plan.element, value);
}

function fillItems(plan: Plan, items: readonly unknown[]): readonly unknown[] {
  const filled = items.map((item) => fill(plan, item));
  return filled.some((item, i) => item !== items[i]) ? filled : items;
}

function fillMap(plan: Plan, fields: Fields): Fields {
  const filled = Object.entries(fields).map(([name, value]) => [name, fill(plan, value)] as const);
  return filled.some(([name, value]) => value !== fields[name]) ? Object.fromEntries(filled) : fields;
}

function fillFields(plan: Plan, fields: Fields, full: Fields): Fields {
  let out = fields;
  let copied = false;
  const set = (name: string, value: unknown): void => {
    if (!copied) out = { ...fields };
    copied = true;
    (out as Record<string, unknown>)[name] = value;
  };
  for (const [name, rule] of plan.own) {
    // An empty text is none to Go, unless the field is a pointer; no pointer has a rule of its own.
    if (out[name] !== undefined && out[name] !== '') continue;
    const value: unknown = typeof rule === 'function' ? (rule as (around: Fields) => unknown)(out) : rule;
    if (value !== undefined) set(name, value);
  }
  for (const [name, below] of plan.fields) {
    const value = out[name];
    if (value === undefined || value === null) continue;
    const filled = fill(below, value, full[name]);
    if (filled !== value) set(name, filled);
  }
  return plan.adjust === undefined ? out : plan.adjust(out);
}
