import type { PatchStep } from '../../../changes/index.ts';
import { at, textAt, type Connection, type Json } from '../../../kubernetes/index.ts';
import { UsageError } from '../../../platform/index.ts';
import { partialAt, templatePath } from '../pod-template.ts';
import { revisionNumbered, revisionsOf } from './history.ts';
import { setPatch, type Setting } from './set.ts';
import { onlyFor, workloadNamed, type NamedWorkload, type Workload } from './workload.ts';

/** The annotation by which kubectl restarts as well: whoever looks for restarts finds ours. */
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';

export const ROLLOUT_ACTIONS = ['restart', 'pause', 'resume', 'undo', 'set_image', 'set_env', 'set_resources'] as const;
export type RolloutAction = (typeof ROLLOUT_ACTIONS)[number];

export interface RolloutQuestion extends NamedWorkload {
  readonly action: RolloutAction;
  /** For `undo`. @default the one before the current */
  readonly revision?: number | undefined;
  /** For `set_…`: see setPatch. */
  readonly set?: string | undefined;
  /** For `set_env` and `set_resources`. @default all */
  readonly container?: string | undefined;
}

type Patch = Pick<PatchStep, 'type' | 'patch' | 'hiddenFrom'>;

/** What each action sends. */
const PATCHES: Readonly<
  Record<
    RolloutAction,
    (
      workload: Workload,
      question: RolloutQuestion,
      at: { readonly connection: Connection; readonly now: number },
    ) => Patch | Promise<Patch>
  >
> = {
  restart: (workload, _, { now }) => {
    onlyFor(workload, ['Deployment', 'StatefulSet', 'DaemonSet'], 'restarted');
    refusePaused(workload, 'restart');
    const annotations = { [RESTARTED]: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z') };
    return strategic(partialAt([...templatePath(workload.object), 'metadata'], { annotations }));
  },
  pause: (workload) => {
    onlyFor(workload, ['Deployment'], 'paused');
    return strategic({ spec: { paused: true } });
  },
  resume: (workload) => {
    onlyFor(workload, ['Deployment'], 'resumed');
    return strategic({ spec: { paused: null } });
  },
  undo: async (workload, { revision }, { connection }) => {
    refusePaused(workload, 'undo');
    const wanted = revisionNumbered(await revisionsOf(connection, workload), revision);
    if (wanted.current) {
      throw new UsageError(`Revision ${wanted.revision} is the current one.`, { code: 'unknown-revision', field: 'revision' });
    }
    const { keeper } = wanted;
    const { apiVersion = 'apps/v1', kind = '', metadata } = keeper;
    const template = { ...(wanted.template as Readonly<Record<string, unknown>>), $patch: 'replace' };
    return {
      ...strategic({ spec: { template } }),
      hiddenFrom: {
        cluster: connection.cluster,
        apiVersion,
        kind,
        ...(metadata?.namespace !== undefined && { namespace: metadata.namespace }),
        name: metadata?.name ?? '',
        // A ControllerRevision keeps a patch where a ReplicaSet is like the Deployment.
        ...(kind === 'ControllerRevision' && { path: ['data'] }),
      },
    };
  },
  set_image: (workload, question) => setting(workload, 'image', question),
  set_env: (workload, question) => setting(workload, 'env', question),
  set_resources: (workload, question) => setting(workload, 'resources', question),
};

/**
 * The step that does something to a rollout.
 * @param now milliseconds since the epoch
 * @throws UsageError for an action that the kind does not know, and what setPatch and revisionNumbered throw
 */
export async function rolloutSteps(
  connection: Connection,
  question: RolloutQuestion,
  now: number,
): Promise<readonly PatchStep[]> {
  const workload = await workloadNamed(connection, question);
  const patch = await PATCHES[question.action](workload, question, { connection, now });
  return [{ action: 'patch', cluster: connection.cluster, subject: workload.subject, ...patch }];
}

function setting({ object }: Workload, what: Setting, { set, container }: RolloutQuestion): Patch {
  if (set === undefined) {
    throw new UsageError(`set_${what} needs the argument "set".`, {
      code: 'missing-argument',
      field: 'set',
      advice: EXAMPLES[what],
    });
  }
  return strategic(setPatch(object, what, set, container));
}

const EXAMPLES: Readonly<Record<Setting, string>> = {
  image: 'e.g. app=registry.example.com/web:2',
  env: 'e.g. LOG_LEVEL=debug,OLD-',
  resources: 'e.g. requests.cpu=100m,limits.memory=256Mi',
};

function strategic(patch: Readonly<Record<string, unknown>>): Patch {
  return { type: 'strategic', patch: patch as Json };
}

/** A paused Deployment would take the change and do nothing. */
function refusePaused({ object }: Workload, what: string): void {
  if (at(object, 'spec', 'paused') !== true) return;
  throw new UsageError(`Deployment ${textAt(object, 'metadata', 'name') ?? ''} is paused: ${what} would have no effect.`, {
    code: 'paused',
    field: 'action',
    advice: 'Resume it first: {"action":"resume"}.',
  });
}
