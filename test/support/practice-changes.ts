/** Plans and a journal over a practice cluster, and what a test does with them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { practiceClock, type PracticeClock } from '../../practice/clock.ts';
import type { Change, Plan, Step } from '../../src/changes/index.ts';
import type { KubernetesObject } from '../../src/kubernetes/index.ts';
import { agent, author, changesHouse, type ChangesHouse, type ChangesHouseOptions } from './changes.ts';
import { startPracticeCluster, type Ask } from './practice.ts';

export interface PracticeChanges extends Pick<ChangesHouse, 'changes' | 'folder'>, AsyncDisposable {
  /** The way to the cluster for another house over the same journal. */
  readonly place: { readonly kubeconfig: string; readonly context: string; readonly folder: string };
  /** Requests of somebody else, an administrator. */
  readonly ask: Ask;
  /** The cluster's own: it stands, so that no controller does anything before a test lets time pass. */
  readonly time: PracticeClock;
  plan(...steps: readonly Step[]): Promise<Plan>;
  /** Plans and applies at once, as an agent whose plan was confirmed; throws where a step failed. */
  done(...steps: readonly Step[]): Promise<Change>;
  undone(change: Change): Promise<Change>;
  /** The object as it is, seen by somebody else; undefined where there is none. */
  live(path: string): Promise<KubernetesObject | undefined>;
}

/** The cluster's name in the steps of plans. */
export const PRACTICE = 'practice';

export async function practiceChanges(
  options: Omit<ChangesHouseOptions, 'kubeconfig' | 'context'> = {},
): Promise<PracticeChanges> {
  const time = practiceClock();
  const server = await startPracticeCluster({ clock: time, nodes: [{ name: 'node-1' }] });
  const { ask, practice } = server;
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-practice-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, practice.kubeconfig());
  const house = await changesHouse({ folder, ...options, kubeconfig, context: PRACTICE });
  const { changes } = house;
  const applied = async ({ id }: Plan): Promise<Change> => {
    const { change, problem } = await changes.apply(id, agent);
    if (problem !== undefined || change === undefined) throw new Error(problem ?? 'there is no entry in the journal');
    return change;
  };
  const plan = async (...steps: readonly Step[]): Promise<Plan> => changes.plan(steps, { author });
  return {
    changes,
    folder,
    place: { kubeconfig, context: PRACTICE, folder },
    ask,
    time,
    plan,
    done: async (...steps) => applied(await plan(...steps)),
    undone: async ({ id }) => applied(await changes.planUndo(id, { author })),
    live: async (path) => {
      const { status, body } = await ask(`GET ${path}`);
      return status === 404 ? undefined : (body as KubernetesObject);
    },
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
