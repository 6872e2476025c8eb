import { at, listAt, mapAt, numberAt, textAt, type Json, type KubernetesObject } from '../../kubernetes/index.ts';
import { sayLabels } from '../trouble/index.ts';

/** Tolerations that every pod gets. */
const USUAL = /^node\.kubernetes\.io\/(?:not-ready|unreachable)$/;

/** Where a pod may run and as whom, as far as it says anything unusual. */
export function placementOf(pod: KubernetesObject): Readonly<Record<string, Json>> {
  const selector = mapAt(pod, 'spec', 'nodeSelector');
  const tolerations = listAt(pod, 'spec', 'tolerations').flatMap((toleration) => {
    const key = textAt(toleration, 'key') ?? '*';
    return USUAL.test(key)
      ? []
      : [`${key}${textAt(toleration, 'value') === undefined ? '' : `=${textAt(toleration, 'value') ?? ''}`}`];
  });
  const affinity = Object.keys(at(pod, 'spec', 'affinity') ?? {});
  const spread = listAt(pod, 'spec', 'topologySpreadConstraints').flatMap((entry) => textAt(entry, 'topologyKey') ?? []);
  const account = textAt(pod, 'spec', 'serviceAccountName');
  const pullSecrets = listAt(pod, 'spec', 'imagePullSecrets').flatMap((entry) => textAt(entry, 'name') ?? []);
  const priority = textAt(pod, 'spec', 'priorityClassName');
  const grace = numberAt(pod, 'spec', 'terminationGracePeriodSeconds');
  return {
    ...(Object.keys(selector).length > 0 && { nodeSelector: sayLabels(selector) }),
    ...(tolerations.length > 0 && { tolerates: tolerations }),
    ...(affinity.length > 0 && { affinity }),
    ...(spread.length > 0 && { spread }),
    ...(account !== undefined && account !== 'default' && { serviceAccount: account }),
    ...(pullSecrets.length > 0 && { pullSecrets }),
    ...(priority !== undefined && { priority }),
    ...(at(pod, 'spec', 'hostNetwork') === true && { hostNetwork: true }),
    ...(grace !== undefined && grace > 60 && { graceSeconds: grace }),
  };
}
