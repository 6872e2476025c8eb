import { at, DEFINITION, groupKindOf, listAt } from '../kubernetes/index.ts';
import { isFairlead, UsageError, type Clock } from '../platform/index.ts';
import type { Work } from './apply-step.ts';
import type { ApplyOptions } from './changes.ts';
import type { Context } from './context.ts';
import type { Precondition } from './plan.ts';
import { readinessOf, type Readiness } from './readiness.ts';
import { sayProblem } from './shown.ts';
import { readLive, sayObject, type Target } from './target.ts';

/** Between two looks at an object, in milliseconds: doubled up to the longest. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 4_000;
/** How long the definition of a kind may take to be served, in seconds. */
const DEFINITION_SECONDS = 60;

/**
 * Waits until the objects of all steps are what was asked of them: rolled out, ready, gone.
 * @returns what is not, a sentence each
 */
export async function waitForAll(
  { clock }: Context,
  works: readonly Work[],
  seconds: number,
  { signal, onProgress }: ApplyOptions,
): Promise<string[]> {
  const until = clock.now() + seconds * 1000;
  const said = await Promise.all(
    works
      .filter(({ planned }) => planned.effect !== 'none')
      .map(async ({ target, step, planned }) => {
        const goes = step.action === 'delete' || step.action === 'evict';
        const say = (says: string): void =>
          onProgress?.({ done: works.length, of: works.length, text: `waiting for ${sayObject(target.subject)}: ${says}` });
        const { is, says } = await waitFor(target, goes ? goneOf(planned.precondition) : presentOf, {
          clock,
          until,
          signal,
          say,
        });
        return is === 'ready' ? undefined : `${sayObject(target.subject)}: ${says}`;
      }),
  );
  return said.filter((text) => text !== undefined);
}

/** After a CustomResourceDefinition nothing of its kind can be made before it is served, and its name is known here. */
export async function waitForDefinition({ target, step }: Work, clock: Clock): Promise<string | undefined> {
  if (groupKindOf(target.subject) !== DEFINITION || !('object' in step)) return undefined;
  const { connection } = target;
  const until = clock.now() + DEFINITION_SECONDS * 1000;
  const made = at(step.object, 'spec', 'names', 'kind');
  const version = listAt(step.object, 'spec', 'versions').find((entry) => at(entry, 'served') !== false);
  const name = [at(step.object, 'spec', 'group'), at(version, 'name'), made].join('/');
  const { is, says } = await waitFor(target, presentOf, { clock, until });
  if (is !== 'ready') return `its kind is not served: ${says}`;
  // What the server says that it serves follows a moment later.
  for (;;) {
    try {
      await connection.resolve(name);
      return undefined;
    } catch (error) {
      if (!(error instanceof UsageError) || clock.now() > until) return isFairlead(error) ? sayProblem(error) : String(error);
      await clock.sleep(FIRST_PAUSE);
    }
  }
}

type Look = (live: Awaited<ReturnType<typeof readLive>>) => Readiness;

const presentOf: Look = (live) => (live === null ? { is: 'failed', says: 'it is gone' } : readinessOf(live));

/** An object of the same name that came after it is another: a StatefulSet makes such pods. */
function goneOf(precondition: Precondition): Look {
  return (live) => {
    const isAnother = precondition.is === 'present' && live?.metadata?.uid !== precondition.uid;
    if (live === null || isAnother) return { is: 'ready', says: 'gone' };
    const finalizers = live.metadata?.finalizers ?? [];
    return { is: 'waiting', says: finalizers.length === 0 ? 'it is still there' : `held by finalizers ${finalizers.join(', ')}` };
  };
}

async function waitFor(
  target: Target,
  look: Look,
  options: {
    readonly clock: Clock;
    readonly until: number;
    readonly signal?: AbortSignal | undefined;
    say?: (says: string) => void;
  },
): Promise<Readiness> {
  const { clock, until, signal, say } = options;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
    const seen = await lookAt(target, look);
    const over = signal?.aborted === true || clock.now() + pause > until;
    if (seen.is !== 'waiting' || over) return seen;
    say?.(seen.says);
    await clock.sleep(pause);
  }
}

/** What cannot be looked at is not known to be ready, and no reason to forget what was done. */
async function lookAt(target: Target, look: Look): Promise<Readiness> {
  try {
    return look(await readLive(target));
  } catch (error) {
    if (!isFairlead(error)) throw error;
    return { is: 'failed', says: sayProblem(error) };
  }
}
