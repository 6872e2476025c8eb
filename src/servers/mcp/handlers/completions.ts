import type { CompleteResult } from '@modelcontextprotocol/server';

import type { Offer, Typing } from '../offer.ts';
import { unknownName, type Installer } from './installer.ts';
import { promptOwners } from './prompts.ts';

/** The protocol allows no more values in one answer. */
const MOST_VALUES = 100;

/** `completion/complete` for the arguments of prompts and the variables of resource templates. */
export function answerCompletions(offers: readonly Offer[]): Installer {
  const prompts = promptOwners(offers.flatMap((offer) => offer.prompts ?? []));
  const resources = offers.flatMap((offer) => offer.resources ?? []);
  const templates = new Map(
    resources.flatMap((offer) => offer.templates.map((template) => [template.uriTemplate, offer] as const)),
  );
  return (server, exchangeOf) => {
    server.setRequestHandler('completion/complete', async ({ params }, request): Promise<CompleteResult> => {
      const { ref, argument, context } = params;
      const typing: Typing = { variable: argument.name, value: argument.value, known: context?.arguments ?? {} };
      if (ref.type === 'ref/prompt') {
        const owner = prompts.get(ref.name);
        if (owner === undefined) throw unknownName('Prompt', ref.name, prompts.keys());
        return shown(await owner.complete(ref.name, typing, exchangeOf(request)));
      }
      const owner = templates.get(ref.uri);
      if (owner === undefined) throw unknownName('Resource template', ref.uri, templates.keys());
      return shown(await owner.complete(ref.uri, typing, exchangeOf(request)));
    });
  };
}

function shown(values: readonly string[]): CompleteResult {
  return {
    completion: { values: values.slice(0, MOST_VALUES), total: values.length, hasMore: values.length > MOST_VALUES },
  };
}
