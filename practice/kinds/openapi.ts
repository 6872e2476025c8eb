import { createHash } from 'node:crypto';
import type { Schema, ServedKind, Verb } from '../model.ts';
import { dataOf } from './data.ts';
import { definitionName, definitionOf, nameOf } from './definitions.ts';
import { pathsOf, type Paths } from './paths.ts';
import { customDefinitions, type CustomKind } from './custom.ts';
import { BUILT_IN_KINDS } from './served.ts';

/**
 * An OpenAPI v3 document of one group and version. The schemas are the server's; of the paths there is what clients
 * read: each operation's kind, action, query parameters and patch types.
 */
export interface OpenApiDocument {
  readonly openapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Paths;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** What `/openapi/v3` answers: where the document of each group and version is, with a hash that changes when it does. */
export interface OpenApiIndex {
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
}

/** What requests are made of, by the verb that needs it. */
const OPTIONS: readonly { readonly verb: Verb; readonly names: readonly string[] }[] = [
  { verb: 'delete', names: ['DeleteOptions', 'Status'] },
  { verb: 'patch', names: ['Patch'] },
];

const groupVersionOf = ({ group, version }: ServedKind): string => (group === '' ? version : `${group}/${version}`);

const pathOf = (groupVersion: string): string => (groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`);

const documents = new Map<string, OpenApiDocument>();

/** @param groupVersion `apps/v1`, `v1` @returns nothing when there is no such group or it is a custom one */
export function openApiDocument(groupVersion: string): OpenApiDocument | undefined {
  const known = documents.get(groupVersion);
  if (known !== undefined) return known;
  const kinds = BUILT_IN_KINDS.filter((kind) => groupVersionOf(kind) === groupVersion);
  if (kinds.length === 0) return undefined;
  const document = documentOf({ title: 'Kubernetes', version: '1.36' }, kinds, {});
  documents.set(groupVersion, document);
  return document;
}

/** The document of one group and version whose kinds are defined by CustomResourceDefinitions. */
export function customDocument(kinds: readonly CustomKind[]): OpenApiDocument {
  const own = Object.assign({}, ...kinds.map(customDefinitions)) as Record<string, Schema>;
  return documentOf(
    { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' },
    kinds.map(({ kind }) => kind),
    own,
  );
}

/** @param custom documents of custom groups by group and version, to be listed beside the built-in ones */
export function openApiIndex(custom: ReadonlyMap<string, OpenApiDocument> = new Map()): OpenApiIndex {
  const builtIn = [...new Set(BUILT_IN_KINDS.map(groupVersionOf))].map((name): [string, string] => [name, builtInHash()]);
  const others = [...custom].map(([name, document]): [string, string] => [name, hashOf(JSON.stringify(document))]);
  const paths = [...builtIn, ...others].map(
    ([name, hash]) => [pathOf(name), { serverRelativeURL: `/openapi/v3/${pathOf(name)}?hash=${hash}` }] as const,
  );
  return { paths: Object.fromEntries(paths.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function documentOf(
  info: OpenApiDocument['info'],
  kinds: readonly ServedKind[],
  own: Readonly<Record<string, Schema>>,
): OpenApiDocument {
  const isCustom = Object.keys(own).length > 0;
  const paths: Paths = Object.assign({}, ...kinds.map((kind) => pathsOf(kind, isCustom))) as Paths;
  return {
    openapi: '3.0.0',
    info,
    paths,
    components: { schemas: reached([...Object.keys(own), ...kinds.flatMap(rootsOf)], own) },
  };
}

function rootsOf(kind: ServedKind): string[] {
  const spoken = kind.subresources.map((subresource) => ({ ...kind, ...subresource }));
  const list = { ...kind, kind: `${kind.kind}List` };
  const options = OPTIONS.filter(({ verb }) => kind.verbs.includes(verb)).flatMap(({ names }) => names);
  return [
    ...[kind, list, ...spoken].flatMap(({ group, version, kind }) => definitionName(group, version, kind) ?? []),
    ...options.map((name) => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`),
  ];
}

/** These definitions and all that they refer to, by name. */
function reached(roots: readonly string[], own: Readonly<Record<string, Schema>>): Record<string, Schema> {
  const found = new Map<string, Schema>();
  const open = [...roots];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = own[name] ?? definitionOf(name);
    if (found.has(name) || schema === undefined) continue;
    found.set(name, schema);
    open.push(...referencesOf(schema));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The names of the definitions that a schema refers to. */
export function referencesOf(schema: Schema): string[] {
  const { $ref, properties = {}, items, additionalProperties, allOf = [], anyOf = [], oneOf = [] } = schema;
  const parts = [...Object.values(properties), ...allOf, ...anyOf, ...oneOf, items, additionalProperties, schema.not];
  const own = $ref === undefined ? [] : [nameOf($ref)];
  return [...own, ...parts.flatMap((part) => (typeof part === 'object' ? referencesOf(part) : []))];
}

const hashOf = (text: string | Buffer): string => createHash('sha512').update(text).digest('hex').toUpperCase();

let dataHash: string | undefined;

/** One for all built-in documents: all change when other data is captured, and none does otherwise. */
const builtInHash = (): string => (dataHash ??= hashOf(dataOf('definitions.jsonl')));
