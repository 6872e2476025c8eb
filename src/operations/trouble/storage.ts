import { at, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { eventOf, newestWarning } from './events.ts';
import { conditionOf, refOf, secondsSince, type Finding, type FindingCode } from './finding.ts';
import { oneLine } from './words.ts';

/** A provisioner may take a moment, in seconds. */
const GRACE = 60;

const PROVISIONING_EVENTS = new Set(['ProvisioningFailed', 'FailedBinding', 'VolumeResizeFailed', 'ProvisioningCleanupFailed']);

/** What else is known when a claim is judged. What is left out is not held against it. */
export interface ClaimContext {
  /** The class that it names; null when there is no such class. */
  readonly storageClass?: KubernetesObject | null | undefined;
  /** Its own events. */
  readonly events?: readonly KubernetesObject[];
  /** Pods that mount it; a claim that waits for its first consumer is well until there is one. */
  readonly users?: readonly KubernetesObject[];
}

/** What is the matter with a PersistentVolumeClaim. */
export function pvcTrouble(claim: KubernetesObject, now: number, context: ClaimContext = {}): Finding[] {
  const phase = textAt(claim, 'status', 'phase');
  const since = claim.metadata?.creationTimestamp;
  if (phase === 'Lost') {
    const why = `volume ${textAt(claim, 'spec', 'volumeName') ?? '?'} is gone`;
    return [of(claim, 'broken', 'claim-lost', 'has lost its volume', { why })];
  }
  if (phase === 'Bound') return resizeTrouble(claim);
  if (phase !== 'Pending') return [];
  const className =
    textAt(claim, 'spec', 'storageClassName') ?? claim.metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'];
  const pending = (rest: Pick<Finding, 'why' | 'quote'>): Finding[] => [
    of(claim, 'broken', 'claim-pending', 'is not bound', {
      ...rest,
      since,
      evidence: { path: 'status.phase', value: 'Pending' },
    }),
  ];
  if (context.storageClass === null && className !== undefined)
    return pending({ why: `StorageClass ${className} does not exist` });
  const failed = newestWarning((context.events ?? []).map(eventOf), PROVISIONING_EVENTS);
  const missing = /storageclass\.storage\.k8s\.io "([^"]+)" not found/.exec(failed?.message ?? '')?.[1];
  if (missing !== undefined) return pending({ why: `StorageClass ${missing} does not exist` });
  if (failed !== undefined) return pending({ why: failed.reason, quote: oneLine(failed.message) });
  // The API server fills in the default class, so a claim without one was made while there was no default.
  if (className === undefined) return pending({ why: 'it names no StorageClass, and none is the default' });
  if (secondsSince(since, now) < GRACE) return [];
  if (className === '') return pending({ why: 'no free PersistentVolume fits (storageClassName is "": nothing is provisioned)' });
  if (context.storageClass === undefined || context.storageClass === null) return [];
  const waits = textAt(context.storageClass, 'volumeBindingMode') === 'WaitForFirstConsumer';
  if (waits && (context.users ?? []).length === 0) return [];
  const provisioner = textAt(context.storageClass, 'provisioner') ?? '?';
  if (provisioner === 'kubernetes.io/no-provisioner')
    return pending({ why: `no free PersistentVolume of class ${className} fits` });
  if (waits && claim.metadata?.annotations?.['volume.kubernetes.io/selected-node'] === undefined) {
    return pending({ why: 'its pod has no node yet: see the pod' });
  }
  return pending({ why: `provisioner ${provisioner} has not made a volume` });
}

function resizeTrouble(claim: KubernetesObject): Finding[] {
  const condition = conditionOf(claim, 'NodeResizeError') ?? conditionOf(claim, 'ControllerResizeError');
  if (textAt(condition, 'status') !== 'True') return [];
  return [
    of(claim, 'broken', 'volume-failed', 'cannot be resized', {
      quote: oneLine(textAt(condition, 'message')),
      since: textAt(condition, 'lastTransitionTime'),
    }),
  ];
}

/** What is the matter with a PersistentVolume. */
export function pvTrouble(volume: KubernetesObject): Finding[] {
  const phase = textAt(volume, 'status', 'phase');
  const since = textAt(volume, 'status', 'lastPhaseTransitionTime');
  if (phase === 'Failed') {
    return [
      of(volume, 'broken', 'volume-failed', 'failed', {
        why: textAt(volume, 'status', 'reason'),
        quote: oneLine(textAt(volume, 'status', 'message')),
        since,
      }),
    ];
  }
  if (phase !== 'Released') return [];
  const claim = `${textAt(volume, 'spec', 'claimRef', 'namespace') ?? ''}/${textAt(volume, 'spec', 'claimRef', 'name') ?? ''}`;
  const keeps =
    at(volume, 'spec', 'persistentVolumeReclaimPolicy') === 'Retain'
      ? 'kept, and cannot be claimed again until claimRef is removed'
      : undefined;
  return [of(volume, 'warning', 'volume-failed', `is released: its claim ${claim} is gone`, { why: keeps, since })];
}

function of(
  object: KubernetesObject,
  severity: Finding['severity'],
  code: FindingCode,
  what: string,
  rest: Pick<Finding, 'why' | 'quote' | 'since' | 'evidence'>,
): Finding {
  return { severity, code, subject: refOf(object), what, ...rest };
}
