import { redactText } from '../access/index.ts';
import {
  attachToPod,
  execInPod,
  getObject,
  isKubernetesError,
  type Connection,
  type ProcessOptions,
  type ProcessTarget,
  type RemoteProcess,
} from '../kubernetes/index.ts';
import { redactedHead, redactedTail } from './cut-text.ts';
import { defaultContainerOf } from './workload-pods.ts';

export interface ExecQuestion {
  readonly namespace: string;
  readonly pod: string;
  /** @default the pod's default container by its annotation, or its only one */
  readonly container?: string | undefined;
  /** argv: no shell of ours reads it. */
  readonly command: readonly string[];
  /** What the command reads; without it, its input is empty. */
  readonly stdin?: string | undefined;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** Told how many bytes have come so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** What a command wrote to one of its outputs. */
export interface Captured {
  /** All of it, or how it begins. What looks secret is hidden. */
  readonly text: string;
  /** How it ends, where something in between was let go. */
  readonly tail: string | undefined;
  /** Bytes in all. */
  readonly bytes: number;
}

export interface ExecDone {
  /** Undefined when the command could not be run, or was still running when the time was up. */
  readonly exitCode: number | undefined;
  /** What the runtime says, where there is no exit code. Text from outside. */
  readonly message: string | undefined;
  readonly stdout: Captured;
  readonly stderr: Captured;
  /** Why it was not waited for any longer. */
  readonly givenUp: 'time' | 'output' | undefined;
  /** Undefined when the API server chose it. */
  readonly container: string | undefined;
  readonly milliseconds: number;
}

/** Bytes kept of each output: so many from its beginning, and as many from its end. */
const KEPT = 128 * 1024;
/** Bytes of both outputs that are read; a command that writes more will not end. */
const MOST = 256 * 1024 * 1024;

/**
 * Runs a command in a container and waits for its end.
 * @throws PolicyError, KubernetesError; a command that fails, or takes too long, is no error but told
 */
export async function execute(connection: Connection, question: ExecQuestion): Promise<ExecDone> {
  const started = performance.now();
  const { namespace, pod, command, timeout } = question;
  const wanted = { namespace, pod, command, container: question.container, stdin: question.stdin !== undefined };
  const { process, container } = await openExec(connection, wanted, { deadline: timeout });
  const captures = { stdout: new Capture(), stderr: new Capture() };
  let givenUp: ExecDone['givenUp'];
  const giveUp = (why: ExecDone['givenUp']): void => {
    givenUp = why;
    process.close();
  };
  const timer = setTimeout(() => giveUp('time'), question.timeout - (performance.now() - started));
  // A command that does not read its input must not be waited for because of it.
  const feeding = feed(process, question.stdin).catch(() => undefined);
  let bytes = 0;
  try {
    for await (const { from, data } of process.output) {
      captures[from].add(data);
      bytes += data.length;
      question.onBytes?.(bytes);
      if (bytes > MOST) giveUp('output');
    }
  } finally {
    clearTimeout(timer);
    process.close();
  }
  await feeding;
  return {
    exitCode: process.end?.exitCode,
    message: process.end?.message,
    stdout: captures.stdout.result(),
    stderr: captures.stderr.result(),
    givenUp: process.end === undefined ? givenUp : undefined,
    container,
    milliseconds: Math.round(performance.now() - started),
  };
}

/** A command that runs in a container, and which one that is. */
export interface OpenedExec {
  readonly process: RemoteProcess;
  /** Undefined when the API server chose it. */
  readonly container: string | undefined;
}

/**
 * Begins a command in a container, for those who pass its streams on. Without a container it is the pod's default one by
 * its annotation, or its only one.
 * @throws PolicyError, KubernetesError
 */
export async function openExec(
  connection: Connection,
  target: ProcessTarget & { readonly command: readonly string[] },
  options: ProcessOptions = {},
): Promise<OpenedExec> {
  return inContainer(connection, target, (wanted) => execInPod(connection, wanted, options));
}

/** Connects to the process that a container was started with, chosen as `openExec` does. @throws PolicyError, KubernetesError */
export async function openAttach(connection: Connection, target: ProcessTarget): Promise<RemoteProcess> {
  return (await inContainer(connection, target, (wanted) => attachToPod(connection, wanted))).process;
}

async function inContainer<Target extends ProcessTarget>(
  connection: Connection,
  target: Target,
  open: (target: Target) => Promise<RemoteProcess>,
): Promise<OpenedExec> {
  const { container, namespace, pod } = target;
  try {
    return { process: await open(target), container };
  } catch (error) {
    // With several containers the server wants a name; kubectl has it from an annotation, and so have we.
    if (container !== undefined || !isKubernetesError(error, 'invalid')) throw error;
    const named = await defaultContainer(connection, namespace, pod);
    if (named === undefined) throw error;
    return { process: await open({ ...target, container: named }), container: named };
  }
}

async function defaultContainer(connection: Connection, namespace: string, name: string): Promise<string | undefined> {
  const { kind } = await connection.resolve('pods');
  const pod = await getObject(connection, kind, { namespace, name, metadataOnly: true });
  return defaultContainerOf(pod);
}

async function feed(process: RemoteProcess, stdin: string | undefined): Promise<void> {
  if (stdin === undefined) return;
  await process.write(Buffer.from(stdin, 'utf8'));
  await process.endInput();
}

/** Keeps the beginning and the end of an output, however long it is. */
class Capture {
  readonly #head: Uint8Array[] = [];
  #headSize = 0;
  #tail: Uint8Array[] = [];
  #tailSize = 0;
  #bytes = 0;

  add(data: Uint8Array): void {
    this.#bytes += data.length;
    const forHead = data.subarray(0, Math.max(0, KEPT - this.#headSize));
    if (forHead.length > 0) this.#head.push(forHead);
    this.#headSize += forHead.length;
    const rest = data.subarray(forHead.length);
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailSize += rest.length;
    for (let first = this.#tail[0]; first !== undefined && this.#tailSize - first.length >= KEPT; first = this.#tail[0]) {
      this.#tail.shift();
      this.#tailSize -= first.length;
    }
  }

  result(): Captured {
    const [head, tail] = [Buffer.concat(this.#head), Buffer.concat(this.#tail)];
    const isWhole = head.length + tail.length === this.#bytes;
    // Together where nothing is missing in between: a secret may stand across.
    if (isWhole) return { text: redactText(textOf(Buffer.concat([head, tail]))), tail: undefined, bytes: this.#bytes };
    return { text: redactedHead(textOf(head)), tail: redactedTail(textOf(tail)), bytes: this.#bytes };
  }
}

const textOf = (bytes: Buffer): string => bytes.toString('utf8');
