import { listAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { conditionsOf, pvcTrouble, pvTrouble } from '../trouble/index.ts';
import { claimNames } from './containers.ts';
import { eventFacts, readEvents } from './events.ts';
import type { Lookup } from './lookup.ts';
import { healthOf, type Told } from './told.ts';
import { usersOf } from './users.ts';

/** A PersistentVolumeClaim: what it waits for, what it is bound to, who mounts it. */
export async function describeClaim(claim: KubernetesObject, look: Lookup, now: number): Promise<Told> {
  const { namespace, name = '' } = claim.metadata ?? {};
  const className = textAt(claim, 'spec', 'storageClassName');
  const volumeName = textAt(claim, 'spec', 'volumeName');
  const [pods, events, storageClass, volume] = await Promise.all([
    look.list('', 'Pod', { namespace }),
    readEvents(look, claim),
    className === undefined || className === ''
      ? undefined
      : look.get(look.kind('storage.k8s.io', 'StorageClass'), { name: className }),
    volumeName === undefined || volumeName === '' ? undefined : look.get(look.kind('', 'PersistentVolume'), { name: volumeName }),
  ]);
  const users = (pods?.items ?? []).filter((pod) => claimNames(pod).includes(name));
  const causes = [
    ...pvcTrouble(claim, now, { storageClass, events: events ?? [], users }),
    ...(volume === undefined || volume === null ? [] : pvTrouble(volume)),
  ];
  const phase = textAt(claim, 'status', 'phase') ?? '';
  const bound = phase === 'Bound';
  const waits = !bound && causes.length === 0 && textAt(storageClass, 'volumeBindingMode') === 'WaitForFirstConsumer';
  return {
    verdict: {
      health: healthOf(
        causes,
        bound ? 'healthy' : waits ? 'idle' : 'progressing',
        !bound && storageClass === undefined && className !== undefined,
      ),
      status: waits ? `${phase}: waits for its first pod` : phase,
      since: causes[0]?.since,
    },
    causes,
    facts: {
      spec: {
        wants: textAt(claim, 'spec', 'resources', 'requests', 'storage') ?? null,
        has: textAt(claim, 'status', 'capacity', 'storage') ?? null,
        access: listAt(claim, 'spec', 'accessModes').filter((mode): mode is string => typeof mode === 'string'),
        class: className ?? null,
        provisioner: textAt(storageClass, 'provisioner') ?? null,
        binding: textAt(storageClass, 'volumeBindingMode') ?? null,
        volume: volumeName ?? null,
        reclaim: textAt(volume, 'spec', 'persistentVolumeReclaimPolicy') ?? null,
      },
      conditions: conditionsOf(claim),
      ...(pods && { usedBy: usersOf(users) }),
    },
    events: eventFacts(events ?? [], claim),
  };
}

export async function describeVolume(volume: KubernetesObject, look: Lookup): Promise<Told> {
  const causes = pvTrouble(volume);
  const events = await readEvents(look, volume);
  const claim = `${textAt(volume, 'spec', 'claimRef', 'namespace') ?? ''}/${textAt(volume, 'spec', 'claimRef', 'name') ?? ''}`;
  return {
    verdict: { health: healthOf(causes), status: textAt(volume, 'status', 'phase') },
    causes,
    facts: {
      spec: {
        size: textAt(volume, 'spec', 'capacity', 'storage') ?? null,
        access: listAt(volume, 'spec', 'accessModes').filter((mode): mode is string => typeof mode === 'string'),
        class: textAt(volume, 'spec', 'storageClassName') ?? null,
        reclaim: textAt(volume, 'spec', 'persistentVolumeReclaimPolicy') ?? null,
        source:
          textAt(volume, 'spec', 'csi', 'driver') ??
          textAt(volume, 'spec', 'hostPath', 'path') ??
          textAt(volume, 'spec', 'nfs', 'server') ??
          null,
        claim: claim === '/' ? null : claim,
      },
    },
    events: eventFacts(events ?? [], volume),
  };
}
