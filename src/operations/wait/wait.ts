import { getObject, isKubernetesError, type Connection, type KubernetesObject } from '../../kubernetes/index.ts';
import { systemClock, type Clock } from '../../platform/index.ts';
import type { Goal, Progress } from './goal.ts';

export interface WaitQuestion {
  /** Any name of a kind. */
  readonly kind: string;
  /** Ignored for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  readonly goal: Goal;
  /** Milliseconds. */
  readonly timeout: number;
  /** Told each time that something has changed. */
  readonly onProgress?: ((said: string) => void) | undefined;
  readonly clock?: Clock;
}

export interface Waited {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly progress: Progress;
  readonly milliseconds: number;
  /** Why the object could not be read the last time, when it could not. */
  readonly problem: string | undefined;
}

/** Milliseconds between two looks: the first time, and at most. A read costs an API server less than a watch. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 3_000;

/**
 * Waits until an object has come to what is wanted, never will, or the time is over. A server that does not answer for a
 * while ends nothing.
 * @throws UsageError, KubernetesError where the object may not be read
 */
export async function waitFor(connection: Connection, question: WaitQuestion): Promise<Waited> {
  const { goal, name, onProgress, clock = systemClock } = question;
  const { kind } = await connection.resolve(question.kind);
  const namespace = kind.namespaced ? question.namespace : undefined;
  const started = clock.now();
  let progress: Progress = { state: 'waiting', said: 'it could not be looked at' };
  let said = '';
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 1.5)) {
    let problem: string | undefined;
    try {
      progress = goal.judge(await find(connection, kind, namespace, name));
    } catch (error) {
      connection.call.signal?.throwIfAborted();
      if (!isKubernetesError(error, 'unreachable', 'timeout', 'throttled', 'server')) throw error;
      problem = error.message;
    }
    if (progress.said !== said) onProgress?.((said = progress.said));
    const milliseconds = clock.now() - started;
    if (progress.state !== 'waiting' || milliseconds >= question.timeout) {
      return { kind: kind.kind, namespace, progress, milliseconds, problem };
    }
    await clock.sleep(Math.min(pause, question.timeout - milliseconds), connection.call.signal);
  }
}

async function find(
  connection: Connection,
  kind: Parameters<typeof getObject>[1],
  namespace: string | undefined,
  name: string,
): Promise<KubernetesObject | undefined> {
  try {
    return await getObject(connection, kind, { namespace, name });
  } catch (error) {
    if (isKubernetesError(error, 'not-found') && error.missing === 'object') return undefined;
    throw error;
  }
}
