import type { KubernetesObject } from '../kubernetes/index.ts';

type Labels = Readonly<Record<string, string>>;

/** How those that keep objects as they are declared elsewhere mark them. */
const MANAGERS: readonly { readonly reason: string; says(labels: Labels, annotations: Labels): string | undefined }[] = [
  {
    reason: 'Argo CD tracks by annotation',
    says: (_, annotations) => named('the Argo CD application', annotations['argocd.argoproj.io/tracking-id']?.split(':')[0]),
  },
  {
    reason: 'Argo CD tracks by label',
    says: (labels) => named('the Argo CD application', labels['argocd.argoproj.io/instance']),
  },
  {
    reason: 'Flux labels what a Kustomization applies',
    says: (labels) => named('the Flux Kustomization', labels['kustomize.toolkit.fluxcd.io/name']),
  },
  {
    reason: 'Flux labels what a HelmRelease installs',
    says: (labels) => named('the Flux HelmRelease', labels['helm.toolkit.fluxcd.io/name']),
  },
  {
    reason: 'Helm marks what it installs',
    says: (_, annotations) => named('the Helm release', annotations['meta.helm.sh/release-name']),
  },
  {
    reason: 'the Operator Lifecycle Manager marks what an operator brings',
    says: (labels) => named('the operator', labels['olm.owner']),
  },
  {
    reason: 'the addon manager puts back what is in its folder',
    says: (labels) => (labels['addonmanager.kubernetes.io/mode'] === 'Reconcile' ? 'the addon manager' : undefined),
  },
];

/** Who keeps an object as it is: a GitOps controller, a Helm release, the controller that owns it; undefined for nobody. */
export function managerOf({ metadata }: KubernetesObject): string | undefined {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  if (owner !== undefined) return `${owner.kind} ${owner.name}`;
  for (const manager of MANAGERS) {
    const found = manager.says(metadata?.labels ?? {}, metadata?.annotations ?? {});
    if (found !== undefined) return found;
  }
  return undefined;
}

function named(what: string, name: string | undefined): string | undefined {
  return name === undefined || name === '' ? undefined : `${what} ${name}`;
}
