import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { WebSocket } from 'ws';

import type { Cancel } from '../model.ts';
import { programOf } from '../programs/index.ts';
import { badRequest } from '../status.ts';
import { attach } from './attach.ts';
import { channelProtocol, channelsOver } from './channels.ts';
import { ContainerFiles } from './container-files.ts';
import { CHANNEL, runCommand, streamOptions } from './exec.ts';
import { writeLog, type LogResponse } from './log.ts';
import { openForwarding } from './port-forward.ts';
import { KubeletRefusal, refuse } from './refusal.ts';
import type { Opening, PodAddress, StreamContext, UpgradeRequest } from './stream.ts';
import { containerOf, podAt, requireNode, runId, runningOf, statusOf } from './target.ts';
import { acceptWebSocket } from './web-socket.ts';

/** What a cluster's pods say and let in, as handlers that the API server mounts once it knows who asks and lets them. */
export interface PodStreams {
  /**
   * Answers `GET …/pods/{name}/log`.
   * @throws StatusError when nothing has been written yet
   */
  log(pod: PodAddress, query: URLSearchParams, response: LogResponse): void;
  /**
   * Takes over a connection on which a client asked for an upgrade (the server's `upgrade` event), and answers it in any
   * case: a refusal is written as a Status.
   */
  upgrade(asked: UpgradeRequest, request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends every stream. */
  close(): void;
}

/** The subprotocols for exec and attach, the newest first. */
const REMOTE_COMMAND_PROTOCOLS = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'channel.k8s.io',
  'base64.channel.k8s.io',
  '',
];

export function podStreams(context: StreamContext): PodStreams {
  const { store, images } = context;
  const files = new ContainerFiles(store);
  const open = new Set<Cancel>();
  const stopWatch = store.watch('pods', ({ type, object }) => {
    if (type === 'DELETED') files.forget(object.metadata.uid);
  });
  const keep = (webSocket: WebSocket): void => {
    const end = (): void => webSocket.terminate();
    open.add(end);
    webSocket.on('close', () => open.delete(end));
  };

  /** Checks a request for exec or attach, and says what to do once the connection is there. */
  const remoteCommand = ({ subresource, namespace, name, query }: UpgradeRequest): Opening => {
    const pod = podAt(store, namespace, name);
    const container = containerOf(pod, query.get('container') ?? '');
    requireNode(pod);
    const options = streamOptions(query);
    if (subresource === 'attach' && statusOf(pod, container.name)?.state?.running === undefined)
      throw new KubeletRefusal(500, `container ${container.name} not found in pod ${name}_${namespace}`);
    const run = runningOf(pod, container);
    const argv = query.getAll('command');
    return {
      protocols: REMOTE_COMMAND_PROTOCOLS,
      run(webSocket, protocol) {
        const channels = channelsOver(webSocket, channelProtocol(protocol));
        if (options.stdin) channels.source(CHANNEL.stdin);
        const target = { ...context, pod, container };
        if (subresource === 'attach') return attach(target, options, channels, protocol);
        const own = files.of(pod, container, runId(pod, container, run), programOf(container.image, images, container));
        return runCommand({ ...target, files: own, run, argv }, options, channels, protocol);
      },
    };
  };

  return {
    log(pod, query, response) {
      const end = writeLog(context, pod, query, response);
      open.add(end);
      response.on('close', () => open.delete(end));
    },
    upgrade(asked, request, socket, head) {
      socket.on('error', () => socket.destroy());
      try {
        if (request.headers.upgrade?.toLowerCase() !== 'websocket') throw badRequest('Upgrade request required');
        const protocols = request.headers['sec-websocket-protocol'] ?? '';
        const opening = asked.subresource === 'portforward' ? openForwarding(context, asked, protocols) : remoteCommand(asked);
        const opened = (webSocket: WebSocket, protocol: string): void => {
          keep(webSocket);
          opening.run(webSocket, protocol).catch(() => webSocket.terminate());
        };
        acceptWebSocket(request, socket, head, opening.protocols, opened).catch(() => socket.destroy());
      } catch (error) {
        refuse(socket, error);
      }
    },
    close() {
      stopWatch();
      for (const end of open) end();
      open.clear();
    },
  };
}
