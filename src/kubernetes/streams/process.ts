import type { Connection } from '../connection.ts';
import { KubernetesError, type ErrorScene } from '../errors.ts';
import { listAt, textAt } from '../objects.ts';
import { podRequest } from '../request.ts';
import type { StreamSocket } from './socket.ts';

/** Which container, and what of it is wanted. */
export interface ProcessTarget {
  readonly namespace: string;
  readonly pod: string;
  /** @default the one that the API server chooses, where there is only one */
  readonly container?: string | undefined;
  /** Something will be written to it. @default false */
  readonly stdin?: boolean;
  /** One terminal instead of two outputs. @default false */
  readonly tty?: boolean;
}

export interface ProcessOptions {
  /** Milliseconds until both sides must have agreed. @default the connection's */
  readonly deadline?: number;
}

/** A part of what a process wrote, as it was written. */
export interface ProcessOutput {
  readonly from: 'stdout' | 'stderr';
  readonly data: Uint8Array;
}

/** How a process ended. */
export interface ProcessEnd {
  /** Undefined when it never ran, or ended without one. */
  readonly exitCode: number | undefined;
  /** What the runtime says of it, when it did not end well. Text from outside: clean it before showing it. */
  readonly message: string | undefined;
}

/** A process in a container, with both ends of its pipes. It must be read to its end or closed. */
export interface RemoteProcess {
  /** What it writes, in the order of arrival; not read means that it waits. Ends when the process does. */
  readonly output: AsyncIterable<ProcessOutput>;
  /** Waits while much is still on its way. */
  write(data: Uint8Array): Promise<void>;
  /**
   * Nothing more will be written. Servers before 1.30 cannot be told so: a process that reads to the end waits for ever there.
   * @returns false when the server could not be told
   */
  endInput(): Promise<boolean>;
  resize(columns: number, rows: number): Promise<void>;
  /** Known when `output` has ended; undefined before. */
  readonly end: ProcessEnd | undefined;
  /** Lets go of it. What runs there is ended by the container's runtime, when that notices. */
  close(): void;
}

/**
 * v5 is v4 and a way to say that the input has ended.
 * Source: https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/4006-transition-spdy-to-websockets
 */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const RESIZE = 4;
const CLOSE = 255;

/** Bytes of one message; kubectl sends as many. */
const LONGEST_WRITE = 32 * 1024;

/**
 * Runs a command in a container: argv, without a shell.
 * @throws PolicyError, KubernetesError (`not-found`, `forbidden`, `invalid` for a container that is not there)
 */
export async function execInPod(
  connection: Connection,
  target: ProcessTarget & { readonly command: readonly string[] },
  options: ProcessOptions = {},
): Promise<RemoteProcess> {
  return openProcess(connection, 'exec', target, { command: target.command }, options);
}

/** Connects to the process that a container was started with. */
export async function attachToPod(
  connection: Connection,
  target: ProcessTarget,
  options: ProcessOptions = {},
): Promise<RemoteProcess> {
  return openProcess(connection, 'attach', target, {}, options);
}

async function openProcess(
  connection: Connection,
  subresource: 'exec' | 'attach',
  target: ProcessTarget,
  query: Readonly<Record<string, readonly string[]>>,
  options: ProcessOptions,
): Promise<RemoteProcess> {
  const { namespace, pod: name, container, stdin = false, tty = false } = target;
  const asked = {
    ...query,
    ...(container !== undefined && { container }),
    stdin: String(stdin),
    stdout: 'true',
    // A terminal has one output for both.
    stderr: String(!tty),
    tty: String(tty),
  };
  const request = podRequest(subresource, { namespace, name }, { query: asked });
  const socket = await connection.upgrade(request, PROTOCOLS, options);
  const { cluster, identity } = connection;
  const scene = { cluster, identity, verb: subresource, resource: `pods/${subresource}`, group: '', namespace, name };
  return processOver(socket, scene);
}

function processOver(socket: StreamSocket, scene: ErrorScene): RemoteProcess {
  let end: ProcessEnd | undefined;
  let letGo = false;
  async function* output(): AsyncGenerator<ProcessOutput> {
    try {
      for (let message = await socket.next(); message !== undefined; message = await socket.next()) {
        const channel = message[0];
        const data = message.subarray(1);
        if (channel === STATUS) end = endOf(data, scene);
        // Each channel begins with an empty message, which says that it is there.
        else if (data.length > 0 && channel === STDOUT) yield { from: 'stdout', data };
        else if (data.length > 0 && channel === STDERR) yield { from: 'stderr', data };
        if (end !== undefined) return;
      }
      if (!letGo) throw cutOff(scene);
    } finally {
      socket.close();
    }
  }
  return {
    output: output(),
    async write(data) {
      for (let from = 0; from < data.length; from += LONGEST_WRITE) {
        await socket.send(Uint8Array.of(STDIN), data.subarray(from, from + LONGEST_WRITE));
      }
    },
    async endInput() {
      if (!socket.protocol.startsWith('v5.')) return false;
      await socket.send(Uint8Array.of(CLOSE, STDIN));
      return true;
    },
    resize: async (columns, rows) =>
      socket.send(Uint8Array.of(RESIZE), Buffer.from(JSON.stringify({ Width: columns, Height: rows }))),
    get end() {
      return end;
    },
    close() {
      letGo = true;
      socket.close();
    },
  };
}

/** The last message is a Status: Success, or Failure with the exit code among its causes. */
function endOf(data: Uint8Array, scene: ErrorScene): ProcessEnd {
  const text = Buffer.from(data).toString('utf8');
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch {
    throw new KubernetesError('bad-answer', `The end of the ${scene.verb ?? 'stream'} cannot be understood.`, { scene });
  }
  if (textAt(status, 'status') === 'Success') return { exitCode: 0, message: undefined };
  const code = listAt(status, 'details', 'causes').find((cause) => textAt(cause, 'reason') === 'ExitCode');
  const exitCode = /^\d+$/.exec(textAt(code, 'message') ?? '')?.[0];
  return { exitCode: exitCode === undefined ? undefined : Number(exitCode), message: textAt(status, 'message') };
}

function cutOff(scene: ErrorScene): KubernetesError {
  return new KubernetesError(
    'unreachable',
    `The ${scene.verb ?? 'stream'} in pod ${scene.name ?? '?'} (namespace ${scene.namespace ?? '?'}) was cut off before its end.`,
    { scene, advice: 'The pod or its node may be gone, or the API server restarts. It is not known how the command ended.' },
  );
}
