import { expect, it } from 'vitest';

import { failure } from '../../test/support/wire.ts';
import { whole, type Sending } from './exchange.ts';
import type { Dispatcher } from './undici.ts';

const SENDING: Sending = { origin: 'https://test', path: '/', method: 'GET', signal: new AbortController().signal };

/** Answers with this chunk for as long as somebody listens, at most so often; tells how often that was. */
function answering(chunk: Buffer, most: number): { readonly dispatcher: Dispatcher; readonly sent: () => number } {
  let sent = 0;
  const over = new AbortController();
  const controller = { abort: (reason: Error) => over.abort(reason) } as unknown as Dispatcher.DispatchController;
  const dispatcher = {
    dispatch: (_: unknown, handler: Dispatcher.DispatchHandler) => {
      handler.onRequestStart?.(controller, {});
      handler.onResponseStart?.(controller, 200, {});
      for (; sent < most && !over.signal.aborted; sent++) handler.onResponseData?.(controller, chunk);
      if (over.signal.aborted) handler.onResponseError?.(controller, over.signal.reason as Error);
      else handler.onResponseEnd?.(controller, {});
    },
  } as unknown as Dispatcher;
  return { dispatcher, sent: () => sent };
}

it('gives the text of an answer, whatever the parts that it came in', async () => {
  const { dispatcher } = answering(Buffer.from('ü'), 3);
  expect((await whole(dispatcher, SENDING)).body).toEqual({ text: 'üüü', bytes: 6 });
});

it('gives up an answer that has become longer than any text can be', async () => {
  const { dispatcher, sent } = answering(Buffer.alloc(16 * 1024 * 1024), 40);
  expect(await failure(whole(dispatcher, SENDING))).toMatchObject({ code: 'ERR_STRING_TOO_LONG' });
  expect(sent()).toBe(32);
});
