import type { KubernetesObject } from '../../../kubernetes/index.ts';
import { didYouMean, quoted, UsageError } from '../../../platform/index.ts';
import { containersOf, containersPatch, type PlacedContainer } from '../pod-template.ts';
import { assignmentsOf, type Assignments } from '../settings.ts';

/** What can be set on the containers of a workload. */
export type Setting = 'image' | 'env' | 'resources';

/** Makes, of what is to be set on one container, the fields of a strategic patch. */
const FIELDS: Readonly<Record<Exclude<Setting, 'image'>, (assignments: Assignments) => Readonly<Record<string, unknown>>>> = {
  env: (assignments) => ({
    // A variable that took its value from elsewhere would have two.
    env: Object.entries(assignments).map(([name, value]) =>
      value === undefined ? { name, $patch: 'delete' } : { name, value, valueFrom: null },
    ),
  }),
  resources: (assignments) => ({ resources: resourcesOf(assignments) }),
};

/**
 * The strategic patch that sets something on containers.
 * @param text `app=web:2,*=web:2` for images, `NAME=value,OLD-` for variables, `requests.cpu=100m,limits.memory-` for resources
 * @param container which one, for variables and resources; all that are no init containers when it is missing
 * @throws UsageError for a container that there is not, with the nearest
 */
export function setPatch(
  object: KubernetesObject,
  setting: Setting,
  text: string,
  container?: string,
): Readonly<Record<string, unknown>> {
  const assignments = assignmentsOf(text, 'set');
  const all = containersOf(object);
  if (setting === 'image') return containersPatch(object, imagesOf(object, all, assignments));
  const chosen = container === undefined ? all.filter(({ list }) => list === 'containers') : [named(object, all, container)];
  const fields = FIELDS[setting](assignments);
  return containersPatch(
    object,
    chosen.map((each) => ({ ...each, fields })),
  );
}

function imagesOf(object: KubernetesObject, all: readonly PlacedContainer[], assignments: Assignments) {
  return Object.entries(assignments).flatMap(([name, image]) => {
    if (image === undefined || image === '') {
      throw new UsageError(`"set" gives the container ${quoted(name, 80)} no image.`, {
        code: 'invalid-argument',
        field: 'set',
        advice: 'Write container=image, e.g. app=registry.example.com/web:2; *=image for all containers.',
      });
    }
    const chosen = name === '*' ? all.filter(({ list }) => list === 'containers') : [named(object, all, name)];
    return chosen.map((each) => ({ ...each, fields: { image } }));
  });
}

function named(object: KubernetesObject, all: readonly PlacedContainer[], name: string): PlacedContainer {
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = all.map((each) => each.name);
  throw new UsageError(
    `${object.kind} ${quoted(object.metadata?.name ?? '', 80)} has no container ${quoted(name, 80)}${didYouMean(name.slice(0, 60), names) || '.'}`,
    { code: 'invalid-argument', field: 'container', advice: `There are: ${names.join(', ')}.` },
  );
}

function resourcesOf(assignments: Assignments): Readonly<Record<string, Readonly<Record<string, string | null>>>> {
  const found: Record<string, Record<string, string | null>> = {};
  for (const [name, value] of Object.entries(assignments)) {
    const [, list, resource] = /^(requests|limits)\.(.+)$/.exec(name) ?? [];
    if (list === undefined || resource === undefined) {
      throw new UsageError(`${quoted(name, 80)} is no resource.`, {
        code: 'invalid-argument',
        field: 'set',
        advice: 'Write requests.cpu=100m, limits.memory=256Mi; limits.cpu- takes one away.',
      });
    }
    (found[list] ??= {})[resource] = value ?? null;
  }
  return found;
}
