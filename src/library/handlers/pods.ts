import { resolve } from 'node:path';

import {
  copyFrom,
  copyTo,
  LocalFolder,
  localFiles,
  localTarget,
  type CopiedFrom,
  type CopiedTo,
} from '../../operations/files/index.ts';
import { execute, openAttach, type ExecDone, type ExecQuestion } from '../../operations/index.ts';
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

export interface AttachCallOptions extends CallOptions {
  /** @default the pod's default container by its annotation, or its only one */
  readonly container?: string | undefined;
  /** Something will be written to it. @default false */
  readonly stdin?: boolean | undefined;
}

/** The process that a container was started with, until it ends or is let go. */
export interface AttachedProcess extends Disposable {
  /** What it writes from now on, in the order of arrival; not read means that it waits. Ends when the process does. */
  readonly output: AsyncIterable<{ readonly from: 'stdout' | 'stderr'; readonly data: Uint8Array }>;
  /** Waits while much is still on its way. */
  write(data: Uint8Array | string): Promise<void>;
  /** Nothing more will be written. @returns false where the server cannot be told: before Kubernetes 1.30 */
  endInput(): Promise<boolean>;
  /** Lets go of it; it runs on. */
  close(): void;
}

export interface CopyCallOptions extends CallOptions {
  /** @default the pod's default container by its annotation, or its only one */
  readonly container?: string | undefined;
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
   * for await (const { time, text } of client.pods.streamLogs('web-0', { tail: 10 })) console.log(time, text);
   */
  async *streamLogs(name: string, options: LogCallOptions = {}): AsyncGenerator<LogEntry, void, undefined> {
    const { connection, namespace } = await this.spot(options);
    yield* streamLog(connection, { ...options, namespace, pod: name });
  }

  /**
   * Runs a command in a container and waits for its end. Needs the permission `exec`.
   * @param command argv; no shell reads it
   * @returns also where the command fails: `exitCode` is undefined when it could not be run, or took too long
   * @throws PolicyError, KubernetesError
   */
  async execCommand(name: string, command: readonly string[], options: ExecCallOptions = {}): Promise<ExecDone> {
    const { connection, namespace } = await this.spot(options);
    const { container, stdin, timeout = EXEC_TIMEOUT } = options;
    return execute(connection, { namespace, pod: name, container, command, stdin, timeout });
  }

  /**
   * Connects to the process that a container was started with. Needs the permission `attach`.
   * @throws PolicyError, KubernetesError
   */
  async attach(name: string, options: AttachCallOptions = {}): Promise<AttachedProcess> {
    const { connection, namespace } = await this.spot(options);
    const { container, stdin = false } = options;
    const process = await openAttach(connection, { namespace, pod: name, container, stdin });
    const close = (): void => process.close();
    return {
      output: process.output,
      write: (data) => process.write(typeof data === 'string' ? Buffer.from(data) : data),
      endInput: () => process.endInput(),
      close,
      [Symbol.dispose]: close,
    };
  }

  /**
   * Copies a file or folder of this machine into a container, over what is there; links are left out. The folder that it
   * goes into must exist, and the container must have `tar`. Needs the permission `exec`.
   * @param path where it is afterwards, its name included
   * @throws PolicyError, KubernetesError, UsageError (`no-tar`, `copy-failed`)
   */
  async copyTo(name: string, local: string, path: string, options: CopyCallOptions = {}): Promise<CopiedTo> {
    const { connection, namespace } = await this.spot(options);
    return copyTo(connection, { namespace, pod: name, container: options.container, path }, localFiles(resolve(local)));
  }

  /**
   * Copies a file or folder out of a container: into a folder that is there under its own name, else to the name given.
   * What leads out of it, and whatever is no file or folder, is left out. Needs the permission `exec`, and `tar` there.
   * @throws PolicyError, KubernetesError, UsageError (`no-tar`, `copy-failed`, `too-large` above 1 GiB or 10,000 files)
   */
  async copyFrom(name: string, path: string, local: string, options: CopyCallOptions = {}): Promise<CopiedFrom> {
    const { connection, namespace } = await this.spot(options);
    const base = await localTarget(resolve(local), path);
    return copyFrom(connection, { namespace, pod: name, container: options.container, path }, new LocalFolder(base));
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
    // The manager may have been closed while the port was opened.
    if (closing.aborted) end();
    closing.addEventListener('abort', end, { once: true });
    return { localPort: forward.localPort, close: end, [Symbol.dispose]: end };
  }
}
