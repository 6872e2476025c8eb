import type {
  Cancel,
  Clock,
  DeleteRequest,
  DraftObject,
  KubeObject,
  ObjectMeta,
  Random,
  ServedKind,
  Store,
  StoreEvent,
  WritingTimes,
} from '../../model.ts';
import { flat } from '../../flat.ts';
import { causesOf, defaulted, tracked, warningsOf } from '../../objects/index.ts';
import { alreadyExists, conflict, invalid, notFound, type Subject } from '../../status.ts';
import { admitted, type Admission } from './admission.ts';
import { inVersion, keptForm } from './conversion.ts';
import { checkPreconditions, deletionOf, isFinished } from './deletion.ts';
import type { Ledger } from './ledger.ts';
import { checkNamespace } from './namespace-check.ts';
import { apiVersionOf, resourceName, shelfOf, type Registry } from './registry.ts';
import { same } from '../../same.ts';
import { counted, firstState, nextState, strategyOf, withKept } from './strategy.ts';
import { timestamp } from '../../timestamp.ts';

/** How something is written. */
export interface Writing {
  /** Who writes, for managedFields. */
  readonly manager: string;
  /** Takes over the part of the object that this subresource is about. @default all but status */
  readonly subresource?: string | undefined;
  /** Of an object that is created. @default now */
  readonly times?: WritingTimes | undefined;
  /** Nothing is stored, all else is done. @default false */
  readonly dryRun?: boolean;
  /** Comes from outside: rules of the kind are checked. @default false */
  readonly checked?: boolean;
  /** The object has its managedFields already, as apply leaves them. @default false */
  readonly applied?: boolean;
  /** Told of what is stored though it may not be meant. */
  readonly warn?: (warnings: readonly string[]) => void;
}

/** How many random names are tried before the server gives up. */
const MOST_NAMES = 8;
const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export interface StoreParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: Registry;
  readonly ledger: Ledger;
  /** What is added to new objects, by resource. */
  readonly admission: Admission;
}

/** The Store of the practice cluster, and the same for requests from outside, which bring the version that they speak. */
export class PracticeStore implements Store {
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: Registry;
  readonly ledger: Ledger;
  readonly #admission: Admission;

  constructor(parts: StoreParts) {
    this.clock = parts.clock;
    this.random = parts.random;
    this.registry = parts.registry;
    this.ledger = parts.ledger;
    this.#admission = parts.admission;
  }

  kinds(): readonly ServedKind[] {
    return this.registry.all();
  }

  kind(resource: string): ServedKind {
    return this.registry.get(resource);
  }

  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.ledger.get(shelfOf(resource), namespace, name);
  }

  list(resource: string, namespace?: string): readonly KubeObject[] {
    return this.ledger.list(shelfOf(resource), namespace);
  }

  ownedBy(uid: string): readonly KubeObject[] {
    return this.ledger.ownedBy(uid);
  }

  create(resource: string, object: DraftObject, manager: string, times?: WritingTimes): KubeObject {
    return this.createAs(this.kind(resource), object, { manager, times });
  }

  update(resource: string, object: KubeObject, manager: string, subresource?: 'status' | 'ephemeralcontainers'): KubeObject {
    return this.updateAs(this.kind(resource), object, { manager, subresource });
  }

  delete(resource: string, namespace: string | undefined, name: string, options: DeleteRequest = {}): KubeObject | undefined {
    return this.deleteAs(this.kind(resource), namespace, name, options);
  }

  watch(resource: string, listener: (event: StoreEvent) => void): Cancel {
    return this.ledger.listen(shelfOf(resource), listener);
  }

  /** The object in a version of its kind. @throws StatusError (404) */
  existing(kind: ServedKind, namespace: string | undefined, name: string): KubeObject {
    return inVersion(kind, this.#stored(kind, namespace, name));
  }

  /** Creates an object of a kind in a version. @throws StatusError (409, 422, 403 in a namespace that is going, 404 in none) */
  createAs(kind: ServedKind, draft: DraftObject, writing: Writing): KubeObject {
    const { manager, dryRun = false, checked = false, applied = false } = writing;
    const { created, written } = writing.times ?? { created: this.clock.now(), written: this.clock.now() };
    const type = this.registry.typeOf(kind);
    const strategy = strategyOf(kind, type.custom);
    const named = this.#named(kind, draft);
    checkNamespace(this, kind, named.metadata);
    const metadata = {
      ...named.metadata,
      uid: this.random.uid(),
      ...(strategy.countsGenerations && { generation: 1 }),
      creationTimestamp: timestamp(created),
    };
    const first = firstState(kind, strategy, draft);
    const wanted = defaulted(type, { ...first, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata });
    // What admission adds has no manager.
    const managed = applied ? wanted : tracked(type, undefined, wanted, { manager, now: written });
    const complete = admitted(this.#admission, this, kind, managed) as KubeObject;
    if (checked) this.#check(kind, complete);
    writing.warn?.(warningsOf(type, complete));
    const resource = resourceName(kind);
    const present = this.get(resource, complete.metadata.namespace, metadata.name);
    if (present !== undefined)
      throw alreadyExists(subject(kind, metadata.name), present.metadata.deletionTimestamp !== undefined);
    if (dryRun) return withSentVersion(complete, draft);
    return inVersion(kind, this.ledger.put(shelfOf(resource), keptForm(this.registry.get(resource), kind, complete)));
  }

  /**
   * Replaces an object, or its status, by one of a kind in a version. What changes nothing is not written.
   * @throws StatusError (404, 409, 422)
   */
  updateAs(kind: ServedKind, next: DraftObject, writing: Writing): KubeObject {
    const { manager, subresource, dryRun = false, checked = false, applied = false } = writing;
    const stored = this.#stored(kind, next.metadata?.namespace, next.metadata?.name ?? '');
    const before = inVersion(kind, stored);
    this.#checkVersion(kind, before, next);
    const type = this.registry.typeOf(kind);
    const strategy = strategyOf(kind, type.custom);
    const wanted = defaulted(type, nextState(strategy, before, next, subresource), before);
    // Who leaves out what the server keeps for itself gives it up all the same.
    const managed = applied ? wanted : tracked(type, before, wanted, { manager, now: this.clock.now(), subresource });
    const whole = subresource === undefined ? withKept(kind, before, managed) : managed;
    const complete = { ...counted(strategy, before, whole), apiVersion: apiVersionOf(kind), kind: kind.kind };
    if (checked) this.#check(kind, complete, before);
    if (subresource === undefined && isAnew(before, complete)) writing.warn?.(warningsOf(type, complete));
    if (same(complete, before)) return before;
    if (dryRun) return complete;
    const resource = resourceName(kind);
    const kept = keptForm(this.registry.get(resource), kind, complete);
    const shelf = shelfOf(resource);
    return inVersion(
      kind,
      isFinished(kind, kept) ? this.ledger.remove(shelf, stored, kept) : this.ledger.put(shelf, kept, stored),
    );
  }

  /** @throws StatusError (404, 409) */
  deleteAs(
    kind: ServedKind,
    namespace: string | undefined,
    name: string,
    request: DeleteRequest & { readonly dryRun?: boolean } = {},
  ): KubeObject | undefined {
    const before = this.#stored(kind, namespace, name);
    checkPreconditions(kind, before, request.preconditions);
    const deletion = deletionOf(kind, before, request, this.clock.now());
    const shelf = shelfOf(resourceName(kind));
    if (deletion.gone) {
      if (request.dryRun === true) return freed(before);
      this.ledger.remove(shelf, before);
      return undefined;
    }
    if (request.dryRun === true || same(deletion.object, before)) return deletion.object;
    return this.ledger.put(shelf, deletion.object, before);
  }

  #stored(kind: ServedKind, namespace: string | undefined, name: string): KubeObject {
    const object = this.get(resourceName(kind), kind.namespaced ? namespace : undefined, name);
    if (object === undefined) throw notFound(subject(kind, name));
    return object;
  }

  #named(kind: ServedKind, draft: DraftObject): { readonly metadata: Partial<ObjectMeta> & { readonly name: string } } {
    const { namespace: _, resourceVersion: _r, uid: _u, deletionTimestamp: _d, ...wanted } = draft.metadata ?? {};
    const {
      deletionGracePeriodSeconds: _g,
      generation: _n,
      selfLink: _l,
      ...metadata
    } = wanted as typeof wanted & { readonly selfLink?: string };
    const namespace = draft.metadata?.namespace ?? 'default';
    const placed = kind.namespaced ? { ...metadata, namespace } : metadata;
    const { name, generateName } = metadata;
    if (name !== undefined && name !== '') return { metadata: { ...placed, name } };
    if (generateName === undefined || generateName === '') {
      throw invalid(kind, '', [
        { reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field: 'metadata.name' },
      ]);
    }
    const resource = resourceName(kind);
    const random = (): string => flat(`${generateName.slice(0, 58)}${this.random.suffix(5)}`);
    let generated = random();
    for (let tries = 1; tries < MOST_NAMES && this.get(resource, namespace, generated) !== undefined; tries++)
      generated = random();
    return { metadata: { ...placed, name: generated } };
  }

  #check(kind: ServedKind, object: KubeObject, before?: KubeObject): void {
    const causes = causesOf(this.registry.typeOf(kind), object, before);
    if (causes.length > 0) throw invalid(kind, object.metadata.name, causes);
  }

  #checkVersion(kind: ServedKind, before: KubeObject, { metadata }: DraftObject): void {
    const { resourceVersion, uid } = metadata ?? {};
    if (uid !== undefined && uid !== '' && uid !== before.metadata.uid) {
      const { name, namespace } = before.metadata;
      const key = `/registry/${kind.plural}${namespace === undefined ? '' : `/${namespace}`}/${name}`;
      const failed = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`;
      throw conflict(
        subject(kind, name),
        `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`,
      );
    }
    if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== before.metadata.resourceVersion) {
      throw conflict(subject(kind, before.metadata.name), MODIFIED);
    }
  }
}

/** Something else is wanted now; of kinds that do not count it, perhaps. */
const isAnew = (before: KubeObject, { metadata: { generation } }: KubeObject): boolean =>
  generation === undefined || generation !== before.metadata.generation;

/** An update that would create keeps the version that it was sent, in a dry run. */
function withSentVersion(object: KubeObject, { metadata: { resourceVersion = '' } = {} }: DraftObject): KubeObject {
  return resourceVersion === '' ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
}

/** Of a dry run that has only finalizers left to take away the server shows an object with nothing in it. */
function freed({ apiVersion, kind, metadata }: KubeObject): KubeObject | undefined {
  return (metadata.finalizers ?? []).length === 0 ? undefined : ({ apiVersion, kind, metadata: {} } as unknown as KubeObject);
}

export const subject = ({ group, plural }: ServedKind, name: string): Subject => ({ group, plural, name });
