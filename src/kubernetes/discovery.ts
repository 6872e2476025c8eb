import { isKubernetesError, KubernetesError } from './errors.ts';
import { at, listAt, textAt } from './objects.ts';
import { apiVersionOf, rootOf, type NonResourceRequest } from './request.ts';

/** One resource as an API server serves it in one version. */
export interface ResourceKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The plural, as it stands in paths: `deployments`. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** Names of subresources: `status`, `scale`, `log`. */
  readonly subresources: readonly string[];
  /** True for the version that the server prefers in this group. */
  readonly preferred: boolean;
}

/** What an API server serves, as far as it could be found out. */
export interface Discovered {
  /** In the server's own order of groups, the preferred version of each first. */
  readonly kinds: readonly ResourceKind[];
  /** Group versions that are announced and could not be read, e.g. an aggregated API whose backend is down. */
  readonly broken: readonly string[];
}

type Fetch = (request: NonResourceRequest) => Promise<unknown>;

/** 1.27 to 1.29 know it as v2beta1, of the same form. */
const AGGREGATED = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

/**
 * Asks an API server for all it serves: two requests where it knows aggregated discovery (1.27 and newer), one a group
 * version otherwise. A group that is broken is left out and named; the others stay usable.
 * Source: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 * @param cluster for messages
 * @throws what `fetch` throws, and KubernetesError (`bad-answer`) when the answer is no discovery document
 */
export async function discover(fetch: Fetch, cluster: string): Promise<Discovered> {
  const roots = await Promise.all(['/api', '/apis'].map((path) => fetch({ verb: 'get', nonResource: path, accept: AGGREGATED })));
  const broken: string[] = [];
  const parts = await Promise.all(
    roots.map(async (root, index) => {
      const kind = textAt(root, 'kind');
      if (kind === 'APIGroupDiscoveryList') return fromAggregated(root, broken);
      if (index === 0 && kind === 'APIVersions') return fromCore(fetch, root, broken);
      if (index === 1 && kind === 'APIGroupList') return fromGroups(fetch, root, broken);
      // A login page must not look like a cluster that serves nothing.
      throw new KubernetesError(
        'bad-answer',
        `What answers as the API server of cluster ${cluster} does not say what it serves.`,
        {
          scene: { cluster },
          advice: 'It may be something else than a Kubernetes API server: check the server address and any proxy.',
        },
      );
    }),
  );
  return { kinds: parts.flat(), broken };
}

function fromAggregated(root: unknown, broken: string[]): ResourceKind[] {
  const kinds: ResourceKind[] = [];
  for (const item of listAt(root, 'items')) {
    const group = textAt(item, 'metadata', 'name') ?? '';
    for (const [index, entry] of listAt(item, 'versions').entries()) {
      const version = textAt(entry, 'version') ?? '';
      // The server answers with what it knows when an aggregated API is down, and says so only here.
      if (textAt(entry, 'freshness') === 'Stale') broken.push(apiVersionOf({ group, version }));
      for (const resource of listAt(entry, 'resources')) {
        kinds.push({
          group,
          version,
          kind: textAt(resource, 'responseKind', 'kind') ?? '',
          resource: textAt(resource, 'resource') ?? '',
          singular: textAt(resource, 'singularResource') ?? '',
          shortNames: texts(resource, 'shortNames'),
          categories: texts(resource, 'categories'),
          namespaced: textAt(resource, 'scope') === 'Namespaced',
          verbs: texts(resource, 'verbs'),
          subresources: listAt(resource, 'subresources').flatMap((sub) => textAt(sub, 'subresource') ?? []),
          preferred: index === 0,
        });
      }
    }
  }
  return kinds;
}

async function fromCore(fetch: Fetch, root: unknown, broken: string[]): Promise<ResourceKind[]> {
  const lists = await Promise.all(
    texts(root, 'versions').map((version, index) => readVersion(fetch, { group: '', version, preferred: index === 0 }, broken)),
  );
  return lists.flat();
}

async function fromGroups(fetch: Fetch, root: unknown, broken: string[]): Promise<ResourceKind[]> {
  const wanted = listAt(root, 'groups').flatMap((entry) => {
    const group = textAt(entry, 'name') ?? '';
    const preferred = textAt(entry, 'preferredVersion', 'version');
    const versions = listAt(entry, 'versions').flatMap((each) => textAt(each, 'version') ?? []);
    versions.sort((a, b) => Number(b === preferred) - Number(a === preferred));
    return versions.map((version) => ({ group, version, preferred: version === preferred }));
  });
  const lists = await Promise.all(wanted.map((each) => readVersion(fetch, each, broken)));
  return lists.flat();
}

type GroupVersion = Pick<ResourceKind, 'group' | 'version' | 'preferred'>;

async function readVersion(fetch: Fetch, groupVersion: GroupVersion, broken: string[]): Promise<ResourceKind[]> {
  let list: unknown;
  try {
    list = await fetch({ verb: 'get', nonResource: rootOf(groupVersion) });
  } catch (error) {
    // One group may be down; a lost connection, a refused login or a call that ended say nothing about the group.
    if (!isKubernetesError(error) || isKubernetesError(error, 'unreachable', 'unauthorized', 'credentials')) throw error;
    broken.push(apiVersionOf(groupVersion));
    return [];
  }
  const resources = listAt(list, 'resources');
  const subresourcesOf = (plural: string): string[] =>
    resources.flatMap((entry) => {
      const name = textAt(entry, 'name') ?? '';
      return name.startsWith(`${plural}/`) ? name.slice(plural.length + 1) : [];
    });
  return resources.flatMap((entry) => {
    const resource = textAt(entry, 'name') ?? '';
    if (resource === '' || resource.includes('/')) return [];
    return {
      ...groupVersion,
      kind: textAt(entry, 'kind') ?? '',
      resource,
      singular: textAt(entry, 'singularName') ?? '',
      shortNames: texts(entry, 'shortNames'),
      categories: texts(entry, 'categories'),
      namespaced: at(entry, 'namespaced') === true,
      verbs: texts(entry, 'verbs'),
      subresources: subresourcesOf(resource),
    };
  });
}

function texts(value: unknown, key: string): string[] {
  return listAt(value, key).filter((entry): entry is string => typeof entry === 'string');
}
