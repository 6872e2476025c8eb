import type { Sink } from '../programs/index.ts';

/** How a command ended: with a code, or not even begun. */
export type Outcome = { readonly code: number } | { readonly failed: string };

interface OutcomeStatus {
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes: readonly { readonly reason?: string; readonly message: string }[] };
  readonly code?: number;
}

/** Tells the client how it went, on the error channel and in the words of its version of the protocol. */
export async function sayOutcome(channel: Sink, protocol: string, argv: readonly string[], outcome: Outcome): Promise<void> {
  const status = statusOf(outcome, protocol, argv);
  const isPlain = !/^v[45]\./.test(protocol);
  if (isPlain) await channel.write(status.message ?? '');
  else await channel.write(JSON.stringify({ metadata: {}, ...status }));
}

/** In `v5` the API server translates, and puts its own words before the kubelet's. */
function statusOf(outcome: Outcome, protocol: string, argv: readonly string[]): OutcomeStatus {
  const translated = protocol.startsWith('v5.');
  if ('failed' in outcome) {
    const cause = translated ? `Internal error occurred: ${outcome.failed}` : outcome.failed;
    const message = `Internal error occurred: ${cause}`;
    return { status: 'Failure', message, reason: 'InternalError', details: { causes: [{ message: cause }] }, code: 500 };
  }
  if (outcome.code === 0) return { status: 'Success' };
  const why = translated
    ? `command terminated with exit code ${outcome.code}`
    : `error executing command [${argv.join(' ')}], exit code ${outcome.code}`;
  return {
    status: 'Failure',
    message: `command terminated with non-zero exit code: ${why}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(outcome.code) }] },
  };
}
