import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { residentMegabytes } from './memory.ts';
import { openSession, startMcpServer, type Command } from './mcp-client.ts';

/** One start, from the spawn to the answered list of tools. */
export interface Start {
  readonly milliseconds: number;
  readonly megabytes: number | undefined;
  /** Bytes of the answer to `tools/list`, the whole line. */
  readonly listBytes: number;
}

/** Until what a start leaves behind has settled, in milliseconds. */
const SETTLE = 300;

/** Starts a server, opens a session, asks for its tools, and ends it. */
export async function startOnce(command: Command): Promise<Start> {
  const started = performance.now();
  const server = startMcpServer(command);
  try {
    await openSession(server);
    await server.request('tools/list');
    const milliseconds = performance.now() - started;
    const listBytes = server.lastBytes();
    await sleep(SETTLE);
    return { milliseconds, megabytes: await residentMegabytes(server.pid), listBytes };
  } finally {
    await server.close();
  }
}

/** Runs with a folder for temporary files of its own, where Node keeps its compile cache. */
export async function withTemporaryFolder<Result>(work: (env: NodeJS.ProcessEnv) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-bench-'));
  try {
    return await work({ ...process.env, NODE_COMPILE_CACHE: undefined, TMPDIR: folder, TEMP: folder, TMP: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
