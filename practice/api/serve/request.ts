import type { IncomingMessage, ServerResponse } from 'node:http';

import { badRequest, StatusError } from '../../status.ts';
import type { User } from '../access/identity.ts';

/** Those of HTTP/2 have the same interface. */
export type HttpRequest = IncomingMessage;
export type HttpResponse = ServerResponse;

/** What a path is about, as the API server's authorization sees it. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** The old way to ask for a watch: `/api/v1/watch/pods`. */
  readonly watch: boolean;
}

/** A request that has been understood as far as its head goes. */
export interface Asked {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly user: User;
}

/** The parts of `/api/v1/namespaces/{ns}/pods/{name}/log` and its like; undefined for a path of another kind. @throws StatusError (400) */
export function resourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').slice(1).map(decodedPart);
  const [root, ...below] = parts.at(-1) === '' ? parts.slice(0, -1) : parts;
  let [group, version, rest] = ['', '', [] as string[]];
  if (root === 'api') [version = '', ...rest] = below;
  else if (root === 'apis') [group = '', version = '', ...rest] = below;
  else return undefined;
  const watch = rest[0] === 'watch';
  if (watch) rest = rest.slice(1);
  if (rest.length === 0) return undefined;
  const [first = '', second, third, ...others] = rest;
  // A namespace itself and its subresources are no resources within it.
  const within = first === 'namespaces' && second !== undefined && third !== undefined && !['status', 'finalize'].includes(third);
  if (within) return { group, version, ...named(third, others), namespace: second, watch };
  return { group, version, ...named(first, rest.slice(1)), watch };
}

/** @throws StatusError (400) */
function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest(`the path has ${JSON.stringify(part)}, which is not escaped as URLs are`);
  }
}

function named(plural: string, [name, subresource]: readonly string[]) {
  return {
    plural,
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  };
}

/** `true` and `1` as Go reads them. */
export const isTrue = (text: string | null): boolean => text === 'true' || text === '1';

/** A field of the head that comes once. */
export function header(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The largest body that the API server reads. */
const MOST_BYTES = 3 * 1024 * 1024;

/** @throws StatusError (413) when it is too long */
export async function bodyOf(request: HttpRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      // The rest is read for nothing: who still sends does not see the answer otherwise.
      request.resume();
      throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MOST_BYTES}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
