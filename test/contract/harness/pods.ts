import { createObject, type KubernetesObject } from '../../../src/kubernetes/index.ts';
import type { Place } from './place.ts';
import { pod } from './samples.ts';

/** The path of something of the core group in the namespace of a suite. */
export const core = ({ namespace }: Place, path: string): string => `/api/v1/namespaces/${namespace}/${path}`;

/** Creates a pod through our client. */
export async function createPod(
  { connection, namespace }: Place,
  name: string,
  spec: object,
  metadata: object = {},
): Promise<KubernetesObject> {
  const { kind } = await connection.resolve('pods');
  return createObject(connection, kind, pod(name, spec, metadata), { namespace });
}
