import type { PromptsOffer } from '../offer.ts';
import { pageOf } from '../page.ts';
import { unknownName, type Installer } from './installer.ts';

/** `prompts/list` and `prompts/get` over several offers. */
export function answerPrompts(offers: readonly PromptsOffer[]): Installer {
  const owners = promptOwners(offers);
  const listed = offers.flatMap((offer) => offer.listed);
  return (server, exchangeOf) => {
    server.setRequestHandler('prompts/list', ({ params }) => {
      const { items, ...rest } = pageOf(listed, params?.cursor);
      return { prompts: items, ...rest };
    });
    server.setRequestHandler('prompts/get', async ({ params }, request) => {
      const owner = owners.get(params.name);
      if (owner === undefined) throw unknownName('Prompt', params.name, owners.keys());
      return owner.get(params.name, params.arguments ?? {}, exchangeOf(request));
    });
  };
}

export function promptOwners(offers: readonly PromptsOffer[]): ReadonlyMap<string, PromptsOffer> {
  return new Map(offers.flatMap((offer) => offer.listed.map((prompt) => [prompt.name, offer] as const)));
}
