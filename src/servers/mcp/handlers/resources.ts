import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError } from '@modelcontextprotocol/server';

import { quoted } from '../../../platform/index.ts';
import type { ResourcesOffer } from '../offer.ts';
import { pageOf } from '../page.ts';
import type { Installer } from './installer.ts';

/** `resources/list`, `resources/templates/list` and `resources/read` over several offers. */
export function answerResources(offers: readonly ResourcesOffer[]): Installer {
  const templates = offers.flatMap((offer) => offer.templates);
  return (server, exchangeOf) => {
    server.setRequestHandler('resources/list', async ({ params }, request) => {
      const exchange = exchangeOf(request);
      const lists = await Promise.all(offers.map((offer) => offer.list(exchange)));
      const { items, ...rest } = pageOf(lists.flat(), params?.cursor);
      return { resources: items, ...rest };
    });
    server.setRequestHandler('resources/templates/list', ({ params }) => {
      const { items, ...rest } = pageOf(templates, params?.cursor);
      return { resourceTemplates: items, ...rest };
    });
    server.setRequestHandler('resources/read', async ({ params: { uri } }, request) => {
      const exchange = exchangeOf(request);
      const owner = offers.find((offer) => offer.owns(uri));
      if (owner !== undefined) return owner.read(uri, exchange);
      throw missingResource(uri, `No resource ${quoted(uri)}.`, exchange.modern);
    });
  };
}

/** What is not there has one code in 2026-07-28, and had another before. */
export function missingResource(uri: string, message: string, modern: boolean): ProtocolError {
  return modern
    ? new ResourceNotFoundError(uri, message)
    : new ProtocolError(ProtocolErrorCode.ResourceNotFound, message, { uri });
}
