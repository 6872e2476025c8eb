import {
  apiVersionOf,
  DEFINITION,
  mapAt,
  numberAt,
  textAt,
  type KindIndex,
  type KubernetesObject,
  type ResourceKind,
} from '../kubernetes/index.ts';
import { canonicalJson } from '../platform/index.ts';
import { sameContent } from './canonical.ts';
import { EPHEMERAL_STAYS, isEphemeral } from './ephemeral.ts';
import { managerOf } from './managed.ts';
import type { Conflict, Effect, FieldChange, Warning, WarningCode } from './plan.ts';
import { containersOf, podSpecOf, privilegesOf } from './pod-spec.ts';
import type { Step } from './step.ts';

/** A step that was tried, and what there is to know about it. */
export interface Scene {
  readonly step: Step;
  readonly kind: ResourceKind;
  readonly effect: Effect;
  readonly changes: readonly FieldChange[];
  readonly conflicts: readonly Conflict[];
  readonly forced: boolean;
  readonly before: KubernetesObject | null;
  readonly after: KubernetesObject | undefined;
  readonly index: KindIndex;
  /** The journal keeps secret values. */
  readonly keepsSecrets: boolean;
  /** The object holds values that are hidden. */
  readonly hidden: boolean;
}

interface Rule {
  readonly code: WarningCode;
  /** Why people want to know. */
  readonly reason: string;
  /** Undefined where there is nothing to say. */
  says(scene: Scene): string | undefined;
}

const NAMESPACE = '/Namespace';

/** Named as objects are by `groupKindOf`: another group may have a kind of the same name. */
const nameOf = ({ group, kind }: ResourceKind): string => `${group}/${kind}`;

/** What a careful person would want to be told before saying yes. None of it forbids anything. */
export const WARNINGS: readonly Rule[] = [
  {
    code: 'deprecated-api',
    reason: 'an upgrade of the cluster takes the version away, and with it what is kept in manifests',
    says: ({ kind, index }) => {
      if (kind.preferred || !/\d(alpha|beta)\d/.test(kind.version)) return undefined;
      const better = index.kinds.find((other) => other.group === kind.group && other.kind === kind.kind && other.preferred);
      return better && `${apiVersionOf(kind)} is deprecated, ${apiVersionOf(better)} is served as well`;
    },
  },
  {
    code: 'latest-tag',
    reason: 'nobody can tell later what ran, and an undo may bring another image than before',
    says: ({ before, after }) => {
      const known = new Set(containersOf(before).map(({ image }) => image));
      const loose = containersOf(after).flatMap(({ image }) =>
        image !== undefined && !known.has(image) && isLoose(image) ? image : [],
      );
      return loose.length === 0 ? undefined : `${list(loose)} names no fixed version`;
    },
  },
  {
    code: 'no-limits',
    reason: 'one such container can take the memory of a whole node',
    says: ({ before, after }) => {
      const bare = before === null ? containersOf(after).filter(({ limits }) => limits['memory'] === undefined) : [];
      return bare.length === 0 ? undefined : `${list(bare.map(({ name }) => name))} has no memory limit`;
    },
  },
  {
    code: 'privileged',
    reason: 'such a container can reach everything on its node',
    says: ({ before, after }) => {
      const had = new Set(privilegesOf(before));
      const fresh = privilegesOf(after).filter((privilege) => !had.has(privilege));
      return fresh.length === 0 ? undefined : `its pods get ${list(fresh)}`;
    },
  },
  {
    code: 'selector-change',
    reason: 'pods that were selected before are not any more',
    says: ({ effect, changes, step }) => {
      if (effect === 'change' && changes.some(({ path }) => /^spec\.selector\b/.test(path)))
        return 'its selector changes: pods that it selected are left alone';
      return step.action === 'delete' && step.propagation === 'Orphan'
        ? 'what it owns stays, and nobody looks after it'
        : undefined;
    },
  },
  {
    code: 'scale-to-zero',
    reason: 'whatever it does stops',
    says: ({ changes, effect }) =>
      effect === 'change' && changes.some(({ path, before, after }) => path === 'spec.replicas' && after === 0 && before !== 0)
        ? 'it is scaled to zero'
        : undefined,
  },
  {
    code: 'replaces-pods',
    reason: 'a new template means new pods, one after the other or all at once',
    says: ({ effect, before, after, kind }) => {
      if (effect !== 'change' || kind.group !== 'apps' || kind.kind === 'ReplicaSet') return undefined;
      if (sameContent(templateOf(before), templateOf(after))) return undefined;
      const replicas = numberAt(before, 'spec', 'replicas') ?? numberAt(before, 'status', 'desiredNumberScheduled') ?? 1;
      const at = textAt(after, 'spec', 'strategy', 'type') === 'Recreate' ? ', all at once' : '';
      return `its pod template changes: ${replicas} ${replicas === 1 ? 'pod is' : 'pods are'} replaced${at}`;
    },
  },
  {
    code: 'deletes-namespace',
    reason: 'the greatest of all deletions, and there is no way back',
    says: ({ step, kind }) =>
      step.action === 'delete' && nameOf(kind) === NAMESPACE ? 'everything in it is deleted with it' : undefined,
  },
  {
    code: 'deletes-instances',
    reason: 'the objects go with their definition',
    says: ({ step, kind, before }) =>
      step.action === 'delete' && nameOf(kind) === DEFINITION
        ? `every ${textAt(before, 'spec', 'names', 'kind') ?? 'object of it'} of the cluster is deleted with it`
        : undefined,
  },
  {
    code: 'deletes-data',
    reason: 'data does not come back with the object',
    says: ({ step, kind, before }) => {
      if (step.action !== 'delete') return undefined;
      if (nameOf(kind) === '/PersistentVolumeClaim') return 'its volume may be deleted with it, and all data on it';
      const policy = textAt(before, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted');
      return kind.kind === 'StatefulSet' && policy === 'Delete'
        ? 'its claims are deleted with it, and all data on them'
        : undefined;
    },
  },
  {
    code: 'managed-elsewhere',
    reason: 'what manages the object will put back what is changed here, or be in its way',
    says: ({ before, effect, step }) => {
      // Pods are evicted so that they are put back elsewhere.
      if (step.action === 'evict') return undefined;
      const manager = before === null || effect === 'none' ? undefined : managerOf(before);
      return manager === undefined ? undefined : `it belongs to ${manager}, which may put it back`;
    },
  },
  {
    code: 'takes-fields',
    reason: 'their owners go on believing that the fields are theirs',
    says: ({ forced, conflicts }) =>
      forced && conflicts.length > 0 ? `takes ${list(conflicts.map(({ field, owner }) => `${field} from ${owner}`))}` : undefined,
  },
  {
    code: 'escalates',
    reason: 'whoever may do this may give himself every other right',
    says: ({ kind, after, step }) => {
      const isRights = kind.group === 'rbac.authorization.k8s.io' && step.action !== 'delete';
      if (!isRights) return undefined;
      const role = textAt(after, 'roleRef', 'name');
      if (role !== undefined) return `gives the rights of ${role} to whom it names`;
      return canonicalJson(after?.['rules']).includes('"*"')
        ? 'gives all rights on something'
        : 'changes what its bearers may do';
    },
  },
  {
    code: 'not-undoable',
    reason: 'there is no second chance',
    says: ({ step, kind, hidden, keepsSecrets, effect }) => {
      if (step.action === 'evict') return undefined;
      if (isEphemeral(step)) return EPHEMERAL_STAYS;
      if (step.action === 'delete' && [NAMESPACE, DEFINITION].includes(nameOf(kind)))
        return 'an undo brings back the object itself, and nothing of what goes with it';
      const lost = hidden && !keepsSecrets && (effect === 'delete' || effect === 'change');
      return lost
        ? 'it holds secret values, which the journal does not keep: an undo cannot restore those that change'
        : undefined;
    },
  },
];

/** All that is to be said about a step. */
export function warningsOn(scene: Scene): Warning[] {
  return WARNINGS.flatMap((rule) => {
    const text = rule.says(scene);
    return text === undefined ? [] : [{ code: rule.code, text }];
  });
}

/** `app`, `app:latest`; a digest is as fixed as can be. */
function isLoose(image: string): boolean {
  const tag = /:([\w.-]+)$/.exec(image.split('/').at(-1) ?? '')?.[1];
  return !image.includes('@') && (tag === undefined || tag === 'latest');
}

/** The template without what `kubectl rollout restart` leaves alone: any difference replaces pods. */
function templateOf(object: KubernetesObject | null | undefined): unknown {
  const spec = podSpecOf(object);
  return spec === undefined
    ? undefined
    : [
        spec,
        mapAt(object, 'spec', 'template', 'metadata', 'annotations'),
        mapAt(object, 'spec', 'template', 'metadata', 'labels'),
      ];
}

function list(words: readonly string[]): string {
  return words.length <= 4 ? words.join(', ') : `${words.slice(0, 4).join(', ')} and ${words.length - 4} more`;
}
