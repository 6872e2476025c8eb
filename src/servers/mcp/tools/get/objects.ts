import {
  blocks,
  type Budget,
  count,
  FENCE_TOKENS,
  fence,
  fill,
  nextCursor,
  slim,
  thousands,
  toYaml,
  type Answer,
  type Json,
  type JsonObject,
} from '../../../../answers/index.ts';
import type { KubernetesObject } from '../../../../kubernetes/index.ts';
import { objectsIn } from '../../../../operations/index.ts';
import { isAfter, keyOf } from './place.ts';
import {
  askSides,
  clustersData,
  cursorFor,
  isFleetWide,
  notesOf,
  placeOf,
  sayPlace,
  type KindQuestion,
  type Question,
  type Side,
} from './question.ts';
import { NAMES_CURSOR_TOKENS } from '../paging.ts';

/** Reading stops when this many bytes of objects are at hand: several times what the largest budget can show. */
const ENOUGH = 400_000;

/** An object, and which cluster it is of where several are asked. */
export interface FleetObject {
  readonly cluster?: string | undefined;
  readonly object: KubernetesObject;
}

interface Found extends FleetObject {
  /** Index of the kind. */
  readonly kind: number;
}

/** Answers with whole objects, as YAML or data, in the order of cluster, namespace and name. */
export async function answerObjects(question: Question): Promise<Answer> {
  const place = placeOf(question);
  const found: Found[] = [];
  let more = false;
  for (const [index, asked] of question.kinds.entries()) {
    if (more || (place !== undefined && index < place.kind)) continue;
    const sides = await askSides(question, asked, (side) => readSide(question, asked, side, index));
    for (const { value } of sides.toSorted((a, b) => (a.side.cluster < b.side.cluster ? -1 : 1))) {
      // Behind a cluster that has more nothing can be told yet: the cursor knows one place.
      if (more) break;
      found.push(...value.found);
      more = value.more;
    }
  }
  const next = (shown: number): string | undefined => {
    const last = found[shown - 1];
    if (last === undefined || (shown === found.length && !more)) return undefined;
    return cursorFor(question, { kind: last.kind, phase: 'plain', after: objectKey(last) });
  };
  const [only] = question.kinds;
  const word = question.kinds.length === 1 && only !== undefined ? only.kind.singular : 'object';
  return {
    text(budget) {
      const notes = notesOf(question).map((note) => budget.spend(note));
      if (found.length === 0) {
        const words = question.kinds.map(({ kind }) => kind.resource).join(', ');
        return blocks(...notes, `No ${words} ${sayPlace(question)}${place === undefined ? '' : ', behind the cursor'}.`);
      }
      const release = budget.reserve(NAMES_CURSOR_TOKENS + FENCE_TOKENS + 40);
      const made = fill(found, document, budget);
      release();
      const cursor = next(made.taken);
      const rest = cursor === undefined ? '' : `; ${more ? 'more' : thousands(found.length - made.taken)} left`;
      const head = `${count(made.taken, word)} ${sayPlace(question)}${rest}.`;
      return blocks(...notes, head, fence(made.text.replace(/^---\n/, '')), cursor !== undefined && nextCursor(cursor));
    },
    data: (budget) => objectsData(question, found, budget, next),
  };
}

async function readSide(
  question: Question,
  asked: KindQuestion,
  side: Side,
  index: number,
): Promise<{ readonly found: readonly Found[]; readonly more: boolean }> {
  const place = placeOf(question);
  const found: Found[] = [];
  let bytes = 0;
  for await (const object of objectsIn(side.connection, side.kind, side.scope, question.selection)) {
    const each: Found = { kind: index, object, ...(isFleetWide(question) && { cluster: side.cluster }) };
    if (place !== undefined && place.kind === index && !isAfter(objectKey(each), place.after)) continue;
    if (question.where !== undefined && !question.where(object)) continue;
    if (bytes >= ENOUGH / asked.sides.length || found.length >= (question.limit ?? Number.POSITIVE_INFINITY))
      return { found, more: true };
    found.push(each);
    bytes += JSON.stringify(object).length;
  }
  return { found, more: false };
}

/** One document of a stream of YAML documents. */
export function document({ cluster, object }: FleetObject): string {
  return `---\n${cluster === undefined ? '' : `# cluster ${cluster}\n`}${toYaml(slim(object))}`;
}

/** Objects as data, as many as fit. */
export function objectsData(
  question: Question,
  objects: readonly FleetObject[],
  budget: Budget,
  next: (shown: number) => string | undefined,
): JsonObject {
  const release = budget.reserve(NAMES_CURSOR_TOKENS);
  const items: Json[] = [];
  for (const { cluster, object } of objects) {
    const slimmed = slim(object) as JsonObject;
    const item = cluster === undefined ? slimmed : { cluster, ...slimmed };
    if (!budget.take(JSON.stringify(item)) && items.length > 0) break;
    items.push(item);
  }
  release();
  const cursor = next(items.length);
  return { ...clustersData(question), items, ...(cursor !== undefined && { cursor }) };
}

function objectKey({ cluster, object }: FleetObject): string {
  return keyOf({ cluster, namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' });
}
