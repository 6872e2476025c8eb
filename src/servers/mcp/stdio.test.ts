import { PassThrough, Writable } from 'node:stream';

import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { expect, it } from 'vitest';

import { GatheringTransport } from './stdio.ts';

/** A pipe that remembers each write of it. */
class Pipe extends Writable {
  readonly writes: string[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.writes.push(chunk.toString());
    done();
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.writes.push(chunks.map(({ chunk }) => chunk.toString()).join(''));
    done();
  }
}

const answer = (id: number, text = ''): JSONRPCMessage => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
});

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The ids of the answers of each write. */
function idsOf({ writes }: Pipe): number[][] {
  return writes.map((write) =>
    write
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: number }).id),
  );
}

it('writes the answers of one turn at once, whatever ticks they come in', async () => {
  const pipe = new Pipe();
  const transport = new GatheringTransport(new PassThrough(), pipe);
  const sent = [transport.send(answer(1))];
  await new Promise<void>((resolve) => process.nextTick(resolve));
  sent.push(transport.send(answer(2)), transport.send(answer(3)));
  expect(pipe.writes).toEqual([]);
  await turn();
  expect(idsOf(pipe)).toEqual([[1, 2, 3]]);
  sent.push(transport.send(answer(4)));
  await turn();
  expect(idsOf(pipe)).toEqual([[1, 2, 3], [4]]);
  await Promise.all(sent);
});

it('does not let more gather than a pipe takes, nor waiting sends with it', async () => {
  const pipe = new Pipe();
  const transport = new GatheringTransport(new PassThrough(), pipe);
  const sent = Array.from({ length: 200 }, (_, id) => transport.send(answer(id, 'x'.repeat(2_000))));
  // Each send that has to wait would listen for itself, and Node warns of more than ten.
  expect(Math.max(pipe.listenerCount('drain'), pipe.listenerCount('error'))).toBeLessThan(10);
  await turn();
  await Promise.all(sent);
  expect(idsOf(pipe).flat()).toEqual(Array.from({ length: 200 }, (_, id) => id));
  expect(Math.max(...pipe.writes.map((write) => write.length))).toBeLessThan(40_000);
  expect(pipe.writes.length).toBeLessThan(20);
});

it('writes what has gathered before it closes', async () => {
  const pipe = new Pipe();
  const transport = new GatheringTransport(new PassThrough(), pipe);
  const sent = transport.send(answer(1));
  await transport.close();
  expect(idsOf(pipe)).toEqual([[1]]);
  await sent;
});
