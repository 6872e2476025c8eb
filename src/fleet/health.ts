import {
  getObject,
  getTable,
  isKubernetesError,
  KubernetesError,
  listAt,
  NODES,
  textAt,
  type Connection,
} from '../kubernetes/index.ts';
import { ageOf, messageOf } from '../platform/index.ts';

/** `unknown` says that a check could not run; it is never taken for health. */
export type HealthStatus = 'ok' | 'degraded' | 'unhealthy' | 'unknown';

/** How far a probe came. */
export type Reach =
  | 'answered'
  /** Connected, or not even that, and no reply within the time allowed. */
  | 'no-answer'
  /** Nothing listens, no such host, no route, wrong certificate. */
  | 'unreachable'
  /** The server does not know us, or there are no credentials to show. */
  | 'not-logged-in';

export interface ClusterHealth {
  readonly status: HealthStatus;
  readonly reach: Reach;
  /** The server's version: `v1.36.3`. */
  readonly version?: string | undefined;
  readonly nodes?: { readonly ready: number; readonly total: number } | undefined;
  /** What is wrong, or could not be found out; empty when all is well. */
  readonly reasons: readonly string[];
  readonly milliseconds: number;
}

/** Milliseconds for each check of a probe: a cluster that needs longer is told as one that does not answer. */
const PROBE_DEADLINE = 2_000;
/** Nodes that are looked into for the reason. */
const NODES_EXPLAINED = 3;

interface Finding {
  readonly status: HealthStatus;
  readonly reasons: readonly string[];
}

const WORST: readonly HealthStatus[] = ['unhealthy', 'degraded', 'unknown', 'ok'];

/**
 * Asks a cluster how it is: its own readiness and liveness checks, its version, its nodes, all at the same time.
 *
 * A node that is not ready makes it degraded, fewer than half ready unhealthy, and what could not be asked unknown.
 */
export async function probe(connection: Connection, now: number): Promise<ClusterHealth> {
  const started = performance.now();
  const [version, ready, live, nodes] = await Promise.all([
    settle(async () =>
      textAt(await connection.request({ verb: 'get', nonResource: '/version' }, { deadline: PROBE_DEADLINE }), 'gitVersion'),
    ),
    settle(() =>
      connection.request({ verb: 'get', nonResource: '/readyz', query: { verbose: '' } }, { deadline: PROBE_DEADLINE }),
    ),
    settle(() => connection.request({ verb: 'get', nonResource: '/livez' }, { deadline: PROBE_DEADLINE })),
    settle(() => getTable(connection, NODES, { rows: 'cells', deadline: PROBE_DEADLINE })),
  ]);
  const milliseconds = performance.now() - started;
  const lost = lostReach(ready.error);
  if (lost !== undefined) return { status: 'unknown', reach: lost, reasons: [messageOf(ready.error)], milliseconds };
  const findings: Finding[] = [endpointFinding('readiness', ready), endpointFinding('liveness', live)];
  let counts: ClusterHealth['nodes'];
  if (nodes.value === undefined) findings.push({ status: 'unknown', reasons: [`nodes: ${shortReason(nodes.error)}`] });
  else {
    const rows = nodes.value.rows.map(({ cells }) => ({ name: String(cells[0]), status: String(cells[1]) }));
    const notReady = rows.filter((row) => !/^Ready\b/.test(row.status));
    counts = { ready: rows.length - notReady.length, total: rows.length };
    findings.push(
      await nodeFinding(
        connection,
        counts,
        notReady.map((row) => row.name),
        now,
      ),
    );
  }
  const status = WORST.find((each) => findings.some((finding) => finding.status === each)) ?? 'unknown';
  return {
    status,
    reach: 'answered',
    version: version.value,
    nodes: counts,
    reasons: findings.flatMap((finding) => finding.reasons),
    milliseconds,
  };
}

interface Settled<T> {
  readonly value?: T;
  readonly error?: unknown;
}

async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

/** How a probe failed as a whole, judged by the check that every caller may make; undefined when the server answered it. */
function lostReach(error: unknown): Reach | undefined {
  if (error === undefined) return undefined;
  if (isKubernetesError(error, 'unreachable')) return 'unreachable';
  if (isKubernetesError(error, 'unauthorized', 'credentials')) return 'not-logged-in';
  if (isKubernetesError(error, 'timeout') && error.status === undefined) return 'no-answer';
  return error instanceof KubernetesError ? undefined : 'no-answer';
}

/** What `/readyz` or `/livez` says; the checks that failed are the lines that begin with `[-]`. */
function endpointFinding(what: string, answer: Settled<unknown>): Finding {
  if (answer.error === undefined) return { status: 'ok', reasons: [] };
  if (!(answer.error instanceof KubernetesError) || answer.error.code !== 'server') {
    return { status: 'unknown', reasons: [`${what}: ${shortReason(answer.error)}`] };
  }
  const failed = (answer.error.serverMessage ?? '').split('\n').flatMap((line) => /^\[-\](\S+)/.exec(line)?.[1] ?? []);
  return {
    status: 'unhealthy',
    reasons: [`${what} fails: ${failed.length === 0 ? `status ${answer.error.status ?? '?'}` : failed.join(', ')}`],
  };
}

/** Why a check could not run, without what the line says anyway. */
function shortReason(error: unknown): string {
  if (isKubernetesError(error, 'forbidden')) return 'not allowed to ask';
  if (isKubernetesError(error, 'timeout')) return 'no answer in time';
  return messageOf(error);
}

async function nodeFinding(
  connection: Connection,
  counts: { readonly ready: number; readonly total: number },
  notReady: readonly string[],
  now: number,
): Promise<Finding> {
  if (counts.total === 0) return { status: 'degraded', reasons: ['there are no nodes'] };
  if (notReady.length === 0) return { status: 'ok', reasons: [] };
  const explained = await Promise.all(notReady.slice(0, NODES_EXPLAINED).map((name) => explainNode(connection, name, now)));
  const more = notReady.length > NODES_EXPLAINED ? `, and ${notReady.length - NODES_EXPLAINED} more` : '';
  return {
    status: counts.ready * 2 < counts.total ? 'unhealthy' : 'degraded',
    reasons: [`${notReady.length} of ${counts.total} nodes not ready (${explained.join('; ')}${more})`],
  };
}

/** `ip-10-3-0-7: KubeletNotReady, 3h`. */
async function explainNode(connection: Connection, name: string, now: number): Promise<string> {
  const { value } = await settle(() => getObject(connection, NODES, { name }));
  const condition = listAt(value, 'status', 'conditions').find((each) => textAt(each, 'type') === 'Ready');
  const since = ageOf(textAt(condition, 'lastTransitionTime'), now);
  return `${name}: ${textAt(condition, 'reason') ?? 'no Ready condition'}${since === '' ? '' : `, ${since}`}`;
}
