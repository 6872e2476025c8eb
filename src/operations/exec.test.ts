import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { useBench } from '../../test/support/bench.ts';
import { ended, startStreamServer, type OpenedStream } from '../../test/support/stream-server.ts';
import { openConnection } from '../kubernetes/streams/streams.fake.ts';
import { execute, type ExecDone, type ExecQuestion } from './exec.ts';

const bench = useBench();

async function run(handle: (stream: OpenedStream) => unknown, question: Partial<ExecQuestion> = {}): Promise<ExecDone> {
  const server = await startStreamServer({ pair: bench.pair(), handle });
  bench.atEnd(() => server.close());
  const connection = openConnection(bench.connect(server.url));
  return execute(connection, { namespace: 'shop', pod: 'web', command: ['work'], timeout: 20_000, ...question });
}

describe('running a command', () => {
  it('tells outputs and exit code, and how many bytes there were', async () => {
    const done = await run(({ say }) => {
      say(1, 'out');
      say(2, 'errör');
      say(3, ended(3));
    });
    expect(done).toMatchObject({ exitCode: 3, givenUp: undefined });
    expect(done.stdout).toEqual({ text: 'out', tail: undefined, bytes: 3 });
    expect(done.stderr).toEqual({ text: 'errör', tail: undefined, bytes: 6 });
  });

  it('hands the input over, and its end', async () => {
    const done = await run(
      ({ webSocket, received, say }) => {
        webSocket.on('message', (data) => {
          if ((data as Buffer)[0] !== 255) return;
          say(1, Buffer.concat(received.slice(0, -1).map((part) => part.subarray(1))));
          say(3, ended(0));
        });
      },
      { stdin: 'héllo' },
    );
    expect(done.stdout.text).toBe('héllo');
  });

  it('does not wait for a command that does not read its input', async () => {
    const done = await run(({ say }) => say(3, ended(0)), { stdin: 'x'.repeat(2_000_000) });
    expect(done.exitCode).toBe(0);
  });

  it('gives up when the time is over, with what was written', async () => {
    const streams: OpenedStream[] = [];
    const done = await run(
      (stream) => {
        streams.push(stream);
        stream.say(1, 'half');
      },
      { timeout: 300 },
    );
    expect(done).toMatchObject({ exitCode: undefined, givenUp: 'time', stdout: { text: 'half' } });
    await streams[0]?.gone;
  });

  it('keeps how a long output begins and ends', async () => {
    const lines = Array.from({ length: 40_000 }, (_, index) => `line ${String(index).padStart(8, '0')}\n`);
    const done = await run(({ say }) => {
      for (let from = 0; from < lines.length; from += 1_000) say(1, lines.slice(from, from + 1_000).join(''));
      say(3, ended(0));
    });
    expect(done.stdout.bytes).toBe(lines.length * 14);
    expect(done.stdout.text).toMatch(/^line 00000000\n/);
    expect(done.stdout.tail).toMatch(/\nline 00039999\n$/);
    expect(done.stdout.text.length + (done.stdout.tail?.length ?? 0)).toBeLessThan(300_000);
  });

  it('hides secrets, also one that stands across what is kept first and last', async () => {
    const done = await run(({ say }) => {
      say(1, `${'x'.repeat(128 * 1024 - 9)}\npassword=hunter22hunter22\n`);
      say(2, 'token: abcdefgh12345678\n');
      say(3, ended(0));
    });
    expect(done.stdout.text).toContain('password=<redacted>');
    expect(done.stderr.text).toBe('token: <redacted>\n');
  });

  it('leaves no connection behind where it was refused', async () => {
    const refuses = () => ({ status: 403, body: { kind: 'Status', message: 'not you' } });
    const server = await startStreamServer({ pair: bench.pair(), refuses, handle: () => undefined });
    bench.atEnd(() => server.close());
    const connection = openConnection(bench.connect(server.url));
    const question = { namespace: 'shop', pod: 'web', command: ['work'], timeout: 20_000 };
    await expect(execute(connection, question)).rejects.toThrow('not you');
    const [{ socket } = { socket: undefined }] = server.asked;
    if (socket?.closed === false) await once(socket, 'close');
    expect(socket?.closed).toBe(true);
  });

  it('tells why a command could not be run', async () => {
    const status = { status: 'Failure', message: 'exec: "wrok": executable file not found in $PATH' };
    const done = await run(({ say }) => say(3, JSON.stringify(status)));
    expect(done).toMatchObject({ exitCode: undefined, message: expect.stringContaining('not found in $PATH') });
  });
});
