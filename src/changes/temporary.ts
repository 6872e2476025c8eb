import { deleteObject, isKubernetesError } from '../kubernetes/index.ts';
import { isFairlead } from '../platform/index.ts';
import type { Work } from './apply-step.ts';
import type { ChangedStep } from './change.ts';
import type { Context } from './context.ts';
import { readChange, readImages, type Entry } from './journal.ts';
import { sayProblem } from './shown.ts';

/** Seconds that what is removed has for its end. */
const GRACE = 1;

/** Removes what was made for this change alone, however far the change has come, and says so in the journal. */
export async function removeTemporary(works: readonly Work[], { store, clock }: Context, entry: Entry): Promise<void> {
  if (!works.some(isTemporary)) return;
  const [{ steps }, images] = [await readChange(store, entry.id, clock.now()), await readImages(store, entry.id)];
  for (const [position, work] of works.entries()) {
    const step = steps[position];
    // Of what was sent without an answer nobody knows whether it is there.
    if (!isTemporary(work) || (step?.state !== 'done' && step?.state !== 'sent')) continue;
    entry.amend(position, { ...step, ...(await removed(work, step, images[position]?.after?.metadata?.uid)) });
  }
}

function isTemporary({ step }: Work): boolean {
  return step.action === 'create' && step.temporary === true;
}

async function removed(
  { target: { connection, kind, subject } }: Work,
  { warnings = [] }: ChangedStep,
  uid: string | undefined,
): Promise<Pick<ChangedStep, 'removed' | 'warnings'>> {
  const { namespace, name } = subject;
  const options = { gracePeriodSeconds: GRACE, ...(uid !== undefined && { preconditions: { uid } }) };
  try {
    await deleteObject(connection, kind, { namespace, name }, options);
  } catch (error) {
    if (!isFairlead(error)) throw error;
    if (!isKubernetesError(error, 'not-found')) return { warnings: [...warnings, `it is still there: ${sayProblem(error)}`] };
  }
  return { removed: true };
}
