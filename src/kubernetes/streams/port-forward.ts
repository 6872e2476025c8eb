import type { Connection } from '../connection.ts';
import { KubernetesError } from '../errors.ts';
import { podRequest } from '../request.ts';

/** A TCP connection to a port of a pod. It must be read to its end or closed. */
export interface ForwardedConnection {
  /** What the pod sends; not read means that it waits. */
  readonly incoming: AsyncIterable<Uint8Array>;
  /** Waits while much is still on its way. */
  readonly write: (data: Uint8Array) => Promise<void>;
  readonly close: () => void;
}

/**
 * The form that API servers speak over WebSocket: two channels for each port, one for data and one for an error, each
 * beginning with the number of the port. It cannot say that one side has ended while the other goes on.
 */
const PROTOCOLS = ['v4.channel.k8s.io'];

const DATA = 0;
const ERROR = 1;

/** Bytes of one message. */
const LONGEST_WRITE = 64 * 1024;

/**
 * Opens one connection to a port of a pod: of the pod's own network, so that what listens on its loopback is reached too.
 * @throws PolicyError, KubernetesError (`not-found`, `forbidden`); that nothing listens there is told while reading
 */
export async function forwardToPod(
  connection: Connection,
  target: { readonly namespace: string; readonly pod: string; readonly port: number },
  options: { readonly deadline?: number } = {},
): Promise<ForwardedConnection> {
  const { namespace, pod: name, port } = target;
  const request = podRequest('portforward', { namespace, name }, { query: { ports: String(port) } });
  const socket = await connection.upgrade(request, PROTOCOLS, options);
  const refused = (words: string): KubernetesError =>
    new KubernetesError('unreachable', `Port ${port} of pod ${name} (namespace ${namespace}) cannot be reached: ${words}`, {
      scene: { cluster: connection.cluster, identity: connection.identity, resource: 'pods/portforward', namespace, name },
      advice: 'Is it the port that the container listens on?',
    });
  async function* incoming(): AsyncGenerator<Uint8Array> {
    const begun = new Set<number>();
    try {
      for (let message = await socket.next(); message !== undefined; message = await socket.next()) {
        const channel = message[0] ?? DATA;
        const isNumber = !begun.has(channel);
        begun.add(channel);
        const data = message.subarray(isNumber ? 3 : 1);
        if (data.length === 0) continue;
        if (channel === ERROR) throw refused(data.toString('utf8').slice(0, 500));
        yield data;
      }
    } finally {
      socket.close();
    }
  }
  return {
    incoming: incoming(),
    async write(data) {
      for (let from = 0; from < data.length; from += LONGEST_WRITE) {
        await socket.send(Uint8Array.of(DATA), data.subarray(from, from + LONGEST_WRITE));
      }
    },
    close: () => socket.close(),
  };
}
