import { redactText } from '../../access/index.ts';
import { podRequest, type KubernetesObject } from '../../kubernetes/index.ts';
import { redactedHead } from '../cut-text.ts';
import type { LogTail } from './facts.ts';
import type { Lookup } from './lookup.ts';

/** Lines asked for: what a program says as it dies is at the end, a stack trace below it included. */
const TAIL = 40;
/** Bytes at most; the kubelet counts them from the start of the tail. */
const LIMIT = 64 * 1024;
/** Milliseconds; a kubelet that hangs must not hold up what is known already. */
const DEADLINE = 5_000;
/** Lines told. */
const TOLD = 3;
/** Characters of a line: what a program says of its end it says at the beginning. */
const LINE = 500;

/**
 * Lines that say why a program ends. Words that stand in good news as well (`0 errors`) must not decide alone: the last
 * line is told in any case.
 */
const TELLING: readonly { readonly pattern: RegExp; readonly from: string }[] = [
  { pattern: /^panic:|\bpanicked at\b/, from: 'Go, Rust' },
  { pattern: /^fatal\b|\bFATAL\b|"level":"?(?:fatal|60)\b/i, from: 'loggers' },
  { pattern: /^(?:[\w.$]+)?(?:Error|Exception)(?::|$)|^Caused by:|^Traceback/, from: 'JVM, Python, Node' },
  { pattern: /\berror\b[:=]|\[error\]|\bERROR\b|"level":"?(?:error|50)\b/, from: 'loggers' },
];

const HARMLESS = /\b(?:0|no) errors?\b/i;

/** The lines of a log that tell why it ended: the most telling one and the last, in their order. */
export function tellingLines(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '');
  const last = lines.length - 1;
  if (last < 0) return [];
  const best = TELLING.map(({ pattern }) => lines.findLastIndex((line) => pattern.test(line) && !HARMLESS.test(line))).find(
    (index) => index >= 0,
  );
  // A telling line explains itself better with the one after it than with the end of a stack trace.
  const wanted = best === undefined ? [last - 1, last] : best === last ? [last - 1, last] : [best, best + 1, last];
  return [...new Set(wanted)]
    .filter((index) => index >= 0)
    .slice(0, TOLD)
    .flatMap((index) => lines[index]?.slice(0, LINE) ?? []);
}

/**
 * The telling end of a container's log, or undefined when it has none or it cannot be read (which is noted).
 * @param previous of the instance that ended, where another runs or starts
 */
export async function readTail(
  look: Lookup,
  pod: KubernetesObject,
  container: string,
  previous: boolean,
): Promise<LogTail | undefined> {
  const name = pod.metadata?.name ?? '';
  const query = { container, tailLines: String(TAIL), limitBytes: String(LIMIT), ...(previous && { previous: 'true' }) };
  const text = await look.attempt(`log of ${name}`, async () =>
    look.connection.request(podRequest('log', { namespace: pod.metadata?.namespace, name }, { query, accept: '*/*' }), {
      deadline: DEADLINE,
    }),
  );
  if (typeof text !== 'string') return undefined;
  // Redacted before lines are chosen: a secret may span more than one.
  const lines = tellingLines(Buffer.byteLength(text) < LIMIT ? redactText(text) : redactedHead(text));
  return lines.length === 0 ? undefined : { pod: name, container, previous, lines };
}
