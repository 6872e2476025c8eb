import { blocks, FENCE_TOKENS, fence, fill, nextCursor, oneLine, type Answer } from '../../../../answers/index.ts';
import { getNamed, objectsIn, type Wanted } from '../../../../operations/index.ts';
import { isFairlead, mapBounded, UsageError } from '../../../../platform/index.ts';
import { listed } from '../../input.ts';
import { answerListing } from './listing.ts';
import { document, objectsData, type FleetObject } from './objects.ts';
import { projectionAnswer } from './projection.ts';
import { askSides, cursorFor, isFleetWide, notesOf, placeOf, sayPlace, type Question, type Side } from './question.ts';
import { NAMES_CURSOR_TOKENS } from '../paging.ts';
import type { ListOutput } from './sections.ts';

/** The most names in one call. */
const MOST_NAMES = 50;
/** Characters of the note about one that is not there. */
const LONGEST_NOTE = 600;

/** Answers about objects by their names: one as YAML unless something else is asked, several as a table. */
export async function answerNamed(
  question: Question,
  name: string,
  options: { readonly output: ListOutput | 'yaml' | 'json' | undefined; readonly select: string | undefined },
): Promise<Answer> {
  const names = listed(name);
  if (names.length === 0 || names.length > MOST_NAMES) {
    throw new UsageError(`kube_get takes between 1 and ${MOST_NAMES} names, not ${names.length}.`, {
      code: 'invalid-argument',
      field: 'name',
    });
  }
  const single = names.length === 1 && question.kinds.length === 1 && !isFleetWide(question);
  const output = options.output ?? (single ? 'yaml' : 'table');
  if (options.select === undefined && output !== 'yaml' && output !== 'json') return answerListing(question, output, names);
  const { objects, notes } = await readNamed(question, names);
  if (options.select !== undefined) return projectionAnswer(question, objects, options.select, notes);
  const from = Number(placeOf(question)?.after ?? 0);
  const left = objects.slice(from);
  const next = (shown: number): string | undefined =>
    shown < left.length ? cursorFor(question, { kind: 0, phase: 'plain', after: String(from + shown) }) : undefined;
  return {
    text(budget) {
      const [first] = left;
      const head =
        left.length === 1 && first !== undefined ? titleOf(first, question) : `${left.length} objects ${sayPlace(question, [])}.`;
      const lead = blocks(...notesOf(question), head, ...notes);
      budget.spend(lead);
      const release = budget.reserve(FENCE_TOKENS + (left.length > 1 ? NAMES_CURSOR_TOKENS : 0));
      const made = fill(left, document, budget);
      release();
      const cursor = next(made.taken);
      return blocks(lead, fence(made.text.replace(/^---\n/, '')), cursor !== undefined && nextCursor(cursor));
    },
    data: (budget) => objectsData(question, left, budget, next),
  };
}

async function readNamed(
  question: Question,
  names: readonly string[],
): Promise<{ readonly objects: readonly FleetObject[]; readonly notes: readonly string[] }> {
  const objects: FleetObject[] = [];
  const failures: Failure[] = [];
  for (const asked of question.kinds) {
    const found = await askSides(question, asked, (side) => readFrom(side, names, failures));
    for (const { side, value } of found) {
      objects.push(...value.map(({ object }) => ({ object, ...(isFleetWide(question) && { cluster: side.cluster }) })));
    }
  }
  const [failure] = failures;
  if (objects.length === 0 && failure !== undefined) throw failure.error;
  if (objects.length === 0) {
    const kinds = question.kinds.map(({ kind }) => kind.resource).join(' or ');
    throw new UsageError(`No ${kinds} named ${names.join(', ')} ${sayPlace(question)}.`, { code: 'not-found', field: 'name' });
  }
  const have = new Set(objects.map(({ object }) => object.metadata?.name));
  const notes = names.flatMap((name) => {
    if (have.has(name)) return [];
    const error = failures.find((each) => each.name === name)?.error;
    return isFairlead(error)
      ? oneLine([error.message, error.advice].filter((part) => part !== undefined).join(' '), LONGEST_NOTE)
      : `Not found: ${name}.`;
  });
  return { objects, notes };
}

interface Failure {
  readonly name: string;
  readonly error: unknown;
}

/** Objects of one kind on one cluster; a name that is missing must not hide the others. */
async function readFrom(
  { connection, kind, scope }: Side,
  names: readonly string[],
  failures: Failure[],
): Promise<readonly FleetObject[]> {
  const namespaces = kind.namespaced && scope !== '*' ? scope : [''];
  const wanted = namespaces.flatMap((namespace) => names.map((name): Wanted => ({ kind, namespace, name })));
  const found = await mapBounded(wanted, 16, async (each): Promise<FleetObject[]> => {
    try {
      if (!kind.namespaced || scope !== '*') return [{ object: await getNamed(connection, each) }];
      const objects = await Array.fromAsync(objectsIn(connection, kind, '*', { fields: `metadata.name=${each.name}` }));
      return objects.map((object) => ({ object }));
    } catch (error) {
      // A cluster that does not answer is no missing object.
      if (!isFairlead(error) || error.code !== 'not-found') throw error;
      failures.push({ name: each.name, error });
      return [];
    }
  });
  return found.flat();
}

/** `Pod shop/web-1 of cluster prod.` */
function titleOf({ cluster, object }: FleetObject, question: Question): string {
  const namespace = object.metadata?.namespace;
  const [asked = ''] = question.clusters;
  return `${object.kind ?? 'Object'} ${namespace === undefined ? '' : `${namespace}/`}${object.metadata?.name ?? ''} of cluster ${cluster ?? asked}.`;
}
