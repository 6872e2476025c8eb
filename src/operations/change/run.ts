import type { CreateStep } from '../../changes/index.ts';
import { quoted, UsageError } from '../../platform/index.ts';
import { randomEnd } from './random-end.ts';
import { assignmentsOf } from './settings.ts';

export interface RunQuestion {
  readonly cluster: string;
  readonly namespace: string;
  readonly image: string;
  /** The program and its arguments, as they are: no shell. @default the image's own */
  readonly command?: readonly string[] | undefined;
  /** @default made of the image, with a random end */
  readonly name?: string | undefined;
  /** `NAME=value,OTHER=x` */
  readonly env?: string | undefined;
  /** Seconds after which it is stopped. @default 300 */
  readonly timeout?: number | undefined;
}

/** The one container of its pod that is ours; admission may put others beside it. */
export const RUN_CONTAINER = 'run';
/** Seconds that a Job stays after its end, so that its result can be read; then the cluster removes it and its pod. */
const KEPT = 600;
/** Seconds that a run may take when nothing is said. */
export const RUN_SECONDS = 300;

/**
 * A Job of one pod, run once. The cluster stops it after its time and removes it afterwards, whatever becomes of us.
 * @throws UsageError for a variable that is none
 */
export function runSteps(question: RunQuestion): readonly CreateStep[] {
  const { cluster, namespace, image, command, name = nameFor(image), env, timeout = RUN_SECONDS } = question;
  const variables = env === undefined ? [] : Object.entries(assignmentsOf(env, 'env'));
  const wrong = variables.find(([, value]) => value === undefined);
  if (wrong !== undefined) {
    throw new UsageError(`${quoted(wrong[0], 80)} in "env" has no value.`, { code: 'invalid-argument', field: 'env' });
  }
  const container = {
    name: RUN_CONTAINER,
    image,
    ...(command !== undefined && { command }),
    ...(variables.length > 0 && { env: variables.map(([key, value]) => ({ name: key, value })) }),
  };
  const spec = {
    backoffLimit: 0,
    activeDeadlineSeconds: timeout,
    ttlSecondsAfterFinished: KEPT,
    template: { spec: { restartPolicy: 'Never', containers: [container] } },
  };
  return [{ action: 'create', cluster, object: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace }, spec } }];
}

/** `run-busybox-x2v9k` */
function nameFor(image: string): string {
  const base = (image.split('/').at(-1) ?? '').split(/[:@]/)[0] ?? '';
  const word = base
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `run-${word === '' ? '' : `${word}-`}${randomEnd()}`;
}
