import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { connectionTo, type SaidAnswer } from '../../../test/support/connection.ts';
import { failure } from '../../../test/support/wire.ts';
import { followLog, readLog } from './log.ts';

const QUERY = { namespace: 'shop', pod: 'web', container: 'app' };

/** Lines of a log, several of them in each second, two of them at the same time. */
const LINES = Array.from({ length: 40 }, (_, index) => {
  const second = String(Math.floor(index / 8)).padStart(2, '0');
  const part = String(Math.floor((index % 8) / 2)).padStart(9, '0');
  return `2026-11-21T15:04:${second}.${part}Z line ${index}\n`;
});

/** What a kubelet sends of the log when it is asked since a time: it looks at whole seconds. */
function since(url: string, upTo: number): readonly string[] {
  const from = new URL(url, 'https://test').searchParams.get('sinceTime') ?? '';
  return LINES.slice(0, upTo).filter((line) => line.slice(0, 19) >= from.slice(0, 19));
}

const chunks = (lines: readonly string[], size: number): readonly Uint8Array[] => {
  const bytes = Buffer.from(lines.join(''));
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
};

const clock = { sleep: async () => undefined };

/** Follows a log whose connection ends after so many lines each time, until all lines were written. */
async function follow(
  ends: readonly number[],
  size = 100,
): Promise<{ readonly text: string; readonly asked: readonly string[] }> {
  let opened = 0;
  const { connection, lines } = connectionTo(({ path }) => ({
    chunks: chunks(since(path, ends[opened++] ?? LINES.length), size),
  }));
  let text = '';
  const isOver = async (): Promise<boolean> => opened > ends.length;
  for await (const part of followLog(connection, { ...QUERY, tailLines: 100 }, { isOver, clock })) text += part;
  return { text, asked: lines() };
}

describe('following a log', () => {
  it('loses no line and doubles none, wherever the connection ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(LINES.length), { maxLength: 8 }).map((ends) => ends.toSorted((a, b) => a - b)),
        fc.integer({ min: 1, max: 400 }),
        async (ends, size) => {
          expect((await follow(ends, size)).text).toBe(LINES.join(''));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('asks again from the last second that it has seen', async () => {
    const { asked } = await follow([10]);
    const base = 'GET /api/v1/namespaces/shop/pods/web/log?container=app&timestamps=true';
    expect(asked).toEqual([
      `${base}&tailLines=100&follow=true`,
      `${base}&sinceTime=${encodeURIComponent('2026-11-21T15:04:01Z')}&follow=true`,
    ]);
  });

  it('leaves out nothing when the log was rotated in between', async () => {
    const rotated = ['2026-11-21T15:04:01.900000000Z new file\n', '2026-11-21T15:04:02.000000000Z second\n'];
    const parts = [LINES.slice(0, 12), rotated];
    let opened = 0;
    const { connection } = connectionTo(() => ({ chunks: chunks(parts[opened++] ?? [], 64) }));
    let text = '';
    for await (const part of followLog(connection, QUERY, { isOver: async () => opened > 1, clock })) text += part;
    expect(text).toBe([...LINES.slice(0, 12), ...rotated].join(''));
  });

  it('goes on where it was when a kubelet puts in words of its own', async () => {
    const excuse = 'failed to create fsnotify watcher: too many open files';
    const parts = [[...LINES.slice(0, 10), excuse], LINES.slice(8, 20)];
    let opened = 0;
    const { connection, lines } = connectionTo(() => ({ chunks: chunks(parts[opened++] ?? [], 64) }));
    const pieces: string[] = [];
    for await (const part of followLog(connection, QUERY, { isOver: async () => opened > 1, clock })) pieces.push(part);
    expect(lines()[1]).toContain(`sinceTime=${encodeURIComponent('2026-11-21T15:04:01Z')}`);
    expect(pieces.join('')).toBe([...LINES.slice(0, 10), excuse, ...LINES.slice(10, 20)].join(''));
  });

  it('outlives a node that does not answer for a while, and says why it opens again', async () => {
    const answers: SaidAnswer[] = [
      { chunks: chunks(LINES.slice(0, 3), 50) },
      { status: 502, body: 'dial tcp: connection refused' },
      { status: 400, body: { kind: 'Status', message: 'container "app" is waiting to start: ContainerCreating' } },
      { chunks: chunks(LINES.slice(0, 5), 50) },
    ];
    const reasons: string[] = [];
    let opened = 0;
    const { connection } = connectionTo(() => answers[opened++] ?? {});
    let text = '';
    const onResume = (reason: string): unknown => reasons.push(reason);
    for await (const part of followLog(connection, QUERY, { isOver: async () => opened >= answers.length, onResume, clock })) {
      text += part;
    }
    expect(text).toBe(LINES.slice(0, 5).join(''));
    expect(reasons).toEqual(['the log ended', expect.stringContaining('502'), expect.stringContaining('ContainerCreating')]);
  });

  it.each([
    [403, 'forbidden'],
    [401, 'unauthorized'],
  ])('ends when it may no longer be read (%s)', async (status, code) => {
    let opened = 0;
    const { connection } = connectionTo(() => (opened++ === 0 ? { chunks: chunks(LINES, 500) } : { status }));
    const reading = (async () => {
      for await (const part of followLog(connection, QUERY, { isOver: async () => false, clock })) expect(part).not.toBe('');
    })();
    expect(await failure(reading)).toMatchObject({ code });
  });

  it('fails when the log cannot be opened the first time', async () => {
    const { connection } = connectionTo(() => ({ status: 404, body: {} }));
    const opening = followLog(connection, QUERY, { isOver: async () => true, clock }).next();
    expect(await failure(opening)).toMatchObject({ code: 'not-found' });
  });
});

describe('reading a log', () => {
  it('gives whole lines, whatever the parts that they arrive in', async () => {
    const { connection } = connectionTo(() => ({ chunks: chunks(['a ü 1\n', 'b ☃ 2\n', 'no end'], 1) }));
    const pieces: string[] = [];
    for await (const { text } of readLog(connection, { ...QUERY, previous: true, sinceSeconds: 60 })) pieces.push(text);
    expect(pieces).toEqual(['a ü 1\n', 'b ☃ 2\n', 'no end']);
  });
});
