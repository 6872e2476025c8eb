import type { Connection } from '../../../kubernetes/index.ts';
import { UsageError } from '../../../platform/index.ts';

/** Milliseconds that one copy may take. */
const LONGEST = 300_000;

/** Ends a copy that takes too long: files of the kernel can be read for ever. */
export async function inTime<Result>(connection: Connection, work: (bounded: Connection) => Promise<Result>): Promise<Result> {
  const late = new AbortController();
  const { signal } = connection.call;
  const timer = setTimeout(() => {
    late.abort(
      new UsageError(`The copy took longer than ${LONGEST / 1_000} s.`, { code: 'copy-failed', advice: 'Copy a part of it.' }),
    );
  }, LONGEST);
  try {
    return await work(
      connection.during({
        ...connection.call,
        signal: AbortSignal.any([late.signal, ...(signal === undefined ? [] : [signal])]),
      }),
    );
  } finally {
    clearTimeout(timer);
  }
}
