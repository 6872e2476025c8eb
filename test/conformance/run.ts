/**
 * Runs the official conformance suite against our own binding and HTTP server, for both protocol eras: every scenario
 * that a revision scores. The server is the one that ships, with the suite's fixture offered beside our tools.
 *
 * `npm run conformance [REVISION…]`
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { UsageError } from '../../src/platform/index.ts';
import { serveOverHttp } from '../../src/servers/http/index.ts';
import { Tasks, TOOLS } from '../../src/servers/mcp/index.ts';
import { FIXTURE } from './fixture/index.ts';
import { tally, type Tally } from './tally.ts';

const REVISIONS = ['2026-07-28', '2025-11-25'];
const REFEREE = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));

// The suite's tasks are nobody's but this run's.
const folder = await mkdtemp(join(tmpdir(), 'fairlead-conformance-'));
const tasks = new Tasks({ folder, onProblem: (error) => console.error(error) });
const server = await serveOverHttp({
  version: '0.0.0-conformance',
  tools: TOOLS,
  // The suite asks no cluster anything.
  contextFor: (_, signal, { session }) => ({
    session,
    signal,
    localFolders: [],
    cursorKey: Buffer.alloc(32),
    now: () => Date.now(),
    connect: () => Promise.reject(new UsageError('There is no cluster here.')),
    clusters: async () => [],
    select: () => Promise.reject(new UsageError('There is no cluster here.')),
    scope: () => ['default'],
    reveal: () => Promise.reject(new UsageError('There is no cluster here.')),
    changes: () => Promise.reject(new UsageError('There is no cluster here.')),
  }),
  more: [FIXTURE],
  tasks,
  address: { host: '127.0.0.1', port: 0 },
  onDefect: (error) => console.error(error),
});
const totals = { passed: 0, failed: 0 };
try {
  const asked = process.argv.slice(2);
  for (const revision of asked.length > 0 ? asked : REVISIONS) {
    console.log(`\n== ${revision}`);
    const { passed, failed } = await referee(revision, server.url);
    totals.passed += passed;
    totals.failed += failed;
  }
} finally {
  await server.close();
  await tasks.close();
  await rm(folder, { recursive: true });
}
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;

/** Runs the scored scenarios of one revision and passes on what the referee says. */
async function referee(revision: string, url: string): Promise<Tally> {
  const child = spawn(process.execPath, [REFEREE, 'server', '--url', url, '--requirements', revision], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
    // Marked as the referee's words: its closing lines count more than what is scored.
    process.stdout.write(chunk.replaceAll(/^(?=.)/gm, '| '));
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return tally(said, code);
}
