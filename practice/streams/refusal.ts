import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { StatusError } from '../status.ts';

/** What the kubelet, and not the API server, says no to: its words as plain text, passed on as they are. */
export class KubeletRefusal extends Error {
  override readonly name = 'KubeletRefusal';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Answers a request for an upgrade with an error, on the connection that stays what it is. */
export function refuse(socket: Duplex, error: unknown): void {
  const { code, type, body } = responseOf(error);
  socket.end(
    [
      `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}`,
      'Connection: close',
      `Content-Type: ${type}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

function responseOf(error: unknown): { readonly code: number; readonly type: string; readonly body: string } {
  if (error instanceof StatusError)
    return { code: error.status.code, type: 'application/json', body: `${JSON.stringify(error.status)}\n` };
  if (error instanceof KubeletRefusal) return { code: error.code, type: 'text/plain; charset=utf-8', body: error.message };
  return { code: 500, type: 'text/plain; charset=utf-8', body: error instanceof Error ? error.message : String(error) };
}
