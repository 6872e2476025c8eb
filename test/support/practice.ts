/** A practice cluster for a test, and clients to it: our own, and a bare one that shows what is on the wire. */
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

import { load } from 'js-yaml';

import { startPractice, type Practice, type PracticeOptions } from '../../practice/index.ts';
import { Connection, kubeconfigFrom, targetOf, Transport } from '../../src/kubernetes/index.ts';

export interface PracticeCluster {
  readonly practice: Practice;
  /** Our own client as an administrator, with no gate and no redaction between. */
  readonly connection: Connection;
  /** Requests as an administrator. */
  readonly ask: Ask;
  stop(): Promise<void>;
}

/** Our own client for whom a kubeconfig names. */
export function connectWith(kubeconfig: string): Connection {
  const transport = new Transport(targetOf(kubeconfigFrom(load(kubeconfig), 'practice'), 'practice'));
  const gate = { admit: <R>(request: R): R => request, settled: () => undefined };
  return Connection.create({ cluster: 'practice', transport, gate, filter: { apply: (_, body) => body } });
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Decoded where it is JSON; the events of a watch as a list. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks at what it expects to be there
  readonly body: any;
}

export interface AskOptions {
  /** Sent as JSON, or as it is where it is a string or bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request: `ask('GET /api/v1/pods?limit=1')`. */
export type Ask = (line: string, options?: AskOptions) => Promise<Answer>;

interface Login {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly {
    readonly user: { readonly token?: string; readonly 'client-certificate-data'?: string; readonly 'client-key-data'?: string };
  }[];
}

/** A client with nothing of its own: what a server says and how. */
export function askWith(kubeconfig: string): Ask & { close(): void } {
  const { clusters, users } = load(kubeconfig) as Login;
  const { server = '', 'certificate-authority-data': ca = '' } = clusters[0]?.cluster ?? {};
  const { token, 'client-certificate-data': cert, 'client-key-data': key } = users[0]?.user ?? {};
  const decoded = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : Buffer.from(text, 'base64').toString();
  const agent = new Agent({ keepAlive: true, ca: decoded(ca), cert: decoded(cert), key: decoded(key) });
  const ask: Ask = async (line, { body, headers } = {}) => {
    const [method = 'GET', path = '/'] = line.split(' ', 2);
    const bytes =
      typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body) ?? '');
    const sent = request(server + path, {
      method,
      agent,
      headers: {
        'user-agent': 'test/1',
        ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(bytes.length) }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    const answered = Promise.withResolvers<IncomingMessage>();
    sent.on('error', answered.reject);
    sent.on('response', answered.resolve);
    sent.end(bytes);
    const response = await answered.promise;
    const text = Buffer.concat((await response.toArray()) as Buffer[]).toString();
    return { status: response.statusCode ?? 0, headers: response.headers, body: parsed(text) };
  };
  return Object.assign(ask, { close: () => agent.destroy() });
}

function parsed(text: string): unknown {
  if (!text.startsWith('{')) return text;
  const lines = text.trimEnd().split('\n');
  return text.startsWith('{"type":') ? lines.map((line) => JSON.parse(line) as unknown) : JSON.parse(text);
}

export async function startPracticeCluster(options?: PracticeOptions): Promise<PracticeCluster> {
  const practice = await startPractice(options);
  const connection = connectWith(practice.kubeconfig());
  const ask = askWith(practice.kubeconfig());
  return {
    practice,
    connection,
    ask,
    stop: async () => {
      ask.close();
      await connection.close();
      await practice.stop();
    },
  };
}
