import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer, type WebSocket } from 'ws';

/** A handshake that fails for want of a common protocol is answered so, without a word. */
const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n';

const server = new WebSocketServer({ noServer: true, clientTracking: false });

/**
 * Takes the WebSocket that a request asks for.
 * @param protocols the subprotocols we speak; `''` for clients that ask for none
 * @param opened called with the subprotocol that was agreed on, once the handshake is done
 */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocols: readonly string[],
  opened: (webSocket: WebSocket, protocol: string) => void,
): void {
  const asked = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  const protocol = asked.find((wanted) => protocols.includes(wanted));
  if (protocol === undefined) return void socket.end(FORBIDDEN);
  // The library refuses names with a slash, of which Kubernetes has one: so the subprotocol is agreed on here.
  delete request.headers['sec-websocket-protocol'];
  const answer = (headers: string[], answered: IncomingMessage): void => {
    if (answered === request && protocol !== '') headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
  };
  server.on('headers', answer);
  server.handleUpgrade(request, socket, head, (webSocket) => opened(webSocket, protocol));
  server.off('headers', answer);
}
