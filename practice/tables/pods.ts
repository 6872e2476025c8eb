import { AGE, field, NAME, text, viewPrinter, wide, type RowCondition } from './column.ts';
import { hasCondition, summaryOf, type Pod, type PodSummary } from './pod-summary.ts';
import { durationText, orNone } from './text.ts';

interface PodView extends Pod {
  readonly summary: PodSummary;
}

/** Rows of pods that have ended say so. */
const ENDED: Readonly<Record<string, readonly RowCondition[]>> = {
  Succeeded: [{ type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' }],
  Failed: [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }],
};

function restartsText({ restarts, lastRestart }: PodSummary, now: number): string {
  return restarts === 0 || lastRestart === undefined ? `${restarts}` : `${restarts} (${durationText(now - lastRestart)} ago)`;
}

function gatesText(pod: Pod): string {
  const gates = pod.spec?.readinessGates ?? [];
  const open = gates.filter(({ conditionType }) => hasCondition(pod, conditionType));
  return gates.length === 0 ? '<none>' : `${open.length}/${gates.length}`;
}

export const POD = viewPrinter<PodView>(
  (object) => {
    const pod = object as unknown as Pod;
    return { ...pod, summary: summaryOf(pod) };
  },
  [
    NAME,
    text(
      'Ready',
      'The aggregate readiness state of this pod for accepting traffic.',
      ({ summary }) => `${summary.ready}/${summary.total}`,
    ),
    text('Status', 'The aggregate status of the containers in this pod.', ({ summary }) => summary.status),
    text(
      'Restarts',
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
      ({ summary }, now) => restartsText(summary, now),
    ),
    AGE,
    wide(text('IP', field('core.v1.PodStatus.podIP'), ({ status }) => orNone(status?.podIPs?.[0]?.ip ?? status?.podIP))),
    wide(text('Node', field('core.v1.PodSpec.nodeName'), ({ spec }) => orNone(spec?.nodeName))),
    wide(text('Nominated Node', field('core.v1.PodStatus.nominatedNodeName'), ({ status }) => orNone(status?.nominatedNodeName))),
    wide(text('Readiness Gates', field('core.v1.PodSpec.readinessGates'), gatesText)),
  ],
  ({ status }) => ENDED[status?.phase ?? ''],
);
