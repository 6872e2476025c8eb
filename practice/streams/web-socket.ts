import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { WebSocket, WebSocketServer } from 'ws';

/** A handshake that fails for want of a common protocol is answered so, without a word. */
const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n';

let server: Promise<WebSocketServer> | undefined;

/** Loaded with the first WebSocket: most clusters see none, and start sooner. */
async function loaded(): Promise<WebSocketServer> {
  const { WebSocketServer } = await import('ws');
  return new WebSocketServer({ noServer: true, clientTracking: false });
}

/**
 * Takes the WebSocket that a request asks for.
 * @param protocols the subprotocols we speak; `''` for clients that ask for none
 * @param opened called with the subprotocol that was agreed on, once the handshake is done
 */
export async function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocols: readonly string[],
  opened: (webSocket: WebSocket, protocol: string) => void,
): Promise<void> {
  const asked = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  const protocol = asked.find((wanted) => protocols.includes(wanted));
  if (protocol === undefined) return void socket.end(FORBIDDEN);
  // The library refuses names with a slash, of which Kubernetes has one: so the subprotocol is agreed on here.
  delete request.headers['sec-websocket-protocol'];
  const answer = (headers: string[], answered: IncomingMessage): void => {
    if (answered === request && protocol !== '') headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
  };
  const accepting = await (server ??= loaded());
  accepting.on('headers', answer);
  accepting.handleUpgrade(request, socket, head, (webSocket) => opened(webSocket, protocol));
  accepting.off('headers', answer);
}
