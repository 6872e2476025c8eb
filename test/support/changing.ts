/** Servers that may change things, as clients reach them: both transports, both eras, with a person behind them or not. */
import type { Client } from '@modelcontextprotocol/client';

import { answeringWith, startServer, textOf, type Answering } from './server.ts';
import { fleetParts } from './http-fleet.ts';
import { connectHttp, startHttp, type Era } from './http.ts';

export type Wire = 'stdio' | 'http';

export const WIRES: readonly (readonly [Wire, Era])[] = [
  ['stdio', 'legacy'],
  ['stdio', 'modern'],
  ['http', 'legacy'],
  ['http', 'modern'],
];

export interface Told {
  readonly text: string;
  readonly isError: boolean;
}

export interface ChangingClient extends AsyncDisposable {
  readonly client: Client;
  /** Calls a tool, and returns what the agent sees. */
  call(tool: string, given?: Readonly<Record<string, unknown>>): Promise<Told>;
  /** Another client that cannot ask: over HTTP another session, over stdio another process. */
  another(): Promise<ChangingClient>;
}

export interface ChangingOptions {
  readonly kubeconfig: string;
  readonly context: string;
  /** The person behind the client. @default the client cannot ask */
  readonly answer?: Answering | undefined;
  /** Milliseconds that the person has. @default 10 minutes */
  readonly patience?: number;
}

/** Connects to a server in mode `plan`. */
export async function changing(wire: Wire, era: Era, options: ChangingOptions): Promise<ChangingClient> {
  return wire === 'stdio' ? overStdio(era, options) : overHttp(era, options);
}

async function overStdio(era: Era, options: ChangingOptions): Promise<ChangingClient> {
  const { kubeconfig, context, patience, answer } = options;
  const timeout = patience === undefined ? [] : ['--confirm-timeout', `${patience}ms`];
  const args = ['--kubeconfig', kubeconfig, '--context', context, '--changes', 'plan', ...timeout];
  const server = await startServer({ args, era, ...(answer !== undefined && { answer }) });
  return {
    ...clientOf(server.client),
    another: () => overStdio(era, { kubeconfig, context }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function overHttp(era: Era, options: ChangingOptions): Promise<ChangingClient> {
  const parts = fleetParts(options.kubeconfig, options.context, { mode: 'plan' });
  const server = await startHttp({ ...parts, patience: options.patience });
  const connect = async (answer: Answering | undefined): Promise<ChangingClient> => {
    const client = await connectHttp(server.url, era, answer !== undefined);
    if (answer !== undefined) answeringWith(client, answer);
    return { ...clientOf(client), another: () => connect(undefined), [Symbol.asyncDispose]: () => client.close() };
  };
  const first = await connect(options.answer);
  return {
    ...first,
    [Symbol.asyncDispose]: async () => {
      await first.client.close();
      await server.close();
      await parts.release();
    },
  };
}

function clientOf(client: Client): Pick<ChangingClient, 'client' | 'call'> {
  return {
    client,
    async call(name, given = {}) {
      const result = await client.callTool({ name, arguments: given });
      return { text: textOf(result), isError: result.isError === true };
    },
  };
}
