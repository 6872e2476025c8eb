import type { DraftObject } from '../../model.ts';
import type { StatefulSet } from '../kinds.ts';
import type { Pod, PodTemplate, Volume } from '../shapes.ts';
import { podFrom } from './pod-control.ts';

export const REVISION_LABEL = 'controller-revision-hash';

/** The number of a pod in its set, from its name. */
export const ordinalOf = ({ metadata: { name } }: Pod): number => Number(name.slice(name.lastIndexOf('-') + 1));
export const revisionLabelOf = ({ metadata }: Pod): string | undefined => metadata.labels?.[REVISION_LABEL];

const claimName = (template: string, pod: string): string => `${template}-${pod}`;

/** A pod of a set: it has a name, a host name and claims of its own. */
export function statefulPod(set: StatefulSet, template: PodTemplate, ordinal: number, revision: string): DraftObject {
  const name = `${set.metadata.name}-${ordinal}`;
  const pod = podFrom(template, set);
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }): Volume => ({
    name: metadata.name,
    persistentVolumeClaim: { claimName: claimName(metadata.name, name) },
  }));
  const taken = new Set(claims.map((volume) => volume.name));
  const volumes = [...claims, ...(template.spec.volumes ?? []).filter((volume) => !taken.has(volume.name))];
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      name,
      labels: {
        ...pod.metadata?.labels,
        'apps.kubernetes.io/pod-index': String(ordinal),
        [REVISION_LABEL]: revision,
        'statefulset.kubernetes.io/pod-name': name,
      },
    },
    spec: {
      ...template.spec,
      hostname: name,
      ...(set.spec.serviceName !== undefined && { subdomain: set.spec.serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  };
}

/** The claims that a pod of a set needs. */
export function claimsFor(set: StatefulSet, pod: string): readonly DraftObject[] {
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata, spec }) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(metadata.name, pod),
      ...(set.metadata.namespace !== undefined && { namespace: set.metadata.namespace }),
      labels: { ...metadata.labels, ...set.spec.selector.matchLabels },
      ...(metadata.annotations !== undefined && { annotations: metadata.annotations }),
    },
    spec,
  }));
}
