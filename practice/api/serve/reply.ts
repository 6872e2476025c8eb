import type { Status } from '../../status.ts';
import { StatusError } from '../../status.ts';
import { header, isTrue, type Asked, type HttpResponse } from './request.ts';

/** User agents of people who read what they get. */
const READ_BY_PEOPLE = /^(curl|Wget|Mozilla)\//;

export function sendJson(
  { request, response, query }: Pick<Asked, 'request' | 'response' | 'query'>,
  code: number,
  body: unknown,
  cacheControl?: string,
): void {
  const agent = header(request, 'user-agent');
  const pretty = query.has('pretty') ? isTrue(query.get('pretty')) : agent === undefined || READ_BY_PEOPLE.test(agent);
  send(response, code, 'application/json', `${JSON.stringify(body, undefined, pretty ? 2 : undefined)}\n`, cacheControl);
}

/** What must be asked for anew each time. */
const UNCACHED = 'no-cache, private';

export function send(response: HttpResponse, code: number, contentType: string, body: string, cacheControl = UNCACHED): void {
  const bytes = Buffer.from(body);
  response.statusCode = code;
  response.setHeader('content-type', contentType);
  response.setHeader('cache-control', cacheControl);
  response.setHeader('content-length', bytes.length);
  response.end(bytes);
}

/** What went wrong, as the API server says it. */
export function statusOf(error: unknown): Status {
  if (error instanceof StatusError) return error.status;
  const message = error instanceof Error ? error.message : String(error);
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ reason: '', message }] })
    .status;
}

/** What a delete says of an object that is gone at once. */
export const success = (details: {
  readonly name: string;
  readonly group?: string;
  readonly kind: string;
  readonly uid: string;
}) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details,
});
