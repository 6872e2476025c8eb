import { at, listAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { quoted, UsageError } from '../../platform/index.ts';

/** Where the pods of a kind are described: the path to what holds `metadata` and `spec` of a pod. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  Pod: [],
};

/** The path to the pod template of an object. @throws UsageError for a kind that describes no pods */
export function templatePath(object: KubernetesObject): readonly string[] {
  const path = TEMPLATES[object.kind ?? ''];
  if (path !== undefined) return path;
  throw new UsageError(`${object.kind ?? 'The object'} ${quoted(object.metadata?.name ?? '', 80)} describes no pods.`, {
    code: 'invalid-argument',
    field: 'kind',
    advice: `Kinds that do: ${Object.keys(TEMPLATES).join(', ')}.`,
  });
}

/** A value below a path, as a partial object: what a patch of that place is. */
export function partialAt(path: readonly string[], value: unknown): Readonly<Record<string, unknown>> {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Readonly<Record<string, unknown>>;
}

/** A container and the list that it stands in. */
export interface PlacedContainer {
  readonly list: 'containers' | 'initContainers';
  readonly name: string;
}

/** The containers of an object's pods, in their order, those that begin first last. */
export function containersOf(object: KubernetesObject): readonly PlacedContainer[] {
  const path = templatePath(object);
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    listAt(at(object, ...path), 'spec', list).map((container) => ({ list, name: textAt(container, 'name') ?? '' })),
  );
}

/** What a strategic patch says of some containers, by name, as a partial object of the whole. */
export function containersPatch(
  object: KubernetesObject,
  changed: readonly (PlacedContainer & { readonly fields: Readonly<Record<string, unknown>> })[],
): Readonly<Record<string, unknown>> {
  const lists = Object.fromEntries(
    [...Map.groupBy(changed, ({ list }) => list)].map(([list, of]) => [
      list,
      of.map(({ name, fields }) => ({ name, ...fields })),
    ]),
  );
  return partialAt([...templatePath(object), 'spec'], lists);
}
