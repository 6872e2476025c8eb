/** Servers on this machine that a client is pointed at: one that writes down what passes to ours, and one that is no model. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { noting, observed, type Seen } from './test-clients-observe.ts';

export interface Loopback extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** Passes every request on to a server on this machine, and tells what it saw. */
export async function watchingProxy(port: number, tell: (seen: Seen) => void): Promise<Loopback> {
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    for (const seen of observed(body)) tell(seen);
    // The server checks the Host header, so that it must be the one of its own address.
    const headers = { ...incoming.headers, host: `127.0.0.1:${port}` };
    const onward = request({ host: '127.0.0.1', port, path: incoming.url, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      const note = noting(tell);
      answer.on('data', (chunk: Buffer) => {
        outgoing.write(chunk);
        note(chunk.toString('utf8'));
      });
      answer.on('end', () => {
        note('\n');
        outgoing.end();
      });
      answer.on('error', () => outgoing.destroy());
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    onward.end(body);
  };
  return listening(createServer((incoming, outgoing) => void pass(incoming, outgoing).catch(() => outgoing.destroy())));
}

/**
 * Answers every request as a model would that refuses it. A client that has no way to list tools by itself asks it, and
 * lists them before: so no account is needed.
 */
export async function noModel(): Promise<Loopback> {
  const error = { type: 'error', error: { type: 'invalid_request_error', code: 400, message: 'there is no model here' } };
  return listening(
    createServer((incoming, outgoing) => {
      incoming.resume();
      incoming.on('end', () => outgoing.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(error)));
    }),
  );
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  await using taken = await listening(createServer());
  return taken.port;
}

async function listening(server: Server): Promise<Loopback> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
