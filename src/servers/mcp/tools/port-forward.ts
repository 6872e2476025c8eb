import { count, oneLine, thousands, type Answer, type JsonObject } from '../../../answers/index.ts';
import { listen, type Forward } from '../../../operations/forward/index.ts';
import { UsageError } from '../../../platform/index.ts';
import { NO_SESSION, type Session } from '../session.ts';
import { DISCOVERY, FORWARD_NEEDS } from '../requirements/needs.ts';
import { defineTool, SHARED } from '../tool.ts';
import { oneNamespace } from './place-of.ts';

/** Forwards of one session at the same time. */
const MOST = 10;

/** What each session has open. */
const opened = new WeakMap<Session, Set<Forward>>();

export const portForwardTool = defineTool({
  name: 'kube_port_forward',
  title: 'Forward a local port',
  description:
    'Open a port on 127.0.0.1 of the machine of this server that leads to a pod, service or workload; list or stop those of this session. For one HTTP request use kube_http.',
  arguments: {
    action: { type: 'string', enum: ['start', 'list', 'stop'], description: 'stop without local_port: all', required: true },
    kind: { ...SHARED.kind, description: 'pod, service, deployment, …', default: 'service' },
    name: SHARED.name,
    port: { type: 'string', description: 'number or name; default the only one', maxLength: 63 },
    local_port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'default a free one' },
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
  },
  effect: 'change',
  toolset: 'exec',
  permission: 'port-forward',
  needs: FORWARD_NEEDS,
  given: DISCOVERY,
  async run(input, context) {
    const { session } = context;
    if (session === NO_SESSION) throw stateless();
    const own = opened.get(session) ?? new Set();
    opened.set(session, own);
    if (input.action === 'list') return listAnswer([...own], 'open');
    if (input.action === 'stop') return listAnswer(stop(own, input.local_port), 'stopped');
    if (input.name === undefined) {
      throw new UsageError('kube_port_forward needs the argument "name" to start.', { code: 'missing-argument', field: 'name' });
    }
    if (own.size >= MOST) {
      throw new UsageError(`This session has ${MOST} forwards open, which are the most.`, {
        code: 'too-many',
        advice: 'Stop one: kube_port_forward {"action":"stop","local_port":…}.',
      });
    }
    const connection = await context.connect(input.cluster);
    const namespace = oneNamespace('kube_port_forward', input.namespace, connection, context);
    const target = { namespace, kind: input.kind ?? 'service', name: input.name, port: input.port };
    // It goes on when this call has ended.
    const lasting = connection.during({ origin: 'kube_port_forward' });
    const close = (): void => forward.close();
    const forward = await listen(lasting, target, {
      localPort: input.local_port,
      onClose: () => {
        own.delete(forward);
        session.ended.removeEventListener('abort', close);
      },
    });
    own.add(forward);
    session.ended.addEventListener('abort', close);
    // The client may have gone while the port was opened.
    if (session.ended.aborted) close();
    return {
      text: () =>
        `127.0.0.1:${forward.localPort} leads to ${sayTarget(forward)} (now pod ${forward.pod}). It ends after 10 minutes without a connection, or with this session.`,
      data: () => dataOf(forward),
    };
  },
});

function stop(own: Set<Forward>, localPort: number | undefined): readonly Forward[] {
  const wanted = [...own].filter((forward) => localPort === undefined || forward.localPort === localPort);
  if (localPort !== undefined && wanted.length === 0) {
    const ports = [...own].map((forward) => forward.localPort);
    throw new UsageError(`No forward of this session has the local port ${localPort}.`, {
      code: 'invalid-argument',
      field: 'local_port',
      advice: ports.length === 0 ? 'None is open.' : `Open: ${ports.join(', ')}.`,
    });
  }
  for (const forward of wanted) forward.close();
  return wanted;
}

function listAnswer(forwards: readonly Forward[], state: string): Answer {
  const lines = forwards.map((forward) => {
    const { localPort, pod, open, made, bytesIn, bytesOut, problem } = forward;
    const trouble = problem === undefined ? '' : `; latest failed: ${oneLine(problem, 200)}`;
    return `127.0.0.1:${localPort} → ${sayTarget(forward)}, pod ${pod}: ${count(open, 'connection')} open of ${thousands(made)}, ${thousands(bytesIn)} bytes in, ${thousands(bytesOut)} out${trouble}`;
  });
  return {
    text: (budget) => budget.spend([`${count(forwards.length, 'forward')} ${state}.`, ...lines].join('\n')),
    data: () => ({ state, forwards: forwards.map(dataOf) }),
  };
}

function sayTarget({ target, cluster }: Forward): string {
  const port = target.port === undefined ? '' : `port ${target.port} of `;
  return `${port}${target.kind} ${target.name} in namespace ${target.namespace} of cluster ${cluster}`;
}

function dataOf(forward: Forward): JsonObject {
  const { localPort, cluster, pod, open, made, bytesIn, bytesOut, problem, target } = forward;
  const { namespace, kind, name, port } = target;
  return {
    localPort,
    cluster,
    namespace,
    kind,
    name,
    ...(port !== undefined && { port }),
    pod,
    open,
    made,
    bytesIn,
    bytesOut,
    ...(problem !== undefined && { problem: oneLine(problem, 400) }),
  };
}

function stateless(): UsageError {
  return new UsageError('No port can be kept open here: over this connection every request stands for itself.', {
    code: 'stateless',
    advice: 'kube_http sends one request at a time.',
  });
}
