import { systemClock } from '../../platform/index.ts';
import {
  differencesOf,
  revisionsOf,
  rolloutState,
  rolloutSteps,
  scaleSteps,
  workloadNamed,
  type Differences,
  type Revision,
  type RolloutQuestion,
  type RolloutState,
} from '../../operations/change/index.ts';
import type { CallOptions } from '../place.ts';
import { KindHandler, type ClientParts, type WriteCallOptions, type Written } from './kind-handler.ts';
import type { Deployment } from './objects.ts';

/** A state that the pods of a Deployment had, or have. */
export interface RolloutRevision extends Pick<Revision, 'revision' | 'template' | 'cause' | 'current'> {
  /** RFC 3339. */
  readonly createdAt: string | undefined;
  /** What it changed of the one before it that is still kept. */
  readonly changes: Differences;
}

/** Deployments, and their rollouts. */
export class DeploymentHandler extends KindHandler<Deployment> {
  /** @internal */
  constructor(parts: ClientParts) {
    super(parts, 'apps/v1/Deployment');
  }

  /** Sets how many replicas are wanted. */
  async scale(name: string, replicas: number, options: WriteCallOptions = {}): Promise<Written<Deployment>> {
    return this.write(options, ({ connection, scope }) => scaleSteps(connection, { kind: this.kind, name, scope, replicas }));
  }

  /**
   * Sets the images of containers, which rolls out new pods.
   * @param images by the name of the container; `*` for all that are no init containers
   * @throws UsageError for a container that there is not, with the nearest
   * @example
   * await client.deployments.updateImage('web', { app: 'registry.example.com/web:2' }, { wait: true });
   */
  async updateImage(
    name: string,
    images: Readonly<Record<string, string>>,
    options: WriteCallOptions = {},
  ): Promise<Written<Deployment>> {
    const set = Object.entries(images)
      .map(([container, image]) => `${container}=${image}`.replaceAll(',', String.raw`\,`))
      .join(',');
    return this.#rollout(name, { action: 'set_image', set }, options);
  }

  /** How far the latest rollout has come: `complete`, `in progress`, `paused` or `stuck`, and what is waited for. */
  async rolloutStatus(name: string, options: CallOptions = {}): Promise<RolloutState> {
    return rolloutState(await this.#workload(name, options));
  }

  /** The revisions that are kept, newest first, each with what it changed. */
  async rolloutHistory(name: string, options: CallOptions = {}): Promise<readonly RolloutRevision[]> {
    const workload = await this.#workload(name, options);
    const { connection } = await this.spot(options);
    const revisions = await revisionsOf(connection, workload);
    return revisions.map((each) => {
      const { revision, template, createdAt, cause, current } = each;
      return { revision, template, createdAt, cause, current, changes: differencesOf(revisions, each) ?? [] };
    });
  }

  /**
   * Goes back to a revision, as `kubectl rollout undo` does. To undo any change there is `manager.changes.undo`.
   * @param options.revision @default the one before the current
   * @throws UsageError (`unknown-revision`), naming those that there are
   */
  async undo(
    name: string,
    options: WriteCallOptions & { readonly revision?: number | undefined } = {},
  ): Promise<Written<Deployment>> {
    const { revision, ...rest } = options;
    return this.#rollout(name, { action: 'undo', revision }, rest);
  }

  /** Replaces all pods, as the strategy says. */
  async restart(name: string, options: WriteCallOptions = {}): Promise<Written<Deployment>> {
    return this.#rollout(name, { action: 'restart' }, options);
  }

  /** Keeps changes of the pod template from being rolled out. */
  async pause(name: string, options: WriteCallOptions = {}): Promise<Written<Deployment>> {
    return this.#rollout(name, { action: 'pause' }, options);
  }

  /** Rolls out what was changed while it was paused, and from now on. */
  async resume(name: string, options: WriteCallOptions = {}): Promise<Written<Deployment>> {
    return this.#rollout(name, { action: 'resume' }, options);
  }

  async #workload(name: string, options: CallOptions) {
    const { connection, scope } = await this.spot(options);
    return workloadNamed(connection, { kind: this.kind, name, scope });
  }

  #rollout(
    name: string,
    question: Pick<RolloutQuestion, 'action' | 'set' | 'revision'>,
    options: WriteCallOptions,
  ): Promise<Written<Deployment>> {
    return this.write(options, ({ connection, scope }) =>
      rolloutSteps(connection, { kind: this.kind, name, scope, ...question }, systemClock.now()),
    );
  }
}
