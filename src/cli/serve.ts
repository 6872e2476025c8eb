import { serveOverHttp } from '../servers/http/index.ts';
import { openHouse } from './house.ts';
import type { Start } from './start.ts';

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
  const { listen, allowHosts, allowOrigins, sessionTimeout, maxBodyBytes } = settings.http;
  const told = (): Promise<void> =>
    new Promise((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
  try {
    const server = await serveOverHttp({
      ...house.callOptions,
      version,
      tools: house.tools,
      contextFor: house.contextFor,
      address: listen,
      allowHosts,
      allowOrigins,
      maxBodyBytes,
      sessions: { idle: sessionTimeout },
      onError: (error) => house.log.debug('protocol', { error: error.message }),
    });
    process.stderr.write(`Fairlead serves MCP at ${server.url}\n`);
    await told();
    const hurry = new AbortController();
    void told().then(() => hurry.abort());
    await server.close(hurry.signal);
  } finally {
    ending.abort();
    await following;
    await house.close();
  }
  return 0;
}
