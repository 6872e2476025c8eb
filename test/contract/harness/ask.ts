import { Agent, request } from 'undici';

import type { Access } from '../../cluster/index.ts';

/** What a server said, word by word: refusals are answers here. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Decoded where it is JSON. */
  readonly body: unknown;
}

export interface Question {
  /** Sent as JSON, or as it is where it is a string. */
  readonly body?: unknown;
  /** Media type of the body. @default application/json */
  readonly type?: string;
  /** @default application/json */
  readonly accept?: string;
}

export type Ask = (line: string, question?: Question) => Promise<Answer>;

/** Media types of patches, as their names stand in `kubectl patch --type`. */
export const PATCHES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Plain HTTP: `ask('GET /version')`. */
export function asker({ server, ca, cert, key, token }: Access): { readonly ask: Ask; readonly close: () => Promise<void> } {
  const dispatcher = new Agent({ connect: { ca, cert, key } });
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const ask: Ask = async (line, { body, type = 'application/json', accept = 'application/json' } = {}) => {
    const [method = '', path = ''] = line.split(' ');
    const answer = await request(`${server}${path}`, {
      method: method,
      dispatcher,
      headers: { accept, ...authorization, ...(body !== undefined && { 'content-type': type }) },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, body: decoded(text) };
  };
  return { ask, close: () => dispatcher.destroy() };
}

/** Not by the media type: a real server sends the index of OpenAPI as plain text. */
function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
