import type { ToolsOffer } from '../offer.ts';
import { pageOf } from '../page.ts';
import { unknownName, type Installer } from './installer.ts';

/** `tools/list` and `tools/call` over several offers; a name that two of them list is the first one's. */
export function answerTools(offers: readonly ToolsOffer[]): Installer {
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
      return owner.call(params.name, params.arguments, exchangeOf(request));
    });
  };
}
