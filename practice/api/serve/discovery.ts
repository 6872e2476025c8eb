import type { ServedKind, Subresource } from '../../model.ts';
import { compareVersions } from '../state/custom.ts';

/** The versions of one API group, the preferred one first. */
interface Group {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly kinds: readonly ServedKind[] }[];
}

/** The groups of what is served, in their order. */
export function groupsOf(kinds: readonly ServedKind[]): readonly Group[] {
  const groups = new Map<string, Map<string, ServedKind[]>>();
  for (const kind of kinds) {
    const versions = groups.get(kind.group) ?? new Map<string, ServedKind[]>();
    groups.set(kind.group, versions);
    versions.set(kind.version, [...(versions.get(kind.version) ?? []), kind]);
  }
  return [...groups].map(([name, versions]) => ({
    name,
    versions: [...versions].sort(([a], [b]) => compareVersions(a, b)).map(([version, kinds]) => ({ version, kinds })),
  }));
}

const LIST = 'apidiscovery.k8s.io/v2';

/** `APIGroupDiscoveryList` of `/api` (the core group) or `/apis` (all others). */
export const aggregated = (groups: readonly Group[]) => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: LIST,
  metadata: {},
  items: groups.map(({ name, versions }) => ({
    metadata: { ...(name !== '' && { name }), creationTimestamp: null },
    versions: versions.map(({ version, kinds }) => ({
      version,
      resources: kinds.map(discovered),
      freshness: 'Current',
    })),
  })),
});

function discovered(kind: ServedKind) {
  const { group, version, plural, singular, shortNames, categories, namespaced, subresources, verbs } = kind;
  return {
    resource: plural,
    responseKind: { group, version, kind: kind.kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((subresource) => ({
        subresource: subresource.name,
        responseKind: responseKind(kind, subresource),
        verbs: subresource.verbs,
      })),
    }),
  };
}

const responseKind = (parent: ServedKind, { group, version, kind }: Subresource) => ({
  group: group ?? parent.group,
  version: version ?? parent.version,
  kind,
});

export const apiVersions = (server: string) => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: server }],
});

const groupVersion = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);

export function apiGroup({ name, versions }: Group) {
  const all = versions.map(({ version }) => ({ groupVersion: groupVersion(name, version), version }));
  return { name, versions: all, preferredVersion: all[0] };
}

export const apiGroupList = (groups: readonly Group[]) => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groups.map(apiGroup),
});

/** `APIResourceList` of one version, each subresource as a resource of its own. */
export const apiResourceList = (group: string, version: string, kinds: readonly ServedKind[]) => ({
  kind: 'APIResourceList',
  ...(group !== '' && { apiVersion: 'v1' }),
  groupVersion: groupVersion(group, version),
  resources: kinds.flatMap((kind) => [
    {
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: kind.verbs,
      ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
      ...(kind.categories.length > 0 && { categories: kind.categories }),
    },
    ...kind.subresources.map((subresource) => ({
      name: `${kind.plural}/${subresource.name}`,
      singularName: '',
      namespaced: kind.namespaced,
      ...(subresource.group !== undefined && { group: subresource.group }),
      ...(subresource.version !== undefined && { version: subresource.version }),
      kind: subresource.kind,
      verbs: subresource.verbs,
    })),
  ]),
});
