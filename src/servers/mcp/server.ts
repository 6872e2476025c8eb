import {
  mergeCapabilities,
  Server,
  type JsonSchemaValidator,
  type jsonSchemaValidator,
  type ServerCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { canAsk } from './asking.ts';
import { createCompleter } from './completion.ts';
import { answerCompletions } from './handlers/completions.ts';
import { answerPrompts } from './handlers/prompts.ts';
import { answerResources } from './handlers/resources.ts';
import { answerTasks } from './handlers/tasks.ts';
import { answerTools } from './handlers/tools.ts';
import { instructionsFor } from './instructions.ts';
import { clientLog, isModern } from './logging.ts';
import type { Exchange, Offer } from './offer.ts';
import type { ServerParts } from './parts.ts';
import { offerPrompts } from './prompts.ts';
import { offerResources } from './resources.ts';
import type { Session } from './session.ts';
import { TASKS_EXTENSION } from './tasks/protocol.ts';
import { offerTools } from './tool-calls.ts';

/** Makes a protocol server for one connection, or for one request where requests stand for themselves. */
export type ServerFactory = (session: Session) => Server;

/** How long a client may keep what changes only with the configuration, in milliseconds. */
const CONFIGURED = { ttlMs: 3_600_000, cacheScope: 'private' } as const;
/** The same for the list of clusters, and for an object that was read. */
const CLUSTERS = { ttlMs: 60_000, cacheScope: 'private' } as const;
const OBJECT = { ttlMs: 2_000, cacheScope: 'private' } as const;

const CACHE_HINTS = {
  'server/discover': CONFIGURED,
  'tools/list': CONFIGURED,
  'prompts/list': CONFIGURED,
  'resources/templates/list': CONFIGURED,
  'resources/list': CLUSTERS,
  'resources/read': OBJECT,
};

/**
 * The SDK would hold the answers of persons to the form that they were shown, and those of clients of 2025 alone.
 * `asking.ts` judges them alike in both eras, and AJV need not be read at each start.
 */
const UNCHECKED: jsonSchemaValidator = {
  getValidator<T>(): JsonSchemaValidator<T> {
    return (input) => ({ valid: true, data: input as T, errorMessage: undefined });
  },
};

const CAPABILITIES: ServerCapabilities = { tools: {}, resources: {}, prompts: {}, completions: {}, logging: {} };

/**
 * Makes a factory of protocol servers over one set of offers. The low-level server of the SDK with our own handlers:
 * lists are computed once, errors of tools are answers, and unknown names get the nearest one.
 */
export function serverFactory(parts: ServerParts): ServerFactory {
  const complete = createCompleter();
  const ours: Offer = {
    tools: offerTools(parts),
    resources: offerResources(parts, complete),
    prompts: offerPrompts(parts, complete),
  };
  const offers = [ours, ...(parts.more ?? [])];
  const installers = [
    answerTools(
      offers.flatMap(({ tools }) => tools ?? []),
      parts.tasks,
    ),
    ...(parts.tasks === undefined ? [] : [answerTasks(parts.tasks)]),
    answerResources(offers.flatMap(({ resources }) => resources ?? [])),
    answerPrompts(offers.flatMap(({ prompts }) => prompts ?? [])),
    answerCompletions(offers),
  ];
  const identity = { name: 'fairlead', title: 'Fairlead', version: parts.version };
  const options = {
    capabilities: offers.reduce((all, { capabilities }) => mergeCapabilities(all, capabilities ?? {}), ownCapabilities(parts)),
    instructions: instructionsFor(parts.tools),
    cacheHints: CACHE_HINTS,
    jsonSchemaValidator: UNCHECKED,
  };
  return (session) => {
    const server = new Server(identity, options);
    const log = clientLog(server);
    const exchangeOf = (request: ServerContext): Exchange => ({
      request,
      session,
      modern: isModern(request),
      canAsk: canAsk(server, request),
      log: (level, data) => log(request, level, data),
    });
    for (const install of installers) install(server, exchangeOf);
    for (const offer of offers) offer.install?.(server);
    return server;
  };
}

function ownCapabilities({ tasks }: ServerParts): ServerCapabilities {
  return tasks === undefined ? CAPABILITIES : { ...CAPABILITIES, extensions: { [TASKS_EXTENSION]: {} } };
}
