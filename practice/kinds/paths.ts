import type { ServedKind, Subresource, Verb } from '../model.ts';

/** One operation, as far as clients read it: kubectl finds kinds, dry-run, field validation and patch types here. */
export interface Operation {
  readonly 'x-kubernetes-action': string;
  readonly 'x-kubernetes-group-version-kind': { readonly group: string; readonly version: string; readonly kind: string };
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, object>> };
  readonly responses: { readonly 200: { readonly description: 'OK' } };
}

interface Parameter {
  readonly name: string;
  readonly in: 'query';
  readonly schema: { readonly type: string; readonly uniqueItems: true };
}

type Method = 'get' | 'put' | 'post' | 'delete' | 'patch';
type PathItem = Readonly<Partial<Record<Method, Operation>>>;
export type Paths = Readonly<Record<string, PathItem>>;

const LIST = ['labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'resourceVersionMatch'];
const WATCH = ['watch', 'allowWatchBookmarks', 'sendInitialEvents', 'timeoutSeconds'];
const WRITE = ['dryRun', 'fieldManager', 'fieldValidation'];
const DELETE = ['dryRun', 'gracePeriodSeconds', 'orphanDependents', 'propagationPolicy'];

/** The type of a query parameter that is no string. */
const TYPES: Readonly<Record<string, string>> = {
  allowWatchBookmarks: 'boolean',
  force: 'boolean',
  gracePeriodSeconds: 'integer',
  limit: 'integer',
  orphanDependents: 'boolean',
  sendInitialEvents: 'boolean',
  timeoutSeconds: 'integer',
  watch: 'boolean',
};

interface Action {
  readonly verb: Verb;
  readonly method: Method;
  /** As the server calls it. */
  readonly action: string;
  readonly query: readonly string[];
}

const ON_ALL: readonly Action[] = [{ verb: 'list', method: 'get', action: 'list', query: [...LIST, ...WATCH] }];
const ON_COLLECTION: readonly Action[] = [
  ...ON_ALL,
  { verb: 'create', method: 'post', action: 'post', query: WRITE },
  { verb: 'deletecollection', method: 'delete', action: 'deletecollection', query: LIST },
];
const ON_OBJECT: readonly Action[] = [
  { verb: 'get', method: 'get', action: 'get', query: [] },
  { verb: 'update', method: 'put', action: 'put', query: WRITE },
  { verb: 'delete', method: 'delete', action: 'delete', query: DELETE },
  { verb: 'patch', method: 'patch', action: 'patch', query: [...WRITE, 'force'] },
];
/** A subresource is created where it acts (eviction, binding, token) and has the verbs of an object otherwise. */
const ON_SUBRESOURCE: readonly Action[] = [
  { verb: 'create', method: 'post', action: 'post', query: WRITE },
  ...ON_OBJECT.filter(({ verb }) => verb !== 'delete'),
];

const PATCHES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json'];
const STRATEGIC = 'application/strategic-merge-patch+json';

/** @param custom defined by a CustomResourceDefinition: no strategic merge patch then */
export function pathsOf(kind: ServedKind, custom: boolean): Paths {
  const base = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const collection = kind.namespaced ? `${base}/namespaces/{namespace}/${kind.plural}` : `${base}/${kind.plural}`;
  const item = `${collection}/{name}`;
  const paths: [string, PathItem][] = [
    [collection, operations(ON_COLLECTION, kind.verbs, kind, custom)],
    [item, operations(ON_OBJECT, kind.verbs, kind, custom)],
    ...kind.subresources
      .filter(isObject)
      .map((subresource): [string, PathItem] => [
        `${item}/${subresource.name}`,
        operations(ON_SUBRESOURCE, subresource.verbs, custom ? kind : spokenBy(subresource, kind), custom),
      ]),
  ];
  if (kind.namespaced) paths.push([`${base}/${kind.plural}`, operations(ON_ALL, kind.verbs, kind, custom)]);
  return Object.fromEntries(paths.filter(([, path]) => Object.keys(path).length > 0));
}

/** What is connected to (exec, proxy) takes options in its query and speaks no kind. */
const isObject = ({ kind }: Subresource): boolean => !kind.endsWith('Options');

/** Subresources of custom kinds all pass for the kind itself, `scale` too. */
const spokenBy = ({ group, version, kind }: Subresource, of: ServedKind): Operation['x-kubernetes-group-version-kind'] => ({
  group: group ?? of.group,
  version: version ?? of.version,
  kind,
});

function operations(
  actions: readonly Action[],
  verbs: readonly string[],
  { group, version, kind }: Operation['x-kubernetes-group-version-kind'],
  custom: boolean,
): PathItem {
  const served = actions.filter(({ verb }) => verbs.includes(verb));
  return Object.fromEntries(
    served.map(({ method, action, query }): [Method, Operation] => [
      method,
      {
        ...(query.length > 0 && { parameters: query.map(parameter) }),
        ...(method === 'patch' && { requestBody: { content: contents(custom ? PATCHES : [...PATCHES, STRATEGIC]) } }),
        responses: { 200: { description: 'OK' } },
        'x-kubernetes-action': action,
        'x-kubernetes-group-version-kind': { group, version, kind },
      },
    ]),
  );
}

const parameter = (name: string): Parameter => ({
  name,
  in: 'query',
  schema: { type: TYPES[name] ?? 'string', uniqueItems: true },
});

const contents = (types: readonly string[]): Record<string, object> => Object.fromEntries(types.map((type) => [type, {}]));
