import { createServer, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';

import type { Access } from '../cluster/index.ts';

export interface Recorded {
  readonly method: string;
  /** Path and query as they arrived. */
  readonly path: string;
  readonly userAgent: string;
}

export interface RecordingProxy extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly server: string;
  readonly requests: readonly Recorded[];
}

/** A proxy on this machine in front of a real API server: it writes down every request, and passes it on as the given client. */
export async function recordingProxy(access: Access): Promise<RecordingProxy> {
  const requests: Recorded[] = [];
  const server = createServer((incoming: IncomingMessage, outgoing) => {
    requests.push({ method: incoming.method ?? '', path: incoming.url ?? '', userAgent: incoming.headers['user-agent'] ?? '' });
    const { host: _, connection: __, ...headers } = incoming.headers;
    const onward = request(
      new URL(incoming.url ?? '/', access.server),
      { method: incoming.method, headers, ca: access.ca, cert: access.cert, key: access.key },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', (error) => outgoing.writeHead(502).end(error.message));
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
