import { isResourceRequest, type ApiRequest, type ResourceRequest, type ResponseFilter } from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import { namespaceFilter } from './namespace-filter.ts';
import type { Policy } from './policy.ts';
import type { Fields } from './redact/kinds.ts';
import { redactFields, redactSecret, redactString } from './redact/objects.ts';
import { redactedLines } from './redact/stream.ts';
import { columnNames, isTable, redactTable } from './redact/tables.ts';
import { revealsSecrets } from './reveal.ts';
import { seesAll } from './warrants/warrant.ts';

export interface ResponseFilterOptions {
  readonly policy: Policy;
  /** Shows data and stringData of Secrets that are asked for as such. @default false */
  readonly revealSecrets?: boolean | undefined;
}

/**
 * Decides what of an answer may be seen: first the namespaces that are out of bounds are taken out, then everything
 * secret is hidden, in place. It runs on every decoded body before anything else looks at it, so that no filter,
 * projection, sort or diff can be made an oracle of the value of a Secret.
 * @throws UsageError when Secrets are to be shown without the permission for it
 */
export function createResponseFilter(options: ResponseFilterOptions): ResponseFilter {
  const { policy } = options;
  const reveal = options.revealSecrets ?? false;
  if (reveal && !policy.permissions.has('secrets')) {
    throw new UsageError('Values of Secrets cannot be shown: the permission "secrets" is not granted.', {
      code: 'invalid-setting',
      field: 'revealSecrets',
      advice: `Grant it with ${policy.settingNames.allowedOperations} secrets.`,
    });
  }
  const filterNamespaces = namespaceFilter(policy);
  /** The columns of a watch of Tables, which only its first event brings. */
  const columnsOf = new WeakMap<ApiRequest, readonly string[]>();

  return {
    text: redactedLines,
    apply(request, body, call) {
      const all = seesAll(call);
      if (all && typeof body === 'string') return body;
      if (typeof body === 'string') return redactString(body);
      // Discovery and schemas: long, and made of names only.
      if (typeof body !== 'object' || body === null || !isResourceRequest(request)) return body;
      const table = tableIn(request, body as Fields);
      const columns = columnsOf.get(request) ?? [];
      const seen = filterNamespaces?.(request, body as Fields, columns) ?? (body as Fields);
      if (all) return seen;
      const shows = reveal || revealsSecrets(call);
      const secrets = request.group === '' && request.resource === 'secrets';
      if (table === undefined) {
        redactBody(request, seen, secrets, shows);
        return seen;
      }
      const own = columnNames(table);
      if (request.verb === 'watch' && own.length > 0) columnsOf.set(request, own);
      redactTable(table, secrets, shows, columns);
      return seen;
    },
  };
}

/** The Table that a body is, or that an event of a watch brings. */
function tableIn(request: ResourceRequest, body: Fields): Fields | undefined {
  const candidate = request.verb === 'watch' ? body['object'] : body;
  return typeof candidate === 'object' && candidate !== null && isTable(candidate as Fields) ? (candidate as Fields) : undefined;
}

function redactBody(request: ResourceRequest, body: Fields, secrets: boolean, reveal: boolean): void {
  const { items, object } = body;
  if ((request.verb === 'list' || request.verb === 'deletecollection') && Array.isArray(items)) {
    // What lists say of themselves is left alone: a continuation is base64 and has to come back as it was.
    for (const item of items) redactOne(item, secrets, reveal);
  } else {
    redactOne(request.verb === 'watch' && object !== undefined ? object : body, secrets, reveal);
  }
}

function redactOne(object: unknown, secrets: boolean, reveal: boolean): void {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return;
  if (secrets) redactSecret(object as Fields, reveal);
  else redactFields(object as Fields);
}
