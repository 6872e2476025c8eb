import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';

import type { PortService } from '../programs/index.ts';

/** Lets a program's service answer on a connection. */
export function serve(service: PortService, connection: Duplex): void {
  connection.on('error', () => connection.destroy());
  if (service.kind === 'echo') {
    connection.pipe(connection);
    return;
  }
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    const page = service.paths[path] ?? service.paths['*'];
    const { status = 200, body } = page ?? { status: 404, body: '404 page not found\n' };
    response.writeHead(status, {
      'content-type':
        body.startsWith('{') || body.startsWith('[') ? 'application/json' : body.startsWith('<') ? 'text/html' : 'text/plain',
      'content-length': Buffer.byteLength(body),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  server.emit('connection', connection);
}
