import { customDocument, openApiDocument, openApiIndex, type OpenApiDocument } from '../../kinds/index.ts';
import { apiVersionOf } from '../state/registry.ts';
import type { PracticeStore } from '../state/store.ts';
import { aggregated, apiGroup, apiGroupList, apiResourceList, apiVersions, groupsOf } from './discovery.ts';
import { mediaRanges } from './negotiate.ts';
import { send, sendJson } from './reply.ts';
import { header, type Asked } from './request.ts';
import { VERSION } from './server-info.ts';

type Answer = (asked: Asked, store: PracticeStore, captures: readonly string[]) => boolean | void;

const answer =
  (body: unknown): Answer =>
  (asked) =>
    sendJson(asked, 200, body);

/** Paths that are about no resource. `{}` stands for one part of a path; what it was is handed over. */
const ROUTES: readonly (readonly [path: string, Answer])[] = [
  ['/version', answer(VERSION)],
  ['/healthz', healthy],
  ['/livez', healthy],
  ['/readyz', healthy],
  ['/api', core],
  ['/apis', groups],
  ['/apis/{}', group],
  ['/api/{}', (asked, store, [version = '']) => resources(asked, store, '', version)],
  ['/apis/{}/{}', (asked, store, [name = '', version = '']) => resources(asked, store, name, version)],
  ['/openapi/v3', openApi],
  ['/openapi/v3/api/{}', (asked, store, [version = '']) => document(asked, store, '', version)],
  ['/openapi/v3/apis/{}/{}', (asked, store, [name = '', version = '']) => document(asked, store, name, version)],
];

/** Answers a request about no resource; false when there is nothing at the path. */
export function answerNonResource(asked: Asked, store: PracticeStore): boolean {
  const path = asked.path.length > 1 && asked.path.endsWith('/') ? asked.path.slice(0, -1) : asked.path;
  for (const [pattern, answers] of ROUTES) {
    const captures = match(pattern, path);
    if (captures !== undefined) return answers(asked, store, captures) !== false;
  }
  return false;
}

function match(pattern: string, path: string): readonly string[] | undefined {
  const [wanted, parts] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== parts.length || !wanted.every((part, index) => part === '{}' || part === parts[index])) return undefined;
  return parts.filter((_, index) => wanted[index] === '{}');
}

function healthy({ response }: Asked): void {
  send(response, 200, 'text/plain; charset=utf-8', 'ok');
}

function core(asked: Asked, store: PracticeStore): void {
  const all = groupsOf(store.kinds().filter((kind) => kind.group === ''));
  if (wantsAggregated(asked)) sendAggregated(asked, all);
  else sendJson(asked, 200, apiVersions(header(asked.request, 'host') ?? ''));
}

function groups(asked: Asked, store: PracticeStore): void {
  const all = groupsOf(store.kinds().filter((kind) => kind.group !== ''));
  if (wantsAggregated(asked)) sendAggregated(asked, all);
  else sendJson(asked, 200, apiGroupList(all));
}

function group(asked: Asked, store: PracticeStore, [name]: readonly string[]): boolean {
  const found = groupsOf(store.kinds().filter((kind) => kind.group === name && kind.group !== ''))[0];
  if (found === undefined) return false;
  sendJson(asked, 200, { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(found) });
  return true;
}

function resources(asked: Asked, store: PracticeStore, name: string, version: string): boolean {
  const kinds = store.kinds().filter((kind) => kind.group === name && kind.version === version);
  if (kinds.length === 0) return false;
  sendJson(asked, 200, apiResourceList(name, version, kinds));
  return true;
}

function wantsAggregated({ request }: Asked): boolean {
  return mediaRanges(header(request, 'accept') ?? '').some(
    ({ parameters: { as, g, v } }) => as === 'APIGroupDiscoveryList' && g === 'apidiscovery.k8s.io' && v === 'v2',
  );
}

function sendAggregated({ response }: Asked, all: ReturnType<typeof groupsOf>): void {
  const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  send(response, 200, type, `${JSON.stringify(aggregated(all))}\n`);
}

/** The documents of what CustomResourceDefinitions serve, by group and version. */
function customDocuments({ registry }: PracticeStore): ReadonlyMap<string, OpenApiDocument> {
  const kinds = registry.all().flatMap((kind) => registry.custom(kind) ?? []);
  const byVersion = Map.groupBy(kinds, ({ kind }) => apiVersionOf(kind));
  return new Map([...byVersion].map(([version, defined]) => [version, customDocument(defined)]));
}

function openApi(asked: Asked, store: PracticeStore): void {
  sendJson(asked, 200, openApiIndex(customDocuments(store)));
}

function document(asked: Asked, store: PracticeStore, name: string, version: string): boolean {
  const groupVersion = apiVersionOf({ group: name, version });
  const found = openApiDocument(groupVersion) ?? customDocuments(store).get(groupVersion);
  if (found === undefined) return false;
  // With the hash of its content the address changes whenever the document does.
  sendJson(asked, 200, found, asked.query.has('hash') ? 'public, immutable' : undefined);
  return true;
}
