import type { Readable, Writable } from 'node:stream';

/** What can go wrong with bytes on their way. */
type BodyFault =
  | { readonly kind: 'cut' | 'half-open' | 'reset'; readonly afterBytes: number }
  | { readonly kind: 'slow'; readonly bytes: number; readonly everyMilliseconds: number };

/** Hands bytes on from one end to the other, as far as the fault lets them. */
export function withBodyFault(from: Readable, to: Writable, fault: { readonly kind: string } | undefined): void {
  from.on('error', () => to.destroy());
  to.on('error', () => from.destroy());
  if (isBodyFault(fault)) {
    if (fault.kind === 'slow') drip(from, to, fault);
    else stopAfter(from, to, fault);
  } else from.pipe(to);
}

const isBodyFault = (fault: { readonly kind: string } | undefined): fault is BodyFault =>
  fault !== undefined && (fault.kind === 'slow' || 'afterBytes' in fault);

function stopAfter(
  from: Readable,
  to: Writable,
  { kind, afterBytes }: Extract<BodyFault, { readonly afterBytes: number }>,
): void {
  let left = afterBytes;
  from.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, Math.max(0, left));
    left -= chunk.length;
    const done = (): void => {
      if (left >= 0 || kind === 'half-open') return;
      from.destroy();
      if (kind === 'reset' && 'resetAndDestroy' in to) (to as Writable & { resetAndDestroy(): void }).resetAndDestroy();
      else to.destroy();
    };
    if (part.length > 0) to.write(part, done);
    else done();
  });
  from.on('end', () => {
    if (left >= 0) to.end();
  });
}

function drip(from: Readable, to: Writable, { bytes, everyMilliseconds }: Extract<BodyFault, { kind: 'slow' }>): void {
  let waiting = Buffer.alloc(0);
  let ended = false;
  from.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
  });
  from.on('end', () => {
    ended = true;
  });
  const timer = setInterval(() => {
    if (waiting.length > 0) to.write(waiting.subarray(0, bytes));
    waiting = waiting.subarray(bytes);
    if (ended && waiting.length === 0) to.end();
  }, everyMilliseconds);
  to.on('close', () => clearInterval(timer));
  to.on('finish', () => clearInterval(timer));
}
