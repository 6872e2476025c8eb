import {
  getTable,
  isKubernetesError,
  NODES,
  textAt,
  type Connection,
  type KindIndex,
  type ResourceKind,
} from '../kubernetes/index.ts';
import { isFairlead, messageOf } from '../platform/index.ts';
import type { Check, CheckName } from './doctor-facts.ts';

/** Older servers have no aggregated discovery: it works, and costs a request for every API group. */
const AGGREGATED_SINCE = 27;
/** How many minor versions a kubelet may be behind. https://kubernetes.io/releases/version-skew-policy/#kubelet */
const KUBELET_BEHIND = 3;

/** An error as a check: what happened, and what its advice says. */
export function failedCheck(name: CheckName, error: unknown, verdict: Check['verdict'] = 'unknown'): Check {
  const advice = isFairlead(error) ? error.advice : undefined;
  return { name, verdict, says: messageOf(error).replace(/\.$/, ''), mend: advice };
}

/** The version, as far as it matters to a client. */
export function judgeVersion(gitVersion: string | undefined): Check {
  if (gitVersion === undefined) return { name: 'version', verdict: 'unknown', says: 'the server does not tell its version' };
  const minor = minorOf(gitVersion);
  if (minor === undefined || minor >= AGGREGATED_SINCE) return { name: 'version', verdict: 'ok', says: gitVersion };
  return {
    name: 'version',
    verdict: 'warning',
    says: `${gitVersion} has no aggregated discovery: the first question takes one request for every API group`,
    mend: `Kubernetes 1.${AGGREGATED_SINCE} and newer need two.`,
  };
}

/** The server's own readiness, the checks that fail by name. */
export async function checkReadiness(connection: Connection): Promise<Check> {
  try {
    await connection.request({ verb: 'get', nonResource: '/readyz', query: { verbose: '' } });
    return { name: 'readiness', verdict: 'ok', says: 'ready' };
  } catch (error) {
    if (!isKubernetesError(error, 'server')) throw error;
    // A check that fails is a line that begins with `[-]`.
    const failed = (error.serverMessage ?? '').split('\n').flatMap((line) => /^\[-\](\S+)/.exec(line)?.[1] ?? []);
    const says = failed.length === 0 ? `/readyz answers ${error.status ?? '?'}` : `not ready: ${failed.join(', ')}`;
    return {
      name: 'readiness',
      verdict: 'problem',
      says,
      mend: 'The control plane needs a look: the log of its API server says why.',
    };
  }
}

/** What is served, and the groups that are announced and do not answer. */
export function judgeDiscovery({ kinds, broken }: KindIndex): Check {
  const resources = new Set(kinds.map((kind: ResourceKind) => `${kind.group}/${kind.resource}`)).size;
  const groups = new Set(kinds.map((kind) => kind.group)).size;
  const served = `${resources} kinds in ${groups} API groups`;
  if (broken.length === 0) return { name: 'discovery', verdict: 'ok', says: served };
  return {
    name: 'discovery',
    verdict: 'warning',
    says: `${served}; announced and not answering: ${broken.join(', ')}`,
    mend: 'The service behind an APIService is down: kube_get apiservices says which, or remove the APIService.',
  };
}

/** Whether there is usage to be had. */
export async function checkMetrics(connection: Connection, index: KindIndex): Promise<Check> {
  const METRICS = 'metrics.k8s.io';
  const kind = index.kinds.find((entry) => entry.group === METRICS && entry.resource === 'nodes');
  const isBroken = index.broken.some((entry) => entry.startsWith(`${METRICS}/`));
  const without = 'kube_top shows requests and limits, and no usage';
  if (kind === undefined && !isBroken) {
    const mend = 'Install metrics-server: https://github.com/kubernetes-sigs/metrics-server';
    return { name: 'metrics', verdict: 'warning', says: `no metrics API: ${without}`, mend };
  }
  const down = {
    name: 'metrics',
    verdict: 'warning',
    says: `the metrics API is announced and does not answer: ${without}`,
    mend: 'Look at the pods of metrics-server.',
  } as const;
  if (kind === undefined) return down;
  try {
    await getTable(connection, kind, { rows: 'cells', limit: 1 });
    return { name: 'metrics', verdict: 'ok', says: 'usage is measured' };
  } catch (error) {
    // Not being allowed to look is told with the rights.
    if (isKubernetesError(error, 'forbidden')) return { name: 'metrics', verdict: 'ok', says: 'served' };
    if (isKubernetesError(error, 'server', 'not-found', 'throttled')) return down;
    throw error;
  }
}

/** How far the kubelets are from the server's version. */
export async function checkNodes(connection: Connection, serverVersion: string | undefined): Promise<Check> {
  const name = 'nodes' as const;
  let versions: readonly { readonly node: string; readonly minor: number }[];
  let total: number;
  try {
    const table = await getTable(connection, NODES, { rows: 'cells' });
    const at = table.columnDefinitions.findIndex((column) => column.name === 'Version');
    total = table.rows.length;
    versions = table.rows.flatMap(({ cells }) => {
      const version = cells[at];
      const minor = minorOf(typeof version === 'string' ? version : '');
      return minor === undefined ? [] : [{ node: String(cells[0]), minor }];
    });
  } catch (error) {
    if (isKubernetesError(error, 'forbidden')) return { name, verdict: 'unknown', says: 'their versions may not be read' };
    throw error;
  }
  const server = minorOf(serverVersion ?? '');
  if (server === undefined || versions.length === 0)
    return { name, verdict: total === 0 ? 'warning' : 'ok', says: `${total} nodes` };
  const wrong = versions.filter(({ minor }) => minor > server || server - minor > KUBELET_BEHIND);
  const range = [...new Set(versions.map(({ minor }) => minor))].toSorted((a, b) => a - b).map((minor) => `v1.${minor}`);
  const says = `${total} nodes of ${range.join(', ')}`;
  if (wrong.length === 0) return { name, verdict: 'ok', says };
  return {
    name,
    verdict: 'warning',
    says: `${says}; not supported with this server: ${wrong
      .slice(0, 3)
      .map(({ node, minor }) => `${node} (v1.${minor})`)
      .join(', ')}`,
    mend: `A kubelet may be up to ${KUBELET_BEHIND} minor versions older than the API server, and never newer.`,
  };
}

/** The version in the answer to /version. */
export function gitVersionOf(answer: unknown): string | undefined {
  return textAt(answer, 'gitVersion');
}

function minorOf(version: string): number | undefined {
  const minor = /^v?1\.(\d+)/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}
