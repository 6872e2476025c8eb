import type { DeleteStep, Step } from '../../changes/index.ts';
import {
  getObject,
  isKubernetesError,
  type Connection,
  type Json,
  type KubernetesObject,
  type PatchType,
} from '../../kubernetes/index.ts';
import { strategyOf, subjectOf } from '../../operations/change/index.ts';
import type { ChangeLog, Done, PlanCallOptions } from '../change-log.ts';
import type { Draft } from '../draft.ts';
import { objectFor, oneNamespace, type CallOptions, type ListOptions, type Site } from '../place.ts';
import { Resource } from '../resource.ts';

/** What a client and its handlers stand on. */
export interface ClientParts {
  readonly connect: (signal: AbortSignal | undefined) => Promise<Connection>;
  /** The namespace that is meant when a call names none. */
  readonly namespace: (connection: Connection) => string | undefined;
  readonly changes: ChangeLog;
  /** @throws UsageError where the permission `secrets` is not granted */
  readonly reveal: () => object;
  /** Aborted when the manager is closed. */
  readonly closing: AbortSignal;
}

/** How an object is changed by a handler. */
export interface WriteCallOptions extends CallOptions, PlanCallOptions {
  /** Plans and tries it, and stores nothing; the plan can be applied by `manager.changes.apply`. @default false */
  readonly dryRun?: boolean | undefined;
}

/** What a change of one object came to. */
export interface Written<T> extends Done {
  /** The object as it is now. Undefined where it is gone or going, and where nothing was stored. */
  readonly object: T | undefined;
}

/** A kind on a cluster, and the one namespace of a call. */
export interface Spot extends Site {
  /** `default` for kinds that have none, which take no notice. */
  readonly namespace: string;
  readonly scope: readonly [string];
}

/**
 * Objects of one kind. What it changes is planned, applied and put into the journal, so that it can be undone; it
 * rejects with a PlanError when it is not done.
 */
export class KindHandler<T extends KubernetesObject> {
  protected readonly parts: ClientParts;
  /** As it was asked for. */
  protected readonly kind: string;
  readonly #resource: Resource<T>;

  /** @internal */
  constructor(parts: ClientParts, kind: string) {
    this.parts = parts;
    this.kind = kind;
    this.#resource = new Resource<T>(async (signal) => this.#site(signal));
  }

  /** All objects, one after the other, read page by page. */
  list(options: ListOptions = {}): AsyncGenerator<T, void, undefined> {
    return this.#resource.list(options);
  }

  /** @throws KubernetesError (`not-found`) */
  async get(name: string, options: CallOptions = {}): Promise<T> {
    return this.#resource.get(name, options);
  }

  /** @throws PlanError: `conflict` when the name is taken, `invalid` where the server does not accept it */
  async create(object: Draft<T>, options: WriteCallOptions = {}): Promise<Written<T>> {
    return this.write(options, (spot) => {
      const full = objectFor(spot, object, options);
      return [{ action: 'create', cluster: spot.connection.cluster, object: full }];
    });
  }

  /**
   * Server-side apply: creates what is missing, and sets the given fields of what is there.
   * @param options.force takes over fields that others own. @default false
   * @throws PlanError: `conflict` for fields that others own; `plan.steps` names them and their owners
   */
  async apply(object: Draft<T>, options: WriteCallOptions & { readonly force?: boolean | undefined } = {}): Promise<Written<T>> {
    const { force, ...rest } = options;
    return this.write(rest, (spot) => {
      const full = objectFor(spot, object, rest);
      return [{ action: 'apply', cluster: spot.connection.cluster, object: full, force }];
    });
  }

  /**
   * @param patch a list of operations for the type `json`, a partial object otherwise; null takes a field away
   * @param options.type @default 'strategic' for the kinds of Kubernetes itself, 'merge' for others, which know no strategic
   * @throws PlanError: `not-found`, `invalid`
   */
  async patch(
    name: string,
    patch: Draft<T> | readonly Json[],
    options: WriteCallOptions & { readonly type?: PatchType | undefined; readonly subresource?: string | undefined } = {},
  ): Promise<Written<T>> {
    const { type, subresource, ...rest } = options;
    return this.write(rest, ({ connection, kind, scope }) => [
      {
        action: 'patch',
        cluster: connection.cluster,
        subject: subjectOf(kind, name, scope),
        type: type ?? (Array.isArray(patch) ? 'json' : strategyOf(kind)),
        patch: patch as Json,
        subresource,
      },
    ]);
  }

  /** @throws PlanError (`not-found`) */
  async delete(
    name: string,
    options: WriteCallOptions & Pick<DeleteStep, 'propagation' | 'gracePeriodSeconds'> = {},
  ): Promise<Written<T>> {
    const { propagation, gracePeriodSeconds, ...rest } = options;
    return this.write(rest, ({ connection, kind, scope }) => [
      { action: 'delete', cluster: connection.cluster, subject: subjectOf(kind, name, scope), propagation, gracePeriodSeconds },
    ]);
  }

  /** Where a call goes. */
  protected async spot(options: CallOptions): Promise<Spot> {
    const site = await this.#site(options.signal);
    const namespace = oneNamespace(site, options) ?? 'default';
    return { ...site, namespace, scope: [namespace] };
  }

  /** Makes the steps of a change of one object of the kind, and does them. */
  protected async write(
    options: WriteCallOptions,
    stepsOf: (spot: Spot) => readonly Step[] | Promise<readonly Step[]>,
  ): Promise<Written<T>> {
    const { namespace: _, ...planOptions } = options;
    const spot = await this.spot(options);
    const done = await this.parts.changes.make(await stepsOf(spot), planOptions);
    return { ...done, object: await this.#written(spot, done) };
  }

  async #site(signal: AbortSignal | undefined): Promise<Site> {
    const connection = await this.parts.connect(signal);
    const { kind } = await connection.resolve(this.kind);
    return { connection, kind, namespace: this.parts.namespace(connection) };
  }

  async #written({ connection, kind }: Spot, { change }: Done): Promise<T | undefined> {
    const [step] = change === undefined ? [] : (await this.parts.changes.get(change)).steps;
    if (step === undefined || step.effect === 'delete') return undefined;
    const { namespace, name } = step.subject;
    try {
      return (await getObject(connection, kind, { namespace, name })) as T;
    } catch (error) {
      // Somebody may have deleted it meanwhile; what was done was done.
      if (isKubernetesError(error, 'not-found')) return undefined;
      throw error;
    }
  }
}
