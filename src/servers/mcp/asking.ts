import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  ProtocolError,
  ProtocolErrorCode,
  type ClientCapabilities,
  type ElicitRequestFormParams,
  type InputRequiredResult,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { questionOf } from '../../answers/index.ts';
import { stateKey } from '../../platform/index.ts';
import type { Exchange } from './offer.ts';
import type { Person, Question, Reply, Said } from './person.ts';

/** The key of the one question that a call can lead to. */
const KEY = 'confirm';

/** How long a person has, in milliseconds: as long as a plan lives. */
export const PATIENCE = 10 * 60_000;

/** What travels through the client and back: whose question this is. */
interface State {
  readonly plan: string;
  readonly digest: string;
  /** The session, the tool and its arguments: an answer does not fit another call. */
  readonly call: string;
}

/** A call that may lead to a question. */
export interface AskingCall {
  readonly tool: string;
  readonly given: unknown;
  readonly exchange: Exchange;
}

/**
 * Asks the person behind a client, in both protocol eras. Since 2026-07-28 the call ends with the question and comes back
 * with the answer; before, the client is asked while the call waits.
 */
export class Asking {
  readonly #patience: number;
  #codec: ReturnType<typeof createRequestStateCodec<State>> | undefined;

  /** @param patience milliseconds that a person has for an answer */
  constructor(patience: number = PATIENCE) {
    this.#patience = patience;
  }

  /**
   * The person behind the client, with their answer when the call brings one; undefined for a client that cannot ask.
   * @throws ProtocolError (invalid params) for an answer to a question that was not put by this call
   */
  async person(call: AskingCall): Promise<Person | undefined> {
    const { request, canAsk } = call.exchange;
    if (!canAsk) return undefined;
    const state = request.mcpReq.requestState<string>();
    if (state === undefined) return {};
    const { plan, digest } = await this.#verified(state, call);
    const view = inputResponse(request.mcpReq.inputResponses, KEY);
    // The question came back without an answer: it is put once more.
    if (view.kind !== 'elicit') return {};
    return { reply: { plan, digest, said: saidBy(view) } };
  }

  /** The question as the end of a call of 2026-07-28. */
  async end(question: Question, call: AskingCall): Promise<InputRequiredResult> {
    const { plan, digest } = question;
    return inputRequired({
      inputRequests: { [KEY]: inputRequired.elicit(formOf(question)) },
      requestState: await this.#codecOf().mint({ plan, digest, call: digestOf(call) }),
    });
  }

  /** The question to a client of 2025, while its call waits. The SDK's own shim would answer a timeout in its own words. */
  async wait(question: Question, { exchange: { request } }: AskingCall): Promise<Reply> {
    const { plan, digest } = question;
    const { signal } = request.mcpReq;
    try {
      const answer = await request.mcpReq.elicitInput(formOf(question), { timeout: this.#patience, signal });
      return { plan, digest, said: saidBy(answer) };
    } catch {
      signal.throwIfAborted();
      return { plan, digest, said: 'unanswered' };
    }
  }

  async #verified(state: string, call: AskingCall): Promise<State> {
    let payload: State | undefined;
    try {
      payload = await this.#codecOf().verify(state, call.exchange.request);
    } catch {
      // Forged, cut or too old: all the same to us.
    }
    if (payload?.call === digestOf(call)) return payload;
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      'This request state is not ours, too old, or of another call. Nothing was changed; make the call again without it.',
    );
  }

  #codecOf() {
    return (this.#codec ??= createRequestStateCodec<State>({ key: stateKey('confirm'), ttlSeconds: this.#patience / 1000 }));
  }
}

/** Whether a client can put a form before a person. Before 2025-11-25 the capability had no parts. */
export function canAsk(server: Server, request: ServerContext): boolean {
  const envelope: Readonly<Record<string, unknown>> | undefined = request.mcpReq.envelope;
  const declared = envelope === undefined ? server.getClientCapabilities() : envelope[CLIENT_CAPABILITIES_META_KEY];
  const elicitation = (declared as ClientCapabilities | undefined)?.elicitation;
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

/** One field that has to be set to true: a client that accepts by itself with what is there accepts nothing. */
function formOf({ message, plan, title = `Apply ${plan}` }: Question): ElicitRequestFormParams {
  return {
    message,
    requestedSchema: {
      type: 'object',
      properties: { apply: { type: 'boolean', title, description: 'true allows it, false refuses it' } },
      required: ['apply'],
    },
  };
}

function saidBy(answer: { readonly action: string; readonly content?: Readonly<Record<string, unknown>> | undefined }): Said {
  if (answer.action === 'accept') return answer.content?.['apply'] === true ? 'accepted' : 'declined';
  return answer.action === 'decline' ? 'declined' : 'cancelled';
}

function digestOf({ tool, given, exchange }: AskingCall): string {
  return `${exchange.session.id} ${questionOf(tool, (given ?? {}) as Readonly<Record<string, unknown>>)}`;
}
