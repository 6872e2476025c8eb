import type { Practice, PracticeOptions } from '../../practice/index.ts';
import type { ClusterSpec } from '../fleet/index.ts';
import { UsageError } from '../platform/index.ts';
import type { Loaded } from './settings.ts';

/** Practice clusters of this process. */
export interface Practising {
  readonly clusters: readonly ClusterSpec[];
  readonly stop: () => Promise<void>;
}

/** A world, and under which name its cluster is offered. */
export interface Stage {
  readonly name: string;
  /** A world's name, or the file that it is in. */
  readonly world: string;
  /** What went wrong there. @default all that the world knows */
  readonly incidents?: readonly string[];
}

/**
 * Starts practice clusters. The product neither grows nor starts slower for them: this is loaded when they are asked for.
 * @throws UsageError for a world that does not exist or cannot be used
 */
export async function startStages(stages: readonly Stage[]): Promise<Practising> {
  const started: Practice[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((practice) => practice.stop()));
  };
  try {
    for (const [index, stage] of stages.entries()) started.push(await openStage(stage, { seed: index + 1 }));
  } catch (error) {
    await stop();
    throw error;
  }
  return { clusters: started.map((practice, index) => specOf(stages[index]?.name ?? '', practice)), stop };
}

/**
 * Starts one practice cluster.
 * @throws UsageError for a world that does not exist or cannot be used
 */
export async function openStage({ world, incidents }: Stage, options: Omit<PracticeOptions, 'world'> = {}): Promise<Practice> {
  const { openWorld, startPractice, withIncidents, WorldError } = await import('../../practice/index.ts');
  try {
    const opened = await openWorld(world);
    return await startPractice({ ...options, world: incidents === undefined ? opened : withIncidents(opened, incidents) });
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    throw new UsageError(error.message, { code: 'invalid-setting', field: 'practice', cause: error });
  }
}

function specOf(name: string, practice: Practice): ClusterSpec {
  const { url: server, certificate: ca } = practice;
  const { cert, key } = practice.administrator();
  const login = { kind: 'client-certificate', certificate: { pem: cert }, key: { pem: key } } as const;
  return { name, labels: { practice: 'true' }, source: { kind: 'server', server, ca: { pem: ca }, login } };
}

/** The name of a world's cluster: that of the world, or of its file. */
export function stageOf(world: string): Stage {
  const name = world
    .replace(/^.*[/\\]/, '')
    .replace(/\.ya?ml$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-');
  return { name, world };
}

/** The same settings, with practice clusters in the place of all others; a configuration file is no longer followed. */
export function practised(loaded: Loaded, clusters: readonly ClusterSpec[]): Loaded {
  const { fleet } = loaded.settings;
  const context = clusters.some(({ name }) => name === fleet.context) ? fleet.context : clusters[0]?.name;
  const settings = { ...loaded.settings, fleet: { ...fleet, clusters, discover: false, kubeconfig: undefined, context } };
  return { ...loaded, settings, file: undefined };
}
