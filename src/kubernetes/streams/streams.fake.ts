import { Connection, type Transport } from '../index.ts';
import type { ProcessOutput, RemoteProcess } from './process.ts';

/** A connection over a transport, that may do everything. */
export function openConnection(transport: Transport, signal?: AbortSignal): Connection {
  const gate = { admit: (request: never) => request, settled: () => undefined };
  const connection = Connection.create({ cluster: 'prod', transport, gate, filter: { apply: (_, body) => body } });
  return connection.during({ origin: 'test', signal });
}

/** All that a process writes, as text. */
export async function outputOf(process: RemoteProcess): Promise<Readonly<Record<ProcessOutput['from'], string>>> {
  const said = { stdout: '', stderr: '' };
  for await (const { from, data } of process.output) said[from] += Buffer.from(data).toString();
  return said;
}
