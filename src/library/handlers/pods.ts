import { execute, type ExecDone, type ExecQuestion } from '../../operations/index.ts';
import { listen } from '../../operations/forward/index.ts';
import { streamLog, type LogEntry, type LogStreamQuestion } from '../../operations/logs/index.ts';
import type { CallOptions } from '../place.ts';
import { KindHandler, type ClientParts } from './kind-handler.ts';
import type { Pod } from './objects.ts';

export interface LogCallOptions extends CallOptions, Omit<LogStreamQuestion, 'namespace' | 'pod'> {}

export interface ExecCallOptions extends CallOptions, Pick<ExecQuestion, 'container' | 'stdin'> {
  /** Milliseconds for all of it. @default 60_000 */
  readonly timeout?: number | undefined;
}

export interface ForwardCallOptions extends Pick<CallOptions, 'namespace'> {
  /** @default one that is free */
  readonly localPort?: number | undefined;
  /** Milliseconds without a connection after which it ends by itself. @default 600_000 */
  readonly idle?: number | undefined;
}

/** A port of this machine that leads to a pod, until it is closed. */
export interface PortForward extends Disposable {
  /** Of 127.0.0.1. */
  readonly localPort: number;
  /** Ends its connections as well; closing twice is closing once. */
  close(): void;
}

const EXEC_TIMEOUT = 60_000;

/** Pods: read, changed, and worked with. */
export class PodHandler extends KindHandler<Pod> {
  /** @internal */
  constructor(parts: ClientParts) {
    super(parts, 'v1/Pod');
  }

  /**
   * The log of a container, line by line. With `follow` it goes on until nothing more will be written, the loop is left, or
   * the signal is aborted; a connection that breaks neither loses nor repeats a line.
   * @throws KubernetesError (`not-found`), UsageError where several containers could be meant
   * @example
   * for await (const { time, text } of client.pods.logs('web-0', { tail: 10 })) console.log(time, text);
   */
  async *logs(name: string, options: LogCallOptions = {}): AsyncGenerator<LogEntry, void, undefined> {
    const { connection, namespace } = await this.spot(options);
    yield* streamLog(connection, { ...options, namespace, pod: name });
  }

  /**
   * Runs a command in a container and waits for its end. Needs the permission `exec`.
   * @param command argv; no shell reads it
   * @returns also where the command fails: `exitCode` is undefined when it could not be run, or took too long
   * @throws PolicyError, KubernetesError
   */
  async exec(name: string, command: readonly string[], options: ExecCallOptions = {}): Promise<ExecDone> {
    const { connection, namespace } = await this.spot(options);
    const { container, stdin, timeout = EXEC_TIMEOUT } = options;
    return execute(connection, { namespace, pod: name, container, command, stdin, timeout });
  }

  /**
   * Opens a port of this machine that leads to a port of a pod. Needs the permission `port-forward`.
   * @param port a number, or the name that a container gives it. @default the only one there is
   * @throws PolicyError, KubernetesError, UsageError for a port that there is not
   * @example
   * using forward = await client.pods.portForward('web-0', 8080);
   * await fetch(`http://127.0.0.1:${forward.localPort}/healthz`);
   */
  async portForward(name: string, port?: number | string, options: ForwardCallOptions = {}): Promise<PortForward> {
    const { closing } = this.parts;
    const { connection, namespace } = await this.spot(options);
    const { localPort, idle } = options;
    const target = { namespace, kind: 'v1/Pod', name, port: port === undefined ? undefined : String(port) };
    const end = (): void => forward.close();
    const forward = await listen(connection, target, {
      localPort,
      ...(idle !== undefined && { idle }),
      onClose: () => closing.removeEventListener('abort', end),
    });
    closing.addEventListener('abort', end, { once: true });
    return { localPort: forward.localPort, close: end, [Symbol.dispose]: end };
  }
}
