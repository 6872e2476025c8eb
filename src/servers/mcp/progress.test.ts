import type { ServerContext } from '@modelcontextprotocol/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { progressReporter } from './progress.ts';

interface Sent {
  readonly progressToken: string;
  readonly progress: number;
  readonly total?: number;
  readonly message: string;
}

/** A request with a token, and what was sent to its client. */
function requestOf(meta: object | undefined) {
  const sent: Sent[] = [];
  const notify = async ({ params }: { params: Sent }): Promise<void> => void sent.push(params);
  return { sent, request: { mcpReq: { _meta: meta, notify } } as unknown as ServerContext };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('progress', () => {
  it('is not reported to who did not ask', () => {
    expect(progressReporter(requestOf(undefined).request)).toBeUndefined();
    expect(progressReporter(requestOf({}).request)).toBeUndefined();
  });

  it('leaves short calls alone', () => {
    const { request, sent } = requestOf({ progressToken: 't' });
    const reporter = progressReporter(request);
    reporter?.report('a', 1, 2);
    reporter?.report('b', 2, 2);
    reporter?.end();
    vi.runAllTimers();
    expect(sent).toEqual([]);
  });

  it('thins out what comes too fast, and keeps the last before a silence', () => {
    const { request, sent } = requestOf({ progressToken: 't' });
    const reporter = progressReporter(request);
    for (let done = 1; done <= 35; done++) reporter?.report(`cluster ${done}`, done, 40);
    vi.advanceTimersByTime(10_000);
    expect(sent).toEqual([{ progressToken: 't', message: 'cluster 35', progress: 35, total: 40 }]);
    reporter?.report('cluster 36', 36, 40);
    reporter?.report('cluster 37', 37, 40);
    expect(sent.at(-1)?.progress).toBe(36);
    vi.advanceTimersByTime(300);
    expect(sent.map(({ progress }) => progress)).toEqual([35, 36, 37]);
  });

  it('only ever increases', () => {
    const { request, sent } = requestOf({ progressToken: 0 });
    const reporter = progressReporter(request);
    vi.advanceTimersByTime(300);
    for (const done of [1, 1, 0, Number.NaN, -3, 2, 1.5]) {
      reporter?.report('x', done);
      vi.advanceTimersByTime(300);
    }
    expect(sent.map(({ progress }) => progress)).toEqual([1, 2]);
    expect(sent[0]).not.toHaveProperty('total');
  });

  it('stops with the answer', () => {
    const { request, sent } = requestOf({ progressToken: 't' });
    const reporter = progressReporter(request);
    vi.advanceTimersByTime(300);
    reporter?.end();
    reporter?.report('late', 5);
    vi.runAllTimers();
    expect(sent).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
