import type { ServerContext } from '@modelcontextprotocol/server';

/** Says how far a call has come: what is happening, so many of so many. */
export type Progress = (message: string, done: number, total?: number) => void;

/** Milliseconds between two notifications, and before the first: a short call stays one answer without a stream. */
const INTERVAL = 250;

/**
 * Counts the clusters that have answered in one call, over all rounds of asking them.
 * @param total answers to come, where that is known
 */
export function clustersDone(progress: Progress | undefined, total?: number): ((cluster: string) => void) | undefined {
  if (progress === undefined) return undefined;
  let done = 0;
  return (cluster) => progress(`cluster ${cluster}`, ++done, total);
}

export interface ProgressReporter {
  readonly report: Progress;
  /** After this nothing is sent any more; a call that has answered makes no progress. */
  end(): void;
}

/**
 * Reports progress to a client that asked for it with a token; undefined for all others.
 *
 * What is sent always increases strictly, as the protocol demands: a report that is no further than the last is dropped.
 * Reports that come too fast are thinned out, but the last one before a silence is always sent.
 */
export function progressReporter(request: ServerContext): ProgressReporter | undefined {
  const { _meta: meta } = request.mcpReq;
  const progressToken = meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let last = 0;
  let waiting: { readonly message: string; readonly progress: number; readonly total?: number } | undefined;
  let free = false;
  const send = (): void => {
    free = waiting === undefined;
    if (waiting === undefined) return;
    // A client that is gone needs no progress, and its call learns of that elsewhere.
    request.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, ...waiting } }).catch(() => undefined);
    waiting = undefined;
    timer.refresh();
  };
  const timer = setTimeout(send, INTERVAL);
  timer.unref();
  let ended = false;
  return {
    report(message, done, total) {
      if (ended || !(done > last)) return;
      last = done;
      waiting = { message, progress: done, ...(total !== undefined && { total }) };
      if (free) send();
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
