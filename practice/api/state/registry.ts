import type { KubeObject, ServedKind } from '../../model.ts';
import type { ObjectType } from '../../objects/index.ts';
import { StatusError } from '../../status.ts';
import type { CustomKind } from './custom.ts';
import { customTypeOf, typeOf } from './types.ts';

/** `pods` or `deployments.apps`: how kubectl and the store name a resource, whatever its version. */
export const resourceName = ({ group, plural }: Pick<ServedKind, 'group' | 'plural'>): string =>
  group === '' ? plural : `${plural}.${group}`;

export const apiVersionOf = ({ group, version }: Pick<ServedKind, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** Resources that show the same objects under two names. */
const SAME_OBJECTS: Readonly<Record<string, string>> = { 'events.events.k8s.io': 'events' };

/** Where the objects of a resource are kept. */
export const shelfOf = (resource: string): string => SAME_OBJECTS[resource] ?? resource;

/** What is served: the built-in kinds, and those that CustomResourceDefinitions add and take away. */
export class Registry {
  readonly #builtIn: readonly ServedKind[];
  /** The kinds of each definition, by its name. */
  readonly #definitions = new Map<string, readonly CustomKind[]>();
  #custom = new Map<ServedKind, CustomKind & { readonly objectType: ObjectType }>();
  #all: readonly ServedKind[];
  #byResource = new Map<string, ServedKind>();
  #byPath = new Map<string, ServedKind>();
  #byName = new Map<string, ServedKind>();

  constructor(builtIn: readonly ServedKind[]) {
    this.#builtIn = builtIn;
    this.#all = [];
    this.#index();
  }

  /** Every version of every resource, the preferred version of each first. */
  all(): readonly ServedKind[] {
    return this.#all;
  }

  /** In its preferred version. */
  find(resource: string): ServedKind | undefined {
    return this.#byResource.get(resource);
  }

  /** @throws StatusError (404) */
  get(resource: string): ServedKind {
    const kind = this.find(resource);
    if (kind === undefined) throw new StatusError(404, 'NotFound', `the server doesn't have a resource type "${resource}"`);
    return kind;
  }

  at(group: string, version: string, plural: string): ServedKind | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  /** The kind of an object: `apps/v1` Deployment. */
  named(apiVersion: string, kind: string): ServedKind | undefined {
    return this.#byName.get(`${apiVersion}/${kind}`);
  }

  /** The kind of an object. @throws StatusError (404) with the versions that it is of */
  of({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): ServedKind {
    const found = this.named(apiVersion, kind);
    if (found !== undefined) return found;
    const versions = this.#all.filter((each) => each.kind === kind).map(apiVersionOf);
    const hint = versions.length === 0 ? '' : `: it is of ${versions.join(', ')}`;
    throw new StatusError(404, 'NotFound', `no cluster serves ${kind} of ${apiVersion}${hint}`);
  }

  /** @param name the definition's */
  define(name: string, kinds: readonly CustomKind[]): void {
    this.#definitions.set(name, kinds);
    this.#index();
  }

  undefine(name: string): void {
    if (this.#definitions.delete(name)) this.#index();
  }

  /** What the definition of a custom kind says; undefined for a built-in one. */
  custom(kind: ServedKind): CustomKind | undefined {
    return this.#custom.get(kind);
  }

  typeOf(kind: ServedKind): ObjectType {
    return this.#custom.get(kind)?.objectType ?? typeOf(kind);
  }

  #index(): void {
    const custom = [...this.#definitions.values()].flat();
    this.#custom = new Map(custom.map((defined) => [defined.kind, { ...defined, objectType: customTypeOf(defined) }]));
    this.#all = [...this.#builtIn, ...this.#custom.keys()];
    this.#byResource = new Map();
    this.#byPath = new Map();
    this.#byName = new Map();
    for (const kind of this.#all) {
      const resource = resourceName(kind);
      if (!this.#byResource.has(resource)) this.#byResource.set(resource, kind);
      this.#byName.set(`${apiVersionOf(kind)}/${kind.kind}`, kind);
      this.#byPath.set(`${kind.group}/${kind.version}/${kind.plural}`, kind);
    }
  }
}
