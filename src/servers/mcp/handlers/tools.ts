import type { ToolsOffer } from '../offer.ts';
import { pageOf } from '../page.ts';
import { takesTasks } from '../tasks/protocol.ts';
import type { Tasks, Work } from '../tasks/tasks.ts';
import { unknownName, type Installer } from './installer.ts';

/**
 * `tools/list` and `tools/call` over several offers; a name that two of them list is the first one's.
 * @param tasks what long calls of clients that know tasks go on as
 */
export function answerTools(offers: readonly ToolsOffer[], tasks?: Tasks): Installer {
  const owners = new Map(offers.toReversed().flatMap((offer) => offer.listed.map((tool) => [tool.name, offer] as const)));
  const listed = offers.flatMap((offer) => offer.listed.filter((tool) => owners.get(tool.name) === offer));
  return (server, exchangeOf) => {
    server.setRequestHandler('tools/list', ({ params }) => {
      const { items, ...rest } = pageOf(listed, params?.cursor);
      return { tools: items, ...rest };
    });
    server.setRequestHandler('tools/call', async ({ params }, request) => {
      const owner = owners.get(params.name);
      if (owner === undefined) throw unknownName('Tool', params.name, owners.keys());
      const work: Work = async (exchange) => owner.call(params.name, params.arguments, exchange);
      const exchange = exchangeOf(request);
      if (tasks === undefined || owner.isLong?.(params.name) !== true || !takesTasks(request)) return work(exchange);
      return tasks.answer(params.name, exchange, work);
    });
  };
}
