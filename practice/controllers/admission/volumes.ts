import type { DraftObject, Store } from '../../model.ts';
import type { StorageClass } from '../resources.ts';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

const withFinalizer = (object: DraftObject, finalizer: string): DraftObject => {
  const finalizers = object.metadata?.finalizers ?? [];
  return finalizers.includes(finalizer)
    ? object
    : { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
};

/** A claim that does not say its class gets the one that is the default. */
export function defaultClass(object: DraftObject, store: Store): DraftObject {
  const spec = object['spec'] as { readonly storageClassName?: string } | undefined;
  if (spec?.storageClassName !== undefined) return object;
  const classes = store.list('storageclasses.storage.k8s.io') as readonly StorageClass[];
  const chosen = classes.find(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true');
  return chosen === undefined ? object : { ...object, spec: { ...spec, storageClassName: chosen.metadata.name } };
}

export const protectClaim = (object: DraftObject): DraftObject => withFinalizer(object, 'kubernetes.io/pvc-protection');
export const protectVolume = (object: DraftObject): DraftObject => withFinalizer(object, 'kubernetes.io/pv-protection');
