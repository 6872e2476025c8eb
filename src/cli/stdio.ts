import { serveOverStdio } from '../servers/mcp/index.ts';
import { openHouse } from './house.ts';
import type { Start } from './start.ts';

/** Serves MCP until the client closes stdin, or the process is told to end. */
export async function stdio({ loaded, flags, version }: Start): Promise<number> {
  const house = openHouse(loaded.settings);
  const ending = new AbortController();
  const ended = Promise.withResolvers<void>();
  const server = serveOverStdio({
    ...house.partsFor(version),
    onError: (error) => house.log.warn('protocol', { error: error.message }),
  });
  const following = house.follow(loaded, flags, ending.signal);
  process.stdin.once('end', ended.resolve);
  process.stdin.once('close', ended.resolve);
  process.once('SIGINT', ended.resolve);
  process.once('SIGTERM', ended.resolve);
  await ended.promise;
  ending.abort();
  await server.close();
  await following;
  await house.close();
  // A signal leaves stdin open, which would keep the process.
  process.stdin.destroy();
  return 0;
}
