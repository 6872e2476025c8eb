import { at, listAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { conditionOf, refOf, type Finding } from './finding.ts';
import { oneLine } from './words.ts';

/**
 * Conditions of nodes that are bad when True. Only those that are known to mean trouble: others (EtcdIsVoter, and what
 * cloud providers add) are healthy when True, and whatever their name they are not judged.
 */
const BAD_WHEN_TRUE: Readonly<
  Record<string, { readonly severity: Finding['severity']; readonly what: string; readonly from: string }>
> = {
  MemoryPressure: { severity: 'broken', what: 'is short of memory and evicts pods', from: 'kubelet' },
  DiskPressure: { severity: 'broken', what: 'is short of disk and evicts pods', from: 'kubelet' },
  PIDPressure: { severity: 'broken', what: 'is short of process ids', from: 'kubelet' },
  NetworkUnavailable: { severity: 'broken', what: 'has no network for pods', from: 'cloud provider or CNI' },
  KernelDeadlock: { severity: 'broken', what: 'has a kernel deadlock', from: 'node-problem-detector' },
  ReadonlyFilesystem: { severity: 'broken', what: 'has a read-only file system', from: 'node-problem-detector' },
  CorruptDockerOverlay2: { severity: 'warning', what: 'has corrupt image layers', from: 'node-problem-detector' },
  FrequentKubeletRestart: { severity: 'warning', what: 'restarts its kubelet often', from: 'node-problem-detector' },
  FrequentContainerdRestart: { severity: 'warning', what: 'restarts its containerd often', from: 'node-problem-detector' },
};

/** What is the matter with a node. */
export function nodeTrouble(node: KubernetesObject): Finding[] {
  const subject = refOf(node);
  const ready = conditionOf(node, 'Ready');
  const status = textAt(ready, 'status');
  const found: Finding[] = [];
  if (ready !== undefined && status !== 'True') {
    const silent = status === 'Unknown';
    found.push({
      severity: 'broken',
      code: 'node-not-ready',
      subject,
      what: silent ? 'is not heard of' : 'is not ready',
      why: silent ? 'its kubelet no longer reports: stopped, or cut off' : textAt(ready, 'reason'),
      ...(!silent && { quote: oneLine(textAt(ready, 'message')) }),
      since: textAt(ready, 'lastTransitionTime'),
      evidence: { path: 'status.conditions[Ready].status', value: status ?? '' },
    });
  }
  for (const condition of listAt(node, 'status', 'conditions')) {
    const type = textAt(condition, 'type') ?? '';
    const bad = BAD_WHEN_TRUE[type];
    if (bad === undefined || textAt(condition, 'status') !== 'True') continue;
    found.push({
      severity: bad.severity,
      code: 'node-pressure',
      subject,
      what: `${bad.what} (${type})`,
      why: textAt(condition, 'reason'),
      quote: oneLine(textAt(condition, 'message')),
      since: textAt(condition, 'lastTransitionTime'),
      evidence: { path: `status.conditions[${type}].status`, value: 'True' },
    });
  }
  if (at(node, 'spec', 'unschedulable') === true) {
    const taint = listAt(node, 'spec', 'taints').find((entry) => textAt(entry, 'key') === 'node.kubernetes.io/unschedulable');
    found.push({
      severity: 'warning',
      code: 'node-cordoned',
      subject,
      what: 'is cordoned: no new pods come to it',
      since: textAt(taint, 'timeAdded'),
    });
  }
  return found;
}
