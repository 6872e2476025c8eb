import type { CoveredWrite } from '../access/warrants/index.ts';
import {
  applyObject,
  createObject,
  deleteObject,
  getObject,
  patchObject,
  type Json,
  type KubernetesObject,
} from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import { isFields } from './difference.ts';
import { withoutServerFields } from './noise.ts';
import type { Precondition } from './plan.ts';
import type { EvictStep, PatchStep, ScaleStep, Step } from './step.ts';
import { sayObject, type Target } from './target.ts';

export interface SendOptions {
  readonly dryRun: boolean;
  /** What the object must be like. @default anything */
  readonly expect?: Precondition | undefined;
  /** For an apply: takes over fields that other managers own. */
  readonly force?: boolean | undefined;
}

/**
 * An object that is not there has no version; a server-side apply that names one creates it, and is refused by an object
 * that somebody made in between. So nobody's object is ever taken for a new one.
 */
const NO_VERSION = '1';

/**
 * Does a step, or tries it without storing anything.
 * @returns the object as it is then; undefined where it is gone, or going
 */
export async function send(target: Target, step: Step, options: SendOptions): Promise<KubernetesObject | undefined> {
  const { connection, kind, subject } = target;
  const { dryRun, expect } = options;
  const { namespace, name } = subject;
  switch (step.action) {
    case 'apply': {
      const object = expecting(withoutServerFields({ ...step.object, status: undefined }), expect);
      return applyObject(connection, kind, object, { dryRun, namespace, force: options.force ?? false });
    }
    case 'create':
      return createObject(connection, kind, withoutServerFields(step.object), { dryRun, namespace });
    case 'patch':
      return patchObject(connection, kind, { namespace, name, subresource: step.subresource }, step.type, patchOf(step, expect), {
        dryRun,
      });
    case 'scale':
      await scale(target, step, options);
      // The answer is a Scale, which does not tell where in the object the replicas stand.
      return getObject(connection, kind, { namespace, name });
    case 'delete':
      await deleteObject(connection, kind, { namespace, name }, { dryRun, ...deleteOptions(step), ...preconditions(expect) });
      return undefined;
    case 'evict':
      await evict(target, step, options);
      return undefined;
  }
}

/** The requests that a step makes for good, as a warrant names them. */
export function writesOf({ kind, subject }: Target, step: Step): CoveredWrite[] {
  const { cluster, namespace, name } = subject;
  const common = { cluster, group: kind.group, resource: kind.resource, namespace };
  switch (step.action) {
    case 'create': {
      const removal: CoveredWrite = { ...common, verb: 'delete', name };
      return [{ ...common, verb: 'create' }, ...(step.temporary === true ? [removal] : [])];
    }
    case 'apply':
      return [{ ...common, verb: 'patch', name }];
    case 'patch':
      return [{ ...common, verb: 'patch', name, subresource: step.subresource }];
    case 'scale':
      return [{ ...common, verb: 'patch', name, subresource: 'scale' }];
    case 'delete':
      return [{ ...common, verb: 'delete', name }];
    case 'evict':
      return [{ ...common, verb: 'create', name, subresource: 'eviction' }];
  }
}

async function scale({ connection, kind, subject }: Target, step: ScaleStep, { dryRun, expect }: SendOptions): Promise<void> {
  if (!kind.subresources.includes('scale')) {
    throw new UsageError(`${sayObject(subject)} cannot be scaled: its kind has no scale subresource.`, { code: 'not-scalable' });
  }
  const patch = { metadata: versionOf(expect), spec: { replicas: step.replicas } };
  const { namespace, name } = subject;
  await patchObject(connection, kind, { namespace, name, subresource: 'scale' }, 'merge', patch, { dryRun });
}

async function evict({ connection, kind, subject }: Target, step: EvictStep, { dryRun, expect }: SendOptions): Promise<void> {
  const { namespace, name } = subject;
  const eviction = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace: namespace ?? '' },
    deleteOptions: {
      ...(step.gracePeriodSeconds !== undefined && { gracePeriodSeconds: step.gracePeriodSeconds }),
      // A pod's version changes with every heartbeat of its containers: its uid is what it is known by.
      ...(expect?.is === 'present' && { preconditions: { uid: expect.uid } }),
      ...(dryRun && { dryRun: ['All'] }),
    },
  };
  await createObject(connection, kind, eviction, { namespace, name, subresource: 'eviction', dryRun });
}

/** As kubectl has it: left to itself, an API server leaves the pods of a Job behind, and the Job until they are nobody's. */
const PROPAGATION = 'Background';

function deleteOptions({ propagation = PROPAGATION, gracePeriodSeconds }: Extract<Step, { readonly action: 'delete' }>) {
  return {
    propagation,
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
  };
}

function preconditions(expect: Precondition | undefined) {
  return expect?.is === 'present' ? { preconditions: { uid: expect.uid, resourceVersion: expect.resourceVersion } } : {};
}

function versionOf(expect: Precondition | undefined): { readonly uid?: string; readonly resourceVersion?: string } {
  if (expect === undefined) return {};
  return expect.is === 'absent' ? { resourceVersion: NO_VERSION } : { uid: expect.uid, resourceVersion: expect.resourceVersion };
}

function expecting(object: KubernetesObject, expect: Precondition | undefined): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, ...versionOf(expect) } };
}

/** A patch that is refused when the object is another than expected. */
function patchOf({ patch }: PatchStep, expect: Precondition | undefined): Json {
  if (expect?.is !== 'present') return patch;
  if (Array.isArray(patch)) return [{ op: 'test', path: '/metadata/resourceVersion', value: expect.resourceVersion }, ...patch];
  if (!isFields(patch)) return patch;
  const metadata = isFields(patch['metadata']) ? patch['metadata'] : {};
  return { ...patch, metadata: { ...metadata, ...versionOf(expect) } };
}
