import { badRequest, invalid, type StatusCause } from '../status.ts';

/** What of a log is asked for: PodLogOptions. */
export interface LogOptions {
  /** Empty when none is named. */
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** No line from before: as long ago, or a moment in milliseconds since the epoch. */
  readonly since?: { readonly kind: 'ago'; readonly milliseconds: number } | { readonly kind: 'at'; readonly at: number };
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * @param pod its name, for messages
 * @throws StatusError 400 for what cannot be read, 422 for what makes no sense
 */
export function logOptions(pod: string, query: URLSearchParams): LogOptions {
  const tailLines = integer(query, 'tailLines');
  const limitBytes = integer(query, 'limitBytes');
  const sinceSeconds = integer(query, 'sinceSeconds');
  const sinceTime = moment(query, 'sinceTime');
  const causes: StatusCause[] = [];
  const wrong = (field: string, value: number, why: string): number =>
    causes.push({ reason: 'FieldValueInvalid', message: `Invalid value: ${value}: ${why}`, field });
  const forbidden = (field: string, why: string): number =>
    causes.push({ reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field });
  if (tailLines !== undefined && tailLines < 0) wrong('tailLines', tailLines, 'must be greater than or equal to 0');
  if (limitBytes !== undefined && limitBytes < 1) wrong('limitBytes', limitBytes, 'must be greater than 0');
  if (sinceSeconds !== undefined && sinceTime !== undefined)
    forbidden('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified');
  else if (sinceSeconds !== undefined && sinceSeconds < 1) wrong('sinceSeconds', sinceSeconds, 'must be greater than 0');
  if (query.has('stream')) forbidden('stream', 'may not be specified');
  if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, pod, causes);
  return {
    container: query.get('container') ?? '',
    follow: flag(query, 'follow'),
    previous: flag(query, 'previous'),
    timestamps: flag(query, 'timestamps'),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(sinceSeconds !== undefined && { since: { kind: 'ago', milliseconds: sinceSeconds * 1000 } }),
    ...(sinceTime !== undefined && { since: { kind: 'at', at: sinceTime } }),
  };
}

/** Whatever is not plainly a no is a yes, as in the API server. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value.toLowerCase() !== 'false' && value !== '0';
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^[+-]?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}

function moment(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  const at = RFC3339.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  const said = JSON.stringify(value);
  throw badRequest(`parsing time ${said} as "2006-01-02T15:04:05Z07:00": cannot parse ${said} as "2006"`);
}
