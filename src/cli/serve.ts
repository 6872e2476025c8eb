import { serveOverHttp, type HttpServer } from '../servers/http/index.ts';
import { openHouse, type House } from './house.ts';
import type { Settings } from './settings.ts';
import type { Start } from './start.ts';
import { toldToEnd } from './told-to-end.ts';

/**
 * Serves MCP over HTTP until the process is told to end: once, and calls under way are let finish; twice, and it ends at
 * once.
 * @throws UsageError when the address is taken, or others can reach it
 */
export async function serve({ loaded, flags, version }: Start): Promise<number> {
  const { settings } = loaded;
  const house = openHouse(settings);
  const ending = new AbortController();
  const following = house.follow(loaded, flags, ending.signal);
  const ended = toldToEnd();
  try {
    const server = await openHttp(house, settings, version);
    process.stderr.write(`Fairlead serves MCP at ${server.url}\n`);
    await ended;
    const hurry = new AbortController();
    void toldToEnd().then(() => hurry.abort());
    await server.close(hurry.signal);
  } finally {
    ending.abort();
    await following;
    await house.close();
  }
  return 0;
}

/**
 * Opens the HTTP server of a house.
 * @throws UsageError when the address is taken, or others can reach it
 */
export function openHttp(house: House, { http }: Settings, version: string): Promise<HttpServer> {
  const { listen, allowHosts, allowOrigins, sessionTimeout, maxBodyBytes } = http;
  return serveOverHttp({
    ...house.partsFor(version),
    address: listen,
    allowHosts,
    allowOrigins,
    maxBodyBytes,
    sessions: { idle: sessionTimeout },
    onError: (error) => house.log.debug('protocol', { error: error.message }),
  });
}
