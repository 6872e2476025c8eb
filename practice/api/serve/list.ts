import type { KubeObject } from '../../model.ts';
import { badRequest, expired, invalid, StatusError } from '../../status.ts';
import { inVersion } from '../state/conversion.ts';
import { resourceName, shelfOf } from '../state/registry.ts';
import { readContinuation, writeContinuation } from './continuation.ts';
import { showList } from './represent.ts';
import { sendJson } from './reply.ts';
import type { Resource } from './resource.ts';
import type { ListMeta } from './shown.ts';
import { selectionOf, type Selection } from './selection.ts';

const MATCHES: readonly string[] = ['Exact', 'NotOlderThan', ''];
const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** Answers `GET` on a collection. @throws StatusError (400, 410) */
export function list(resource: Resource): void {
  const { asked, shown } = resource;
  const page = pageOf(resource, selectionOf(resource.path, asked.query, resource.type));
  sendJson(asked, 200, showList(shown, page.items, page.metadata));
}

interface Page {
  readonly items: readonly KubeObject[];
  readonly metadata: ListMeta;
}

function pageOf({ asked, store, shown }: Resource, selection: Selection): Page {
  const { query } = asked;
  const { ledger } = store;
  const shelf = shelfOf(resourceName(shown.kind));
  const limit = numberIn(query, 'limit');
  const token = query.get('continue') ?? '';
  const from = token === '' ? undefined : readContinuation(token);
  const revision = from === undefined ? wantedRevision(query, ledger.revision) : from.revision;
  const then = revision === -1 ? ledger.revision : revision;
  if (then < ledger.history.compacted) throw tooOld(from?.after);
  const present = ledger.list(shelf, selection.namespace);
  const all = then >= ledger.revision ? present : ledger.history.rewind(present, then, shelf, selection.namespace);
  const rest = from === undefined ? all : all.filter((object) => placeIn(selection, object) > from.after);
  const seen = rest.map((object) => inVersion(shown.kind, object));
  const chosen = selection.everything ? seen : seen.filter(selection.takes);
  const metadata = { resourceVersion: String(then) };
  if (limit === 0 || chosen.length <= limit) return { items: chosen, metadata };
  const items = chosen.slice(0, limit);
  const after = placeIn(selection, items.at(-1) as KubeObject);
  return {
    items,
    metadata: {
      ...metadata,
      continue: writeContinuation({ revision: then, after }),
      // With selectors a real server does not know how many there are.
      ...(selection.everything && { remainingItemCount: chosen.length - limit }),
    },
  };
}

/** Where an object stands in a list: by its name, in one of all namespaces by its namespace first. */
function placeIn(selection: Selection, { metadata: { namespace, name } }: KubeObject): string {
  return namespace === undefined || (selection.namespace ?? '') !== '' ? name : `${namespace}/${name}`;
}

/** The revision that a list shows: the present one unless an exact one is asked for. */
function wantedRevision(query: URLSearchParams, present: number): number {
  const match = query.get('resourceVersionMatch') ?? '';
  const wanted = revisionIn(query);
  if (!MATCHES.includes(match)) {
    const supported = MATCHES.map((value) => `"${value}"`).join(', ');
    throw badMatch('FieldValueNotSupported', `Unsupported value: "${match}": supported values: ${supported}`);
  }
  if (match !== '' && (query.get('resourceVersion') ?? '') === '') {
    throw badMatch('FieldValueForbidden', 'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided');
  }
  if (wanted > present) {
    throw new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${present}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
  }
  return match === 'Exact' ? wanted : present;
}

function tooOld(after: string | undefined): StatusError {
  if (after === undefined) return expired('The resourceVersion for the provided list is too old.');
  return new StatusError(410, 'Expired', TOO_OLD, undefined, { continue: writeContinuation({ revision: -1, after }) });
}

const badMatch = (reason: string, message: string): StatusError =>
  invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [{ reason, message, field: 'resourceVersionMatch' }]);

/** The version that a query names, 0 when it names none. @throws StatusError (500, which is what a real server makes of it) */
export function revisionIn(query: URLSearchParams): number {
  const text = query.get('resourceVersion') ?? '';
  if (text === '') return 0;
  const why = `Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  if (!/^\d+$/.test(text)) throw new StatusError(500, '', `resourceVersion: ${why}`);
  return Number(text);
}

/** A number of a query, 0 when it is missing or less than that. @throws StatusError (400) */
export function numberIn(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  if (text === '') return 0;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Math.max(0, Number(text));
}
