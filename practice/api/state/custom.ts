import type { KubeObject, Schema, ServedKind, Subresource, Verb } from '../../model.ts';
import type { PrinterColumn } from '../../tables/index.ts';

interface DefinedVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly subresources?: { readonly status?: unknown; readonly scale?: ScalePaths };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
}

/** Where a custom kind keeps what its `/scale` speaks of. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

export interface Names {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: 'Cluster' | 'Namespaced';
    readonly names: Names;
    readonly versions: readonly DefinedVersion[];
  };
}

/** A kind that a CustomResourceDefinition serves, in one version. */
export interface CustomKind {
  readonly kind: ServedKind;
  readonly schema: Schema;
  /** Empty when the definition names none. */
  readonly columns: readonly PrinterColumn[];
  readonly scale: ScalePaths | undefined;
  readonly warning: string | undefined;
}

const VERBS: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const CHANGED_BY_CLIENTS = ['get', 'patch', 'update'] as const;

/** What a definition serves, the preferred version first. */
export function customKindsOf({ spec }: Definition): readonly CustomKind[] {
  return spec.versions
    .filter(({ served }) => served)
    .sort((a, b) => compareVersions(a.name, b.name))
    .map((version) => ({
      kind: servedKind(spec, version),
      schema: version.schema?.openAPIV3Schema ?? { 'x-kubernetes-preserve-unknown-fields': true },
      columns: version.additionalPrinterColumns ?? [],
      scale: version.subresources?.scale,
      warning:
        version.deprecated === true
          ? (version.deprecationWarning ?? `${spec.group}/${version.name} ${spec.names.kind} is deprecated`)
          : undefined,
    }));
}

function servedKind({ group, scope, names }: Definition['spec'], version: DefinedVersion): ServedKind {
  const subresources: Subresource[] = [];
  if (version.subresources?.status !== undefined) {
    subresources.push({ name: 'status', kind: names.kind, verbs: CHANGED_BY_CLIENTS });
  }
  if (version.subresources?.scale !== undefined) {
    subresources.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: CHANGED_BY_CLIENTS });
  }
  return {
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    verbs: VERBS,
    subresources,
  };
}

/** General availability before beta before alpha, then the higher number; other names last, by letters. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [rankOf(one), rankOf(other)];
  const different = a.findIndex((value, index) => value !== b[index]);
  return different === -1 ? one.localeCompare(other) : (b[different] as number) - (a[different] as number);
}

function rankOf(version: string): readonly number[] {
  const parts = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (parts === null) return [-1, 0, 0];
  const [, major, stage, minor] = parts;
  return [stage === undefined ? 2 : stage === 'beta' ? 1 : 0, Number(major), Number(minor ?? 0)];
}

/** The status that the API server gives a definition once it serves it. */
export function establishedStatus({ spec }: Definition, at: string): Readonly<Record<string, unknown>> {
  const condition = (type: string, reason: string, message: string) => ({
    lastTransitionTime: at,
    message,
    reason,
    status: 'True',
    type,
  });
  return {
    acceptedNames: acceptedNames(spec.names),
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    storedVersions: spec.versions.filter(({ storage }) => storage).map(({ name }) => name),
  };
}

function acceptedNames({ plural, kind, singular, listKind, shortNames, categories }: Names): Names {
  return {
    ...(categories !== undefined && { categories }),
    kind,
    listKind: listKind ?? `${kind}List`,
    plural,
    ...(shortNames !== undefined && { shortNames }),
    singular: singular ?? kind.toLowerCase(),
  };
}
