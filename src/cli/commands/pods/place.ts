import type { Connection } from '../../../kubernetes/index.ts';
import { quoted, systemCode, UsageError } from '../../../platform/index.ts';
import { openHouse } from '../../house.ts';
import type { CommandCall } from '../command.ts';

/** Where a command about pods works: the cluster and the namespace that the settings name. */
export interface PodPlace {
  readonly connection: Connection;
  readonly namespace: string;
  /** Aborted when the person has had enough, or nobody reads any more. */
  readonly signal: AbortSignal;
}

/** What a shell says of a program that was interrupted. */
const INTERRUPTED = 130;

/**
 * Runs a command about pods, through the same gate and under the same policy as the tool of that name.
 * @returns the exit code of the work; 130 where it was interrupted
 */
export async function inPods(call: CommandCall, work: (place: PodPlace) => Promise<number>): Promise<number> {
  const house = openHouse(await call.settings());
  const controller = new AbortController();
  const { signal } = controller;
  const stop = (): void => controller.abort(new UsageError('Interrupted.', { code: 'interrupted' }));
  const onBroken = (error: Error): void => {
    // What reads the pipe has had enough, as `head` has.
    if (systemCode(error) !== 'EPIPE') throw error;
    stop();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.stdout.on('error', onBroken);
  try {
    const context = house.contextFor({ name: `fairlead ${call.command}` }, signal);
    const connection = await context.connect();
    return await work({ connection, namespace: oneOf(context.scope(undefined, connection)), signal });
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
    process.stdout.removeListener('error', onBroken);
    await house.close();
  }
}

function oneOf(scope: '*' | readonly string[]): string {
  const [namespace] = scope === '*' ? [] : scope;
  if (namespace !== undefined && scope.length === 1) return namespace;
  throw new UsageError('One namespace has to be named.', { code: 'usage', field: 'namespace', advice: 'Say it with -n NAME.' });
}

/** What a word means: `web` a pod, `deploy/web` something of that kind. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
}

/** @throws UsageError for a word that is neither */
export function subjectOf(word: string): Subject {
  const [first = '', name, ...more] = word.split('/');
  if (name === undefined && first !== '') return { kind: 'pod', name: first };
  if (name !== undefined && name !== '' && first !== '' && more.length === 0) return { kind: first, name };
  throw new UsageError(`${quoted(word, 80)} names no object.`, {
    code: 'usage',
    advice: 'Say POD, or KIND/NAME as in deploy/web.',
  });
}

/** The value of a flag that takes one. */
export function textFlag({ flags }: Pick<CommandCall, 'flags'>, flag: string): string | undefined {
  const value = flags[flag];
  return typeof value === 'string' ? value : undefined;
}

export function usage(message: string, advice: string): UsageError {
  return new UsageError(message, { code: 'usage', advice });
}
