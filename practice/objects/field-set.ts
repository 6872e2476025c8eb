import { isFields } from './values.ts';

/**
 * A set of field paths, kept as the API writes it (FieldsV1), so that nothing is translated on the way in or out: one
 * key per step (`f:name`, `k:{"name":"web"}`, `v:"item"`). A node without children is itself in the set, one with
 * children only when it has a `.`. The root stands for the whole object and is never in it.
 */
export interface FieldSet {
  readonly [step: string]: FieldSet;
}

export const NOTHING: FieldSet = {};

export const isNothing = (set: FieldSet): boolean => {
  for (const _ in set) return false;
  return true;
};

/** Whether what somebody sent is one: steps of the forms that there are, and nothing but steps below them. */
export const isFieldSet = (value: unknown): value is FieldSet =>
  isKnownPart(value) || (isFields(value) && Object.entries(value).every(([step, below]) => isStep(step) && isFieldSet(below)));

function isStep(step: string): boolean {
  if (step === '.' || /^(f:|i:\d+$)/.test(step)) return true;
  if (!step.startsWith('k:') && !step.startsWith('v:')) return false;
  try {
    const value: unknown = JSON.parse(step.slice(2));
    return step.startsWith('v:') || isFields(value);
  } catch {
    return false;
  }
}

/** Whether the node itself is in the set. Not for the root. */
const isMember = (node: FieldSet | undefined): boolean => node !== undefined && (isNothing(node) || '.' in node);

/** The node below, when this very field is in the set or something under it. */
export const below = (set: FieldSet, step: string): FieldSet | undefined => (step === '.' ? undefined : set[step]);

export const has = (set: FieldSet, step: string): boolean => isMember(below(set, step));

/** Whether there is anything under this step, besides itself. */
export const reaches = (set: FieldSet, step: string): boolean => {
  const node = below(set, step);
  if (node === undefined) return false;
  for (const child in node) if (child !== '.') return true;
  return false;
};

/*
 * Sets are made of few different parts: the conditions of every pod are owned alike. Each part is kept once, so that ten
 * thousand objects share it, and comparing parts by identity mostly tells. What is known is forgotten when it is too much,
 * which costs room and nothing else.
 */
const MOST_KNOWN = 16_384;

/** A part as it is found again. */
interface Known {
  readonly set: FieldSet;
  readonly size: number;
}

/** By the sum of their entries' hashes, which does not depend on an order. */
const byHash = new Map<number, Known[]>();
const stepNumbers = new Map<string, number>();
let knownSets = 0;
/** Numbers of the parts that are kept once. They outlive what is forgotten, and none comes twice. */
const numbers = new WeakMap<FieldSet, number>([[NOTHING, 0]]);
let lastNumber = 0;

const isKnownPart = (value: unknown): value is FieldSet =>
  typeof value === 'object' && value !== null && numbers.has(value as FieldSet);

type Entry = readonly [step: string, below: FieldSet];

/** The one set with these steps. */
export function setOf(written: readonly Entry[]): FieldSet {
  if (written.length === 0) return NOTHING;
  let entries = written;
  let hash = 0;
  for (const [step, below] of written) {
    let number = numbers.get(below);
    if (number === undefined) {
      if (entries === written) entries = written.map(([step, below]): Entry => [step, shared(below)]);
      number = numbers.get(shared(below)) ?? 0;
    }
    hash = (hash + hashOf(step, number)) | 0;
  }
  const alike = byHash.get(hash);
  const known = alike?.find(({ set, size }) => size === entries.length && entries.every(([step, below]) => set[step] === below));
  if (known !== undefined) return known.set;
  if (++knownSets > MOST_KNOWN) forget();
  const set: FieldSet = Object.fromEntries(entries.toSorted(byStep));
  byHash.set(hash, [...(alike ?? []), { set, size: entries.length }]);
  numbers.set(set, ++lastNumber);
  return set;
}

/** The same set, made of parts that are kept once. */
export const shared = (set: FieldSet): FieldSet => (numbers.has(set) ? set : setOf(Object.entries(set)));

/** @param below the number of the part below the step */
function hashOf(step: string, below: number): number {
  let number = stepNumbers.get(step);
  if (number === undefined) stepNumbers.set(step, (number = stepNumbers.size + 1));
  return Math.imul(Math.imul(number, 0x9e3779b1) ^ (below + 1), 0x85ebca6b);
}

function forget(): void {
  byHash.clear();
  stepNumbers.clear();
  knownSets = 0;
}

const byStep = ([a]: Entry, [b]: Entry): number => (a < b ? -1 : a > b ? 1 : 0);

/** Which paths stay: those in both sets, those in the one alone, those in the other alone. */
interface Rule {
  readonly both: boolean;
  readonly left: boolean;
  readonly right: boolean;
}

/** Both trees walked together. What stays as a whole is the same part again. */
function combine(a: FieldSet | undefined, b: FieldSet | undefined, rule: Rule, root: boolean): FieldSet | undefined {
  if (a === undefined) return rule.right ? b : undefined;
  if (b === undefined) return rule.left ? a : undefined;
  if (a === b) return rule.both ? a : undefined;
  const [inA, inB] = [!root && isMember(a), !root && isMember(b)];
  const member = inA ? (inB ? rule.both : rule.left) : inB && rule.right;
  const entries: Entry[] = member ? [['.', NOTHING]] : [];
  let [likeA, likeB] = [member === inA, member === inB];
  const visit = (step: string): void => {
    const [left, right] = [a[step], b[step]];
    const child = combine(left, right, rule, false);
    likeA &&= child === left;
    likeB &&= child === right;
    if (child !== undefined) entries.push([step, child]);
  };
  for (const step in a) if (step !== '.') visit(step);
  for (const step in b) if (step !== '.' && !(step in a)) visit(step);
  if (likeA) return a;
  if (likeB) return b;
  if (entries.length === (member ? 1 : 0)) return member ? NOTHING : undefined;
  return setOf(entries);
}

const UNION: Rule = { both: true, left: true, right: true };

/** What is at a place or below it in either set, in a place where nothing is missing and an empty set is the place itself. */
export const joined = (a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined => combine(a, b, UNION, false);

const by =
  (rule: Rule) =>
  (a: FieldSet, b: FieldSet): FieldSet =>
    isNothing(b) ? (rule.left ? a : NOTHING) : (combine(a, b, rule, true) ?? NOTHING);

export const union = by(UNION);
export const difference = by({ both: false, left: true, right: false });
export const intersection = by({ both: true, left: false, right: false });

/** Every path of the set, in the order in which conflicts are listed: at each step the members, then what is below each. */
export function pathsIn(set: FieldSet): readonly (readonly string[])[] {
  const out: string[][] = [];
  const walk = (node: FieldSet, path: readonly string[]): void => {
    const steps = Object.keys(node)
      .filter((step) => step !== '.')
      .toSorted();
    for (const step of steps) if (isMember(node[step])) out.push([...path, step]);
    for (const step of steps) walk(node[step] ?? NOTHING, [...path, step]);
  };
  walk(set, []);
  return out;
}

/** Takes paths one by one; what was collected is a FieldSet. */
export class FieldSetBuilder {
  readonly #root: Tree = new Map();

  add(path: readonly string[]): void {
    if (path.length === 0) return;
    let node = this.#root;
    for (const step of path) {
      let next = node.get(step);
      if (next === undefined) {
        next = new Map();
        node.set(step, next);
      }
      node = next;
    }
    node.set('.', NO_TREE);
  }

  build(): FieldSet {
    return built(this.#root);
  }
}

interface Tree extends Map<string, Tree> {}
const NO_TREE: Tree = new Map();

function built(node: Tree): FieldSet {
  if (node.size === 0 || (node.size === 1 && node.has('.'))) return NOTHING;
  return setOf([...node].map(([step, below]) => [step, built(below)]));
}

/** A path as conflicts name it: `.spec.template.spec.containers[name="web"].image`. */
export function pathText(path: readonly string[]): string {
  return path.map(stepText).join('');
}

function stepText(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith('f:')) return `.${rest}`;
  if (step.startsWith('v:')) return `[=${rest}]`;
  const keys = JSON.parse(rest) as Record<string, unknown>;
  return `[${Object.entries(keys)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}]`;
}
