import { mintCursor, type Json, type JsonObject } from '../../../../answers/index.ts';
import { gatherFrom, sayScope, type Missing, type Scope } from '../../../../fleet/index.ts';
import type { Connection, ResolvedKind, ResourceKind, Selection } from '../../../../kubernetes/index.ts';
import type { Predicate } from '../../../../operations/index.ts';
import { missingData, missingNote } from '../missing.ts';

/** One kind on one cluster. */
export interface Side {
  readonly cluster: string;
  readonly connection: Connection;
  readonly kind: ResourceKind;
  readonly scope: Scope;
}

/** One kind of a question, on every cluster that serves it. */
export interface KindQuestion extends ResolvedKind {
  readonly sides: readonly Side[];
}

/** What a call of kube_get wants, once its arguments are understood. */
export interface Question {
  /** The clusters that are asked. */
  readonly clusters: readonly string[];
  readonly kinds: readonly KindQuestion[];
  /** The namespaces, where all clusters mean the same. */
  readonly scope: Scope;
  readonly selection: Selection;
  readonly where: Predicate | undefined;
  readonly sort: string | undefined;
  readonly limit: number | undefined;
  readonly now: number;
  /** Identifies the question, for cursors. Made when it is needed: most answers have none. */
  digest(): string;
  readonly cursorKey: Buffer;
  /** What the cursor said, already checked to be ours and for this question. */
  readonly after: Json | undefined;
  /** Clusters that gave no answer; grows while the question is asked. */
  readonly missing: Missing[];
  /** Told of each cluster that has answered, in every round of asking. */
  readonly onSettled: ((cluster: string) => void) | undefined;
}

/** Where an answer goes on. */
export interface Place {
  /** Index of the kind. */
  readonly kind: number;
  /** `not-well`: in the extract of what is not well; `rest`: in the folded rest; `plain`: in one ordered list. */
  readonly phase: 'not-well' | 'rest' | 'plain';
  /** Key of the last object that was told. */
  readonly after: string;
}

/** The place of the question's cursor; the beginning without one. */
export function placeOf(question: Question): Place | undefined {
  const { after } = question;
  // The signature says that we made it ourselves.
  return after === undefined ? undefined : (after as unknown as Place);
}

export function cursorFor(question: Question, place: Place): string {
  return mintCursor({ kind: place.kind, phase: place.phase, after: place.after }, question.digest(), question.cursorKey);
}

/** True when several clusters are asked: rows then say which one they are of. */
export function isFleetWide(question: Question): boolean {
  return question.clusters.length > 1;
}

/**
 * Asks every cluster about one kind. A single cluster that fails is the answer's failure; one of several is named in the
 * answer, unless all fail.
 */
export async function askSides<T>(
  question: Question,
  { sides }: KindQuestion,
  ask: (side: Side) => Promise<T>,
): Promise<readonly { readonly side: Side; readonly value: T }[]> {
  const [only] = sides;
  if (!isFleetWide(question) && only !== undefined) return [{ side: only, value: await ask(only) }];
  const byName = new Map(sides.map((side) => [side.cluster, side]));
  const askOne = async (cluster: string) => {
    const side = byName.get(cluster);
    return side === undefined ? [] : [{ side, value: await ask(side) }];
  };
  const { answers, missing } = await gatherFrom([...byName.keys()], askOne, question.onSettled);
  const [failure] = missing;
  if (answers.length === 0 && failure !== undefined) throw failure.error;
  for (const each of missing) if (!question.missing.some((known) => known.cluster === each.cluster)) question.missing.push(each);
  return answers.flatMap(({ value }) => value);
}

/** `pods`, `widgets.shop.example.com`: the name of a kind as people write it, with its group where it is no built-in one. */
export function kindWord(kind: ResourceKind): string {
  return isBuiltIn(kind) ? kind.resource : `${kind.resource}.${kind.group}`;
}

function isBuiltIn(kind: ResourceKind): boolean {
  return !kind.group.includes('.') || kind.group.endsWith('.k8s.io');
}

/** Where a kind was looked for, for head lines: `in namespace shop of cluster prod`, `of 25 clusters`. */
export function sayPlace(question: Question, kinds: readonly KindQuestion[] = question.kinds): string {
  const answered = question.clusters.length - question.missing.length;
  const [first = ''] = question.clusters;
  const clusters = isFleetWide(question) ? `of ${answered} ${answered === 1 ? 'cluster' : 'clusters'}` : `of cluster ${first}`;
  return kinds.some(({ kind }) => kind.namespaced) ? `${sayScope(question.scope)} ${clusters}` : clusters;
}

/** A note where a name could have meant another kind as well. Who says "pods" never means those of the metrics API. */
function ambiguityNotes(kinds: readonly ResolvedKind[]): readonly string[] {
  return kinds.flatMap(({ kind, others }) =>
    others.length === 0 || isBuiltIn(kind)
      ? []
      : [`${kindWord(kind)}; the name also means ${others.map((other) => `${other.resource}.${other.group}`).join(', ')}.`],
  );
}

/** What narrows the answer: clusters that are missing and why, names that mean several kinds. */
export function notesOf(question: Question): readonly string[] {
  const { missing, clusters } = question;
  return [...(missing.length === 0 ? [] : [missingNote(missing, clusters.length)]), ...ambiguityNotes(question.kinds)];
}

/** The same as data: the cluster, or those that were asked and those that gave no answer. */
export function clustersData(question: Question): JsonObject {
  const [first = null] = question.clusters;
  if (!isFleetWide(question)) return { cluster: first };
  return {
    clusters: question.clusters,
    missing: missingData(question.missing),
  };
}
