import type { ResourceRequest } from '../kubernetes/index.ts';
import { quoted } from '../platform/index.ts';
import { kindPattern, type KindName, type KindPattern } from './kind-pattern.ts';
import { invalid, knownOnly, listOf, unknownValue } from './setting-values.ts';
import { namePattern, type NamePattern } from './wildcard.ts';

/** What a rule may ask for, from the mildest: that a plan was confirmed, that a person confirmed it, that it never happens. */
const DEMANDS = ['plan', 'human', 'deny'] as const;
export type Demand = (typeof DEMANDS)[number];

/** What may be done to an object, as rules name it: a server-side apply is a create or a patch. */
const CHANGE_VERBS = ['create', 'patch', 'delete'] as const;
export type ChangeVerb = (typeof CHANGE_VERBS)[number];

/** One rule about changes; a part that is missing fits everything. Rules only ever tighten the mode, the strictest wins. */
export interface ChangeRuleOptions {
  readonly clusters?: readonly string[] | undefined;
  /** A Namespace object counts as being in itself; other cluster-scoped objects are in none. */
  readonly namespaces?: readonly string[] | undefined;
  /** Kinds as kubectl has them. */
  readonly kinds?: readonly string[] | undefined;
  readonly verbs?: readonly string[] | undefined;
  readonly require: string;
}

export interface ChangesPolicyOptions {
  readonly rules?: readonly ChangeRuleOptions[] | undefined;
  /** Changes in these need a person's word. Patterns with `*`. @default kube-system, kube-public, kube-node-lease */
  readonly protectedNamespaces?: readonly string[] | undefined;
  /** Objects that one plan may touch. @default 500 */
  readonly maxObjects?: number | undefined;
}

export interface ChangesPolicy {
  readonly rules: readonly ChangeRule[];
  readonly protectedNamespaces: readonly NamePattern[];
  readonly maxObjects: number;
}

interface ChangeRule {
  readonly clusters: readonly NamePattern[] | undefined;
  readonly namespaces: readonly NamePattern[] | undefined;
  readonly kinds: readonly KindPattern[] | undefined;
  readonly verbs: readonly ChangeVerb[] | undefined;
  readonly require: Demand;
  /** The rule as the operator wrote it, for messages. */
  readonly text: string;
}

/** A change as the rules see it. */
export interface ChangeScene {
  readonly cluster: string;
  readonly kind: KindName;
  readonly namespace?: string | undefined;
  readonly verbs: readonly ChangeVerb[];
}

/** What a change needs at least, and why; undefined where no rule is about it. */
export interface Demanded {
  readonly demand: Demand;
  readonly because: string;
}

const PROTECTED = ['kube-system', 'kube-public', 'kube-node-lease'];
const MOST_OBJECTS = 500;

const OPTION_NAMES = ['rules', 'protectedNamespaces', 'maxObjects'];
const RULE_NAMES = ['clusters', 'namespaces', 'kinds', 'verbs', 'require'];

/** @throws UsageError (`invalid-setting`, `unknown-setting`) naming the rule and the value */
export function readChangesPolicy(options: ChangesPolicyOptions = {}): ChangesPolicy {
  knownOnly(options, OPTION_NAMES, 'changes');
  const { rules = [], protectedNamespaces = PROTECTED, maxObjects = MOST_OBJECTS } = options;
  if (!Number.isInteger(maxObjects) || maxObjects < 1) {
    const field = 'changes.maxObjects';
    throw invalid(field, `${field} is a whole number from 1, not ${quoted(maxObjects, 40)}.`);
  }
  return {
    rules: rules.map((rule, index) => readRule(rule, `changes.rules[${index}]`)),
    protectedNamespaces: protectedNamespaces.map(namePattern),
    maxObjects,
  };
}

/** The strictest of what the rules and the protected namespaces ask of a change. */
export function demandOn(policy: ChangesPolicy, scene: ChangeScene): Demanded | undefined {
  const found = policy.rules
    .filter((rule) => isAbout(rule, scene))
    .map(({ require, text }): Demanded => ({ demand: require, because: `the rule ${text} asks for it` }));
  const { namespace } = scene;
  if (namespace !== undefined && policy.protectedNamespaces.some((pattern) => pattern.matches(namespace)))
    found.push({ demand: 'human', because: `namespace ${namespace} is protected` });
  return found.toSorted((a, b) => DEMANDS.indexOf(b.demand) - DEMANDS.indexOf(a.demand))[0];
}

/** What a request counts as: an eviction deletes a pod, and a server-side apply may create what it patches. */
export function changeVerbsOf({ verb, subresource, contentType }: ResourceRequest): readonly ChangeVerb[] {
  if (verb === 'delete' || verb === 'deletecollection' || subresource === 'eviction') return ['delete'];
  if (contentType?.startsWith('application/apply-patch') === true) return ['create', 'patch'];
  return verb === 'create' && subresource === undefined ? ['create'] : ['patch'];
}

function isAbout(rule: ChangeRule, { cluster, kind, namespace, verbs }: ChangeScene): boolean {
  const fits = (patterns: readonly NamePattern[] | undefined, name: string | undefined): boolean =>
    patterns === undefined || (name !== undefined && patterns.some((pattern) => pattern.matches(name)));
  return (
    fits(rule.clusters, cluster) &&
    fits(rule.namespaces, namespace) &&
    (rule.kinds === undefined || rule.kinds.some((pattern) => pattern.matches(kind))) &&
    (rule.verbs === undefined || rule.verbs.some((verb) => verbs.includes(verb)))
  );
}

function readRule(rule: ChangeRuleOptions, where: string): ChangeRule {
  knownOnly(rule, RULE_NAMES, where);
  const { clusters, namespaces, kinds, verbs, require } = rule;
  return {
    clusters: listOf(clusters, `${where}.clusters`)?.map(namePattern),
    namespaces: listOf(namespaces, `${where}.namespaces`)?.map(namePattern),
    kinds: listOf(kinds, `${where}.kinds`)?.map((text) => kindPattern(text, `${where}.kinds`)),
    verbs: listOf(verbs, `${where}.verbs`)?.map((verb) => oneOf(verb, CHANGE_VERBS, `${where}.verbs`)),
    require: oneOf(require, DEMANDS, `${where}.require`),
    text: JSON.stringify(rule),
  };
}

function oneOf<Value extends string>(value: string, known: readonly Value[], field: string): Value {
  const found = known.find((entry) => entry === value);
  if (found === undefined) throw unknownValue(field, value, known);
  return found;
}
