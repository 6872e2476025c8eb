import { describe, expect, it } from 'vitest';

import { jumpingClock } from '../../test/support/jumping-clock.ts';
import { connectionTo, type SaidAnswer } from '../../test/support/connection.ts';
import { kindNamed } from '../../test/support/kinds.ts';
import type { WireRequest } from '../kubernetes/transport.ts';
import { watchFrom, type WatchOptions } from './watch.ts';

const KIND = kindNamed('Pod');

const line = (type: string, resourceVersion: string, name = 'web'): string =>
  `${JSON.stringify({ type, object: { metadata: { name, resourceVersion } } })}\n`;
const stream = (...lines: readonly string[]): SaidAnswer => ({ chunks: [Buffer.from(lines.join(''))] });

/** A watch whose streams are these, one after the other; behind the last the caller leaves. */
function watching(streams: readonly (SaidAnswer | Error)[], options: WatchOptions = {}) {
  const clock = jumpingClock();
  const controller = new AbortController();
  let next = 0;
  const { connection, lines } = connectionTo((request: WireRequest) => {
    if (!request.path.includes('watch=true')) return { body: { items: [], metadata: { resourceVersion: '100' } } };
    const answer = streams[next++];
    if (answer === undefined) {
      controller.abort(new Error('left'));
      return stream();
    }
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const site = {
    connection: connection.during({ origin: 'library', signal: controller.signal }),
    kind: KIND,
    namespace: undefined,
  };
  const events = async (): Promise<readonly string[]> => {
    const seen: string[] = [];
    try {
      for await (const { type, object } of watchFrom(site, 'shop', { ...options, signal: controller.signal }, clock)) {
        seen.push(`${type} ${object.metadata?.resourceVersion}`);
      }
    } catch (error) {
      seen.push((error as Error).message);
    }
    return seen;
  };
  const versions = (): readonly (string | undefined)[] =>
    lines()
      .filter((each) => each.includes('watch=true'))
      .map((each) => /resourceVersion=(\w+)/.exec(each)?.[1]);
  return { events, versions, lines, clock };
}

describe('a watch', () => {
  it('begins now, goes on behind the last it saw when a stream ends, and hands out no bookmarks', async () => {
    const { events, versions, lines, clock } = watching([
      stream(line('ADDED', '101'), line('MODIFIED', '102')),
      stream(line('BOOKMARK', '150')),
      stream(line('DELETED', '151')),
    ]);
    expect(await events()).toEqual(['ADDED 101', 'MODIFIED 102', 'DELETED 151', 'left']);
    expect(versions()).toEqual(['100', '102', '150', '151']);
    expect(lines()[0]).toMatch(/^GET \/api\/v1\/namespaces\/shop\/pods\?limit=1$/);
    expect(clock.slept).toEqual([250, 250, 250]);
  });

  it('begins where it is told', async () => {
    const { events, versions, lines } = watching([stream(line('ADDED', '8'))], { resourceVersion: '7', labels: 'app=web' });
    expect(await events()).toEqual(['ADDED 8', 'left']);
    expect(versions()).toEqual(['7', '8']);
    expect(lines()[0]).toContain('labelSelector=app%3Dweb');
  });

  it('waits longer each time for a server that does not answer, and not after it has', async () => {
    const down: SaidAnswer = { status: 503, body: { kind: 'Status', message: 'starting' } };
    const { events, clock } = watching([down, down, down, stream(line('ADDED', '101')), down, down]);
    expect(await events()).toEqual(['ADDED 101', 'left']);
    expect(clock.slept).toEqual([250, 500, 1_000, 250, 500, 1_000]);
  });

  it.each([
    ['as a status', { status: 410, body: { kind: 'Status', code: 410, message: 'too old resource version' } }],
    ['in the stream', stream('{"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old resource version"}}\n')],
  ])('says that it is too far behind: %s', async (_, answer) => {
    const { events } = watching([answer], { resourceVersion: '1' });
    expect(await events()).toEqual(['The watch of pods (cluster prod) is too far behind: the changes in between are gone.']);
  });

  it('ends with what will not pass', async () => {
    const { events, versions } = watching([{ status: 403, body: { kind: 'Status', message: 'no' } }]);
    expect(await events()).toEqual([expect.stringMatching(/^Not allowed: /)]);
    expect(versions()).toHaveLength(1);
  });
});
