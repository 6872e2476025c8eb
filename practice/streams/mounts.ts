import { posix } from 'node:path';

import type { Store } from '../model.ts';
import { fieldOf, textsOf } from './environment.ts';
import type { Container, Items, Pod, VolumeSource } from './shapes.ts';

/** The files that a container's volumes bring, by absolute path, as their sources are now. */
export function mountedFiles(store: Store, pod: Pod, container: Container): Readonly<Record<string, string>> {
  const mounted: Record<string, string> = {};
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((candidate) => candidate.name === name);
    if (volume === undefined) continue;
    for (const [path, text] of Object.entries(filesOf(store, pod, volume))) {
      if (subPath === undefined) mounted[posix.join(mountPath, path)] = text;
      else if (path === subPath) mounted[mountPath] = text;
    }
  }
  return mounted;
}

/** The directories at which a container's volumes are mounted. */
export const mountPoints = (container: Container): readonly string[] =>
  (container.volumeMounts ?? []).filter(({ subPath }) => subPath === undefined).map(({ mountPath }) => mountPath);

function filesOf(store: Store, pod: Pod, source: VolumeSource): Readonly<Record<string, string>> {
  const { namespace = '' } = pod.metadata;
  const { configMap, secret, downwardAPI, serviceAccountToken, projected } = source;
  if (configMap) return chosen(textsOf(store.get('configmaps', namespace, configMap.name)), configMap);
  if (secret) return chosen(textsOf(store.get('secrets', namespace, secret.secretName ?? secret.name ?? '')), secret);
  if (downwardAPI)
    return Object.fromEntries(
      (downwardAPI.items ?? []).map(({ path, fieldRef }) => [path, fieldOf(pod, fieldRef?.fieldPath ?? '')]),
    );
  if (serviceAccountToken) return { [serviceAccountToken.path]: `practice-token-of-${pod.spec.serviceAccountName ?? 'default'}` };
  return Object.assign({}, ...(projected?.sources ?? []).map((part) => filesOf(store, pod, part))) as Record<string, string>;
}

/** All keys under their own names, or those that are listed under the names that they are given. */
function chosen(texts: Readonly<Record<string, string>>, { items }: Items): Readonly<Record<string, string>> {
  if (items === undefined) return texts;
  return Object.fromEntries(items.flatMap(({ key, path }) => (texts[key] === undefined ? [] : [[path, texts[key]]])));
}
