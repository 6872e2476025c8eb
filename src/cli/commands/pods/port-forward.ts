import { listen, type Forward } from '../../../operations/forward/index.ts';
import { quoted, UsageError } from '../../../platform/index.ts';
import { sayJson, type CommandCall } from '../command.ts';
import { inPods, subjectOf, usage, type PodPlace, type Subject } from './place.ts';

/** The longest that a timer can be told to wait, 24 days: a person ends a forward, and no idle time. */
const FOREVER = 2 ** 31 - 1;
/** Connections at the same time; what a browser opens stays far below. */
const CONNECTIONS = 1_024;

interface PortPair {
  /** 0 for one that is free. */
  readonly local: number;
  /** A number, or a name; undefined for the only one that there is. */
  readonly remote: string | undefined;
}

/** Opens ports on 127.0.0.1 that lead to a pod, Service or workload, until the process is told to end. */
export async function portForward(call: CommandCall): Promise<number> {
  const [word, ...pairs] = call.words;
  if (word === undefined)
    throw usage('fairlead port-forward takes a pod or KIND/NAME, and ports.', 'E.g. fairlead port-forward svc/web 8080:80');
  const subject = subjectOf(word);
  const ports = pairs.length === 0 ? [{ local: 0, remote: undefined }] : pairs.map(pairOf);
  return inPods(call, async (place) => {
    const forwards: Forward[] = [];
    try {
      for (const pair of ports) forwards.push(await open(place, subject, pair));
      if (call.json)
        sayJson(
          call,
          forwards.map(({ localPort, pod, target }) => ({ local_port: localPort, port: target.port, pod })),
        );
      else call.terminal.say(...forwards.map((forward) => `Forwarding from ${lineOf(forward)}`));
      await aborted(place.signal);
    } finally {
      for (const forward of forwards) forward.close();
    }
    return 0;
  });
}

async function open({ connection, namespace }: PodPlace, subject: Subject, { local, remote }: PortPair): Promise<Forward> {
  try {
    return await listen(
      connection,
      { namespace, ...subject, port: remote },
      { localPort: local, idle: FOREVER, connections: CONNECTIONS },
    );
  } catch (error) {
    if (!(error instanceof UsageError) || error.field !== 'local_port') throw error;
    throw usage(error.message, `Say :${remote ?? 'PORT'} to get one that is free.`);
  }
}

function lineOf({ localPort, target, pod }: Forward): string {
  const port = target.port === undefined ? '' : ` ${target.port}`;
  const through = target.kind === 'pod' ? '' : ` (now pod ${pod})`;
  return `127.0.0.1:${localPort} -> ${target.kind}/${target.name}${port}${through}`;
}

/** `8080`, `8080:80`, `:80`, `8080:http`, `http`; the local one of a name alone is one that is free. */
function pairOf(text: string): PortPair {
  const [, local, remote] = /^(?:(\d*):)?(\d+|[a-z0-9-]*[a-z][a-z0-9-]*)$/i.exec(text) ?? [];
  const number = local === undefined ? (/^\d+$/.test(remote ?? '') ? Number(remote) : 0) : Number(local);
  if (remote !== undefined && number <= 65_535) return { local: number, remote };
  throw usage(`${quoted(text, 40)} is no pair of ports.`, 'Say LOCAL:REMOTE, :REMOTE or PORT; a remote one may be a name.');
}

/** Ends when the signal is aborted, and keeps the process until then. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const keep = setInterval(() => undefined, FOREVER);
    const end = (): void => {
      clearInterval(keep);
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
