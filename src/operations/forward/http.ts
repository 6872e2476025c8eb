import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';

import { redactText } from '../../access/index.ts';
import { isKubernetesError, KubernetesError, type Connection, type ForwardedConnection } from '../../kubernetes/index.ts';
import { messageOf } from '../../platform/index.ts';
import { redactedHead } from '../cut-text.ts';
import type { ForwardTarget } from './backend.ts';
import { reach } from './connect.ts';

export interface HttpQuestion extends ForwardTarget {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Milliseconds for all of it. */
  readonly timeout: number;
}

export interface HttpAnswer {
  readonly pod: string;
  readonly port: number;
  readonly status: number;
  readonly reason: string;
  /** In the order of arrival, names in lower case; what looks secret is hidden. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Undefined where it is no text. */
  readonly body: string | undefined;
  /** Bytes of the body that were read. */
  readonly bytes: number;
  /** True when there was more. */
  readonly cut: boolean;
  readonly milliseconds: number;
}

/** Bytes of a body that are read. */
const MOST = 4 * 1024 * 1024;

/**
 * One HTTP request to a pod that is ready behind a target, over a forwarded connection of its own.
 * @throws PolicyError, KubernetesError (`unreachable` when the server in the pod does not answer as one)
 */
export async function askOverHttp(connection: Connection, question: HttpQuestion): Promise<HttpAnswer> {
  const started = performance.now();
  const until = AbortSignal.timeout(question.timeout);
  const { signal } = connection.call;
  const bounded = connection.during({
    ...connection.call,
    signal: signal === undefined ? until : AbortSignal.any([signal, until]),
  });
  const { pod, port, forwarded } = await reach(bounded, question, { deadline: question.timeout }).catch((error: unknown) => {
    throw until.aborted ? noAnswer(question, 'no connection in time') : error;
  });
  const failed = (error: unknown): KubernetesError => {
    signal?.throwIfAborted();
    // That nothing listens there is said already.
    if (isKubernetesError(error) && !until.aborted) return error;
    return noAnswer(question, until.aborted ? `no answer within ${question.timeout / 1_000} s` : messageOf(error));
  };
  try {
    const answer = await send(forwarded, question, port);
    const { body, bytes, cut } = await read(answer);
    return {
      pod,
      port,
      status: answer.statusCode ?? 0,
      reason: answer.statusMessage ?? '',
      headers: headersOf(answer),
      body: body === undefined ? undefined : cut ? redactedHead(body) : redactText(body),
      bytes,
      cut,
      milliseconds: Math.round(performance.now() - started),
    };
  } catch (error) {
    throw failed(error);
  } finally {
    forwarded.close();
  }
}

async function send(forwarded: ForwardedConnection, question: HttpQuestion, port: number): Promise<IncomingMessage> {
  const { method, path, headers, body, name, namespace } = question;
  // To import it takes 12 ms, which no start of ours shall wait for.
  const { request: httpRequest } = await import('node:http');
  const request = httpRequest({
    method,
    path,
    // The name that the server is known by inside the cluster; the caller may say another.
    headers: { host: `${name}.${namespace}:${port}`, 'user-agent': 'fairlead', ...headers, connection: 'close' },
    createConnection: () => duplexOf(forwarded),
  });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('response', resolve);
  // Once it has answered, whoever reads the answer hears of what goes wrong, and nobody of this.
  request.on('error', reject);
  // Node's client takes this for an answer that somebody waits for, and says no more.
  request.on('upgrade', () => reject(new Error('it wants to speak another protocol')));
  request.end(body);
  return promise;
}

async function read(
  answer: IncomingMessage,
): Promise<{ readonly body: string | undefined; readonly bytes: number; readonly cut: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let cut = false;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes < MOST) continue;
    cut = true;
    break;
  }
  const whole = Buffer.concat(chunks);
  return { body: whole.includes(0) ? undefined : whole.toString('utf8'), bytes, cut };
}

/** Redacted as the lines of a message, so that the name tells what the value is. */
function headersOf({ rawHeaders }: IncomingMessage): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const line = redactText(`${name}: ${rawHeaders[index + 1] ?? ''}`);
    pairs.push([name, line.startsWith(`${name}: `) ? line.slice(name.length + 2) : line]);
  }
  return pairs;
}

/** A forwarded connection as a socket, for Node's own HTTP client. */
function duplexOf({ incoming, write, close }: ForwardedConnection): Duplex {
  const reader = incoming[Symbol.asyncIterator]();
  const handOn = async (chunk: Buffer, done: (error?: Error) => void): Promise<void> => {
    let problem: Error | undefined;
    try {
      await write(chunk);
    } catch (error) {
      problem = error instanceof Error ? error : new Error(messageOf(error));
    }
    done(problem);
  };
  return new Duplex({
    read() {
      reader.next().then(
        ({ done, value }) => this.push(done === true ? null : value),
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(messageOf(error))),
      );
    },
    write(chunk: Buffer, _, done) {
      void handOn(chunk, done);
    },
    destroy(error, done) {
      close();
      done(error);
    },
  });
}

function noAnswer({ kind, name, namespace, port }: HttpQuestion, why: string): KubernetesError {
  const where = `${kind} ${name}${port === undefined ? '' : `, port ${port}`}, in namespace ${namespace}`;
  return new KubernetesError('unreachable', `No HTTP answer from ${where}: ${why}.`, {
    advice: 'Is it HTTP without TLS that the program speaks on this port?',
  });
}
