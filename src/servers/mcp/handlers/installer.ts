import { ProtocolError, ProtocolErrorCode, type Server, type ServerContext } from '@modelcontextprotocol/server';

import { didYouMean, quoted } from '../../../platform/index.ts';
import type { Exchange } from '../offer.ts';

/** Puts the handlers of some methods on a new server. */
export type Installer = (server: Server, exchangeOf: (request: ServerContext) => Exchange) => void;

/** Invalid params: a name that stands in no list, with the nearest that does. */
export function unknownName(what: string, name: string, known: Iterable<string>): ProtocolError {
  const names = [...known];
  const hint = didYouMean(name.slice(0, 60), names) || '.';
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `No ${what.toLowerCase()} ${quoted(name, 60)}${hint} ${what}s: ${names.slice(0, 40).join(', ')}.`,
  );
}
