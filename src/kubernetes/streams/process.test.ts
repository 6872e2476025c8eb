import { once } from 'node:events';

import { describe, expect, it } from 'vitest';

import { useBench } from '../../../test/support/bench.ts';
import { ended, startStreamServer, type OpenedStream, type StreamServer } from '../../../test/support/stream-server.ts';
import { bearer, failure } from '../../../test/support/wire.ts';
import type { Connection } from '../connection.ts';
import { attachToPod, execInPod } from './process.ts';
import { openConnection, outputOf } from './streams.fake.ts';

const bench = useBench();
const POD = { namespace: 'shop', pod: 'web' };

async function serve(
  handle: (stream: OpenedStream) => unknown,
  more: Partial<Parameters<typeof startStreamServer>[0]> = {},
): Promise<{ readonly server: StreamServer; readonly connection: Connection }> {
  const server = await startStreamServer({ pair: bench.pair(), handle, ...more });
  bench.atEnd(() => server.close());
  return { server, connection: openConnection(bench.connect(server.url)) };
}

describe('exec', () => {
  it('asks for the command word by word, and tells both outputs and the exit code apart', async () => {
    const { server, connection } = await serve(({ say }) => {
      for (const channel of [1, 2]) say(channel);
      say(1, 'out\n');
      say(2, 'err\n');
      say(3, ended(3));
    });
    const process = await execInPod(connection, { ...POD, container: 'app', command: ['sh', '-c', 'a & b=c'] });
    expect(await outputOf(process)).toEqual({ stdout: 'out\n', stderr: 'err\n' });
    expect(process.end).toEqual({ exitCode: 3, message: 'command terminated with exit code 3' });
    const { pathname, searchParams } = new URL(server.asked[0]?.url ?? '', server.url);
    expect(pathname).toBe('/api/v1/namespaces/shop/pods/web/exec');
    expect(searchParams.getAll('command')).toEqual(['sh', '-c', 'a & b=c']);
    expect(Object.fromEntries(searchParams)).toMatchObject({ container: 'app', stdin: 'false', stderr: 'true', tty: 'false' });
  });

  it('sends what is written in parts of 32 KiB, and then that there is no more', async () => {
    const { connection } = await serve(({ webSocket, received, say }) => {
      webSocket.on('message', (data) => {
        if ((data as Buffer)[0] !== 255) return;
        const parts = received.slice(0, -1);
        say(1, `${parts.length} ${parts.reduce((sum, part) => sum + part.length - 1, 0)} ${(data as Buffer)[1]}`);
        say(3, ended(0));
      });
    });
    const process = await execInPod(connection, { ...POD, command: ['wc'], stdin: true });
    await process.write(Buffer.alloc(100_000));
    expect(await process.endInput()).toBe(true);
    expect(await outputOf(process)).toEqual({ stdout: '4 100000 0', stderr: '' });
    expect(process.end?.exitCode).toBe(0);
  });

  it.each(['', 'x'])('takes an exit code that is no number (%j) for none, and never for success', async (message) => {
    const causes = [{ reason: 'ExitCode', message }];
    const { connection } = await serve(({ say }) => say(3, JSON.stringify({ status: 'Failure', details: { causes } })));
    const process = await execInPod(connection, { ...POD, command: ['work'] });
    await outputOf(process);
    expect(process.end).toEqual({ exitCode: undefined, message: undefined });
  });

  it('says when a server cannot be told that the input has ended', async () => {
    const { connection } = await serve(() => undefined, { protocols: ['v4.channel.k8s.io'] });
    const process = await execInPod(connection, { ...POD, command: ['cat'], stdin: true });
    expect(await process.endInput()).toBe(false);
    process.close();
  });

  it('tells the size of a terminal, which has one output', async () => {
    const { server, connection } = await serve(({ webSocket, say }) => {
      webSocket.on('message', (data) => {
        say(1, data as Buffer);
        say(3, ended(0));
      });
    });
    const process = await attachToPod(connection, { ...POD, tty: true, stdin: true });
    await process.resize(80, 24);
    expect((await outputOf(process)).stdout).toBe('\u0004{"Width":80,"Height":24}');
    expect(server.asked[0]?.url).toMatch(/\/attach\?stdin=true&stdout=true&stderr=false&tty=true$/);
  });

  it.each([
    ['goes without a word', (stream: OpenedStream) => stream.webSocket.terminate()],
    ['says goodbye', (stream: OpenedStream) => stream.webSocket.close(1000)],
    ['says goodbye with a fault', (stream: OpenedStream) => stream.webSocket.close(1011)],
  ])('fails when the server %s before the end of the command, after what it wrote', async (_, leave) => {
    const { connection } = await serve((stream) => {
      stream.say(1, 'half');
      leave(stream);
    });
    const process = await execInPod(connection, { ...POD, command: ['work'] });
    const chunks: string[] = [];
    const read = (async () => {
      for await (const { data } of process.output) chunks.push(Buffer.from(data).toString());
    })();
    expect(await failure(read)).toMatchObject({ code: 'unreachable' });
    expect(chunks.join('')).toMatch(/^(half)?$/);
    expect(process.end).toBeUndefined();
  });

  it('ends at the server when its reader leaves, when it is closed, and when its call is aborted', async () => {
    const streams: OpenedStream[] = [];
    const { server, connection } = await serve((stream) => {
      streams.push(stream);
      stream.say(1, 'tick');
    });
    const left = await execInPod(connection, { ...POD, command: ['sleep'] });
    for await (const { data } of left.output) {
      expect(Buffer.from(data).toString()).toBe('tick');
      break;
    }
    const closed = await execInPod(connection, { ...POD, command: ['sleep'] });
    closed.close();
    closed.close();
    const leaving = new AbortController();
    const aborted = await execInPod(openConnection(bench.connect(server.url), leaving.signal), { ...POD, command: ['sleep'] });
    const reading = failure(outputOf(aborted));
    leaving.abort(new Error('no longer wanted'));
    expect(await reading).toEqual(new Error('no longer wanted'));
    expect(await Promise.all(streams.map((stream) => stream.gone))).toHaveLength(3);
  });

  it('fails when the connection to the cluster is closed', async () => {
    const server = await startStreamServer({ pair: bench.pair(), handle: () => undefined });
    bench.atEnd(() => server.close());
    const transport = bench.connect(server.url);
    const process = await execInPod(openConnection(transport), { ...POD, command: ['sleep'] });
    const reading = failure(outputOf(process));
    await transport.close();
    expect(await reading).toMatchObject({ code: 'closed' });
  });
});

describe('the way to a stream', () => {
  const hello = ({ say }: OpenedStream): void => {
    say(1, 'hello');
    say(3, ended(0));
  };

  it('is refused in the words of the server, with the right that is missing', async () => {
    const message =
      'pods "web" is forbidden: User "dev" cannot create resource "pods/exec" in API group "" in the namespace "shop"';
    const { connection } = await serve(hello, {
      refuses: () => ({ status: 403, body: { kind: 'Status', reason: 'Forbidden', message } }),
    });
    expect(await failure(execInPod(connection, { ...POD, command: ['id'] }))).toMatchObject({
      code: 'forbidden',
      message: 'Not allowed: user "dev" may not create pods/exec in namespace shop (cluster prod).',
      advice: 'To allow it, an admin can bind a Role with: apiGroups [""] resources ["pods/exec"] verbs ["create"].',
    });
  });

  it('leaves no connection behind when a refusal never ends', async () => {
    const { server, connection } = await serve(hello, { refuses: () => 'stall' });
    const opening = failure(execInPod(connection, { ...POD, command: ['id'] }, { deadline: 300 }));
    expect(await opening).toMatchObject({ code: 'timeout' });
    const socket = server.asked[0]?.socket;
    if (socket?.destroyed === false) await once(socket, 'close');
    expect(socket?.destroyed).toBe(true);
  });

  it('asks for new credentials once when they were not accepted', async () => {
    const { server } = await serve(hello, {
      refuses: ({ headers }) => (headers.authorization === 'Bearer new' ? undefined : { status: 401 }),
    });
    let token = 'old';
    const credentials = {
      current: () => bearer(token),
      rejected: () => {
        token = 'new';
        return true;
      },
    };
    const connection = openConnection(bench.connect(server.url, {}, { tls: { ca: bench.authority().cert }, credentials }));
    expect((await outputOf(await execInPod(connection, { ...POD, command: ['id'] }))).stdout).toBe('hello');
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  it('is never taken twice when the connection breaks: the command may have run', async () => {
    const { server, connection } = await serve(hello, { refuses: () => 'cut' });
    expect(await failure(execInPod(connection, { ...POD, command: ['id'] }))).toMatchObject({ code: 'unreachable' });
    expect(server.asked).toHaveLength(1);
  });

  it('carries each group to impersonate on a line of its own', async () => {
    const { server } = await serve(hello);
    const headers = { 'impersonate-user': 'eve', 'impersonate-group': ['a', 'b,c'] };
    const credentials = { current: () => ({ headers }) };
    const connection = openConnection(bench.connect(server.url, {}, { tls: { ca: bench.authority().cert }, credentials }));
    await outputOf(await execInPod(connection, { ...POD, command: ['id'] }));
    const raw = server.asked[0]?.rawHeaders ?? [];
    expect(raw.filter((_, index) => raw[index - 1]?.toLowerCase() === 'impersonate-group')).toEqual(['a', 'b,c']);
  });

  it('shows the client certificate', async () => {
    const clients: (string | undefined)[] = [];
    const { server } = await serve(
      (stream) => {
        clients.push(stream.client);
        hello(stream);
      },
      { clientAuthority: bench.authority().cert },
    );
    const certificate = await bench.authority().issue({ commonName: 'jane' });
    const credentials = { current: () => ({ headers: {}, certificate }) };
    const connection = openConnection(bench.connect(server.url, {}, { tls: { ca: bench.authority().cert }, credentials }));
    await outputOf(await execInPod(connection, { ...POD, command: ['id'] }));
    expect(clients).toEqual(['jane']);
  });

  it('trusts the authority of the cluster alone', async () => {
    const { server } = await serve(hello);
    const connection = openConnection(bench.connect(server.url, {}, { tls: {} }));
    expect(await failure(execInPod(connection, { ...POD, command: ['id'] }))).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('authority that is not trusted'),
    });
  });

  it('gives up when the deadline passes before both sides have agreed', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    bench.atEnd(async () => silent.close());
    const { port } = silent.address() as { port: number };
    const connection = openConnection(bench.connect(`https://127.0.0.1:${port}`));
    const opening = execInPod(connection, { ...POD, command: ['id'] }, { deadline: 50 });
    expect(await failure(opening)).toMatchObject({ code: 'timeout' });
  });
});
