import type { Definitions, DraftObject, Schema } from '../model.ts';
import { ADJUSTED, DEFAULTS, type FieldDefaults } from './default-rules.ts';
import { definitionName, kindDefinition } from './go.ts';
import { propertyOf, resolved } from './shape.ts';
import type { ObjectType } from './type.ts';
import { fieldsOf, isFields, isList, type Fields } from './values.ts';

/**
 * The object with everything that the server fills in while reading it: the table of built-in kinds, or a CRD's schema.
 * @param full an object of this kind in which that has been done already: parts that both share are left alone
 */
export function defaulted<T extends DraftObject>(type: ObjectType, object: T, full?: DraftObject): T {
  const name = type.custom ? undefined : kindDefinition(type);
  const plan = planOf(type.schema, type.definitions, name);
  return fill(plan, object, full) as T;
}

/** What is to be filled in at a schema. What is below it is worked out when an object has it: most objects have little. */
interface Plan {
  /** Set when it is missing: a value, or a function of the fields around it. */
  readonly own: readonly (readonly [field: string, value: unknown])[];
  /** An empty text is none to the Go types of built-in kinds, unless the field is a pointer, and no pointer has a rule of its own. */
  readonly emptyIsMissing: boolean;
  readonly adjust: ((fields: Fields) => Fields) | undefined;
  /** Of a declared field. */
  field(name: string): Plan | undefined;
  /** Of list items or the values of a map. */
  element(): Plan | undefined;
}

/** Missing for those that need nothing, as far as that can be told without looking at other definitions. */
const plans = new WeakMap<Schema, Plan | undefined>();

/** Nothing is below it: most schemas are such, of a text or a number. */
const isLeaf = ({ $ref, allOf, properties, items, additionalProperties }: Schema): boolean =>
  ($ref ?? allOf ?? properties ?? items) === undefined &&
  (typeof additionalProperties !== 'object' || isLeaf(additionalProperties));

/** @param kind the definition of a built-in kind, whose schema does not name it */
function planOf(written: Schema, definitions: Definitions, kind?: string): Plan | undefined {
  if (isLeaf(written)) return undefined;
  if (plans.has(written)) return plans.get(written);
  const name = kind ?? definitionName(written);
  const plan = makePlan(resolved(written, definitions), name === undefined ? undefined : shortName(name), definitions);
  plans.set(written, plan);
  return plan;
}

function makePlan(schema: Schema, name: string | undefined, definitions: Definitions): Plan | undefined {
  const rules: FieldDefaults = (name === undefined ? undefined : DEFAULTS[name]) ?? {};
  const own = Object.entries(rules);
  let isFlat = true;
  for (const [field, property] of Object.entries(schema.properties ?? {})) {
    isFlat &&= isLeaf(property);
    // A definition has no default of its own: it stands beside the reference to it.
    if (property.default !== undefined && !Object.hasOwn(rules, field)) own.push([field, property.default]);
  }
  const adjust = name === undefined ? undefined : ADJUSTED[name];
  const { items, additionalProperties } = schema;
  const below = items ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
  if (own.length === 0 && adjust === undefined && isFlat && (below === undefined || isLeaf(below))) return undefined;
  return {
    own,
    emptyIsMissing: name !== undefined,
    adjust,
    field: (field) => {
      const property = propertyOf(schema, field);
      return property === undefined ? undefined : planOf(property, definitions);
    },
    element: () => (below === undefined ? undefined : planOf(below, definitions)),
  };
}

/** `core.v1.PodSpec` of `io.k8s.api.core.v1.PodSpec`. */
const shortName = (definition: string): string => definition.split('.').slice(-3).join('.');

/** The same value when there was nothing to fill in. */
function fill(plan: Plan | undefined, value: unknown, full?: unknown): unknown {
  if (plan === undefined || value === full) return value;
  if (isList(value)) return fillItems(plan.element(), value);
  if (!isFields(value)) return value;
  const element = plan.element();
  return element === undefined ? fillFields(plan, value, fieldsOf(full)) : fillMap(element, value);
}

function fillItems(plan: Plan | undefined, items: readonly unknown[]): readonly unknown[] {
  if (plan === undefined) return items;
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
    const given = out[name];
    if (given !== undefined && !(given === '' && plan.emptyIsMissing)) continue;
    const value: unknown = typeof rule === 'function' ? (rule as (around: Fields) => unknown)(out) : rule;
    if (value !== undefined) set(name, value);
  }
  for (const name of Object.keys(out)) {
    const value = out[name];
    if (typeof value !== 'object' || value === null || value === full[name]) continue;
    const filled = fill(plan.field(name), value, full[name]);
    if (filled !== value) set(name, filled);
  }
  return plan.adjust === undefined ? out : plan.adjust(out);
}
