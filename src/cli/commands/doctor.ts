import type { ClusterEntry } from '../../fleet/index.ts';
import { examine, type Examination, type ToolNeed } from '../../operations/index.ts';
import { didYouMean, isFairlead, mapBounded, quoted, UsageError } from '../../platform/index.ts';
import { requirementsOf } from '../../servers/mcp/index.ts';
import { enabledBy, isEnabled } from '../enabled.ts';
import { untilInterrupted } from '../told-to-end.ts';
import { sayJson, type CommandCall } from './command.ts';
import { openClusters, sayOrigin, type Clusters } from './doctor-clusters.ts';
import { examinationLines, headOf } from './doctor-text.ts';

/** Clusters that are looked at together: dead ones cost their two seconds once, and not one after the other. */
const TOGETHER = 64;

/** Looks at clusters and says what works, what does not and what to do. The exit code is 0 when all can be used. */
export async function doctor(call: CommandCall): Promise<number> {
  const settings = await call.settings();
  const { policy, tools } = enabledBy(settings);
  const needs = requirementsOf(tools).filter((requirement) => isEnabled(policy, requirement));
  const clusters = openClusters(settings, 'doctor', call.env);
  try {
    const wanted = chosen(await clusters.entries(), call.words);
    const origin = await sayOrigin(settings, call.env);
    const asked = { needs, tools: tools.length };
    const examinations = await untilInterrupted((signal) =>
      mapBounded(wanted, TOGETHER, (entry) => visit(entry, clusters, asked, signal)),
    );
    report(call, examinations, { origin, warnings: clusters.warnings() });
    return examinations.length > 0 && examinations.every(({ usable }) => usable) ? 0 : 1;
  } finally {
    await clusters.close();
  }
}

/** The clusters named, or all. @throws UsageError with the nearest name */
function chosen(entries: readonly ClusterEntry[], words: readonly string[]): readonly ClusterEntry[] {
  const names = words.flatMap((word) => word.split(',')).filter((word) => word !== '');
  if (names.length === 0) return entries;
  return names.map((name) => {
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry !== undefined) return entry;
    const known = entries.map((candidate) => candidate.name);
    throw new UsageError(`No cluster ${quoted(name, 80)}${didYouMean(name.slice(0, 80), known) || '.'}`, {
      code: 'unknown-cluster',
      field: 'cluster',
      advice: known.length === 0 ? 'No cluster is configured.' : `Clusters: ${known.slice(0, 20).join(', ')}.`,
    });
  });
}

async function visit(
  entry: ClusterEntry,
  clusters: Clusters,
  asked: { readonly needs: readonly ToolNeed[]; readonly tools: number },
  signal: AbortSignal,
): Promise<Examination> {
  try {
    const connection = await clusters.connect(entry.name, signal);
    return await examine(connection, {
      ...asked,
      namespace: clusters.namespaceOn(connection),
      now: () => Date.now(),
      login: (limit) => connection.during({ ...connection.call, signal: limit }).login(),
      clockSkew: () => connection.clockSkew,
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!isFairlead(error)) throw error;
    const says = error.message.replace(/\.$/, '');
    const checks = [{ name: 'configuration', verdict: 'problem', says, mend: error.advice }] as const;
    const { name: cluster, server, identity } = entry;
    return { cluster, server, identity, usable: false, checks, milliseconds: 0 };
  }
}

function report(
  call: CommandCall,
  examinations: readonly Examination[],
  { origin, warnings }: { readonly origin: string; readonly warnings: readonly string[] },
): void {
  if (call.json) {
    const usable = examinations.filter((examination) => examination.usable).length;
    sayJson(call, { clusters: examinations.length, usable, origin, warnings, examinations });
    return;
  }
  const { terminal } = call;
  if (examinations.length === 0) {
    terminal.say(
      `No cluster is configured: ${origin}.`,
      'Set KUBECONFIG, give --kubeconfig FILE, or list clusters in fairlead.yaml.',
    );
    return;
  }
  // What needs attention first; among those the order of the configuration holds.
  const rank = ({ usable, checks }: Examination): number =>
    !usable ? 0 : checks.some(({ verdict }) => verdict !== 'ok') ? 1 : 2;
  const ordered = examinations.toSorted((a, b) => rank(a) - rank(b));
  const full = examinations.length === 1;
  terminal.say(headOf(examinations, origin), ...warnings.map((warning) => terminal.paint('warning', warning)));
  for (const examination of ordered) terminal.say('', ...examinationLines(examination, terminal, full));
}
