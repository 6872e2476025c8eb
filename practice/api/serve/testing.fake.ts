/** An API server for a test, with no controllers beside it, on a clock that stands. */
import { askWith, type Ask } from '../../../test/support/practice.ts';
import { practiceClock, type PracticeClock } from '../../clock.ts';
import { seededRandom } from '../../random.ts';
import { startApiServer, type ApiServer, type ApiServerOptions } from '../index.ts';

export interface BareServer {
  readonly api: ApiServer;
  readonly clock: PracticeClock;
  /** Requests as an administrator. */
  readonly ask: Ask;
  stop(): Promise<void>;
}

export async function startBareServer(options: Partial<ApiServerOptions> = {}): Promise<BareServer> {
  const clock = practiceClock(Date.parse('2026-11-20T12:00:00Z'));
  const api = await startApiServer({ clock, random: seededRandom(1), images: {}, ...options });
  const ask = askWith(api.kubeconfig());
  return {
    api,
    clock,
    ask,
    stop: async () => {
      ask.close();
      await api.stop();
    },
  };
}
