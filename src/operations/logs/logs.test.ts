import { once } from 'node:events';

import { expect, it } from 'vitest';

import { connectionTo } from '../../../test/support/connection.ts';
import { AGGREGATED_CORE, AGGREGATED_GROUPS } from '../../../test/support/discovery.ts';
import { findLogs, type LogsRead } from './logs.ts';

const POD = {
  metadata: { name: 'web', namespace: 'shop' },
  spec: { containers: [{ name: 'app' }] },
  status: { phase: 'Running', containerStatuses: [{ name: 'app', state: { running: {} } }] },
};
const FIRST = '2026-11-21T15:04:05.000000001Z one\n';
const SECOND = '2026-11-21T15:04:06.000000002Z two\n';

it('says how far it came in a log that takes too long', async () => {
  const { connection } = connectionTo(({ path, signal }) => {
    if (path === '/api') return { body: AGGREGATED_CORE };
    if (path === '/apis') return { body: AGGREGATED_GROUPS };
    if (!path.includes('/log')) return { body: POD };
    async function* stalling(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(FIRST);
      yield Buffer.from(SECOND);
      if (signal?.aborted !== true && signal !== undefined) await once(signal, 'abort');
      signal?.throwIfAborted();
    }
    return { chunks: stalling() };
  });
  const reads: LogsRead[] = [];
  const found = await findLogs(connection, {
    scope: ['shop'],
    names: ['web'],
    grep: 'o',
    longest: 200,
    onRead: (read) => reads.push(read),
  });
  expect(found.lines.map(({ text }) => text)).toEqual(['one', 'two']);
  expect(found.unfinished).toEqual([{ pod: 'web', container: 'app', until: '2026-11-21T15:04:06.000000002Z' }]);
  expect(reads.at(-1)).toEqual({ bytes: FIRST.length + SECOND.length, lines: 2, latest: undefined });
});
