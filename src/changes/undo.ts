import { holdsMarker } from '../access/index.ts';
import { FIELD_MANAGER, listAt, textAt, type KubernetesObject } from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import type { Change, ChangedStep } from './change.ts';
import type { PlanOptions } from './changes.ts';
import type { Context } from './context.ts';
import { difference } from './difference.ts';
import { imageOf } from './image.ts';
import { readChange, readImages, type Images } from './journal.ts';
import { makePlan } from './make-plan.ts';
import { meaningful } from './noise.ts';
import type { FieldChange, Plan } from './plan.ts';
import { recreated } from './recreate.ts';
import { revert } from './revert.ts';
import { sayChanges } from './still.ts';
import { shown } from './shown.ts';
import type { Step } from './step.ts';
import { connections, readLive, sayObject, type Target } from './target.ts';

/** Fields of new objects that controllers fill in, and that are no reason to keep an object. */
const FILLED_IN = /^(metadata\.finalizers|spec\.(nodeName|volumeName|claimRef|clusterIPs?))\b/;

/** A plan that restores what was before a change. See `Changes.planUndo`. */
export async function planUndo(context: Context, id: string, options: PlanOptions): Promise<Plan> {
  const { store, clock } = context;
  const change = await readChange(store, id, clock.now());
  checkUndoable(change);
  const images = await readImages(store, id);
  const connection = connections(context.connect, options.signal);
  const steps = await Promise.all(
    change.steps.map(async (step, position): Promise<Step | undefined> => {
      const isOver = step.effect === 'none' || step.action === 'evict' || step.removed === true;
      if (isOver || (step.state !== 'done' && step.state !== 'sent')) return undefined;
      const reached = await connection(step.subject.cluster);
      const { kind } = await reached.resolve(`${step.subject.apiVersion}/${step.subject.kind}`);
      const target = { subject: step.subject, kind, connection: reached, pending: false };
      return stepBack(step, images[position] ?? {}, target);
    }),
  );
  const back = steps.filter((step) => step !== undefined).toReversed();
  if (back.length === 0)
    throw new UsageError(`Nothing of change ${id} is left to be undone.`, { code: 'not-undoable', field: 'change' });
  return makePlan(context, back, { title: `undo of ${id}`, ...options, undoes: id });
}

function checkUndoable(change: Change): void {
  const over =
    change.state === 'applying' ? 'is still being applied' : change.undoneBy && `has been undone by ${change.undoneBy}`;
  if (over !== undefined) throw new UsageError(`Change ${change.id} ${over}.`, { code: 'not-undoable', field: 'change' });
  // A pod that was evicted is none that could be restored, and keeps nothing else from it.
  const lost = change.steps.find(
    ({ state, action, notUndoable: reason }) => state === 'done' && action !== 'evict' && reason !== undefined,
  );
  if (lost?.notUndoable === undefined) return;
  throw notUndoable(`${sayObject(lost.subject)} cannot be restored: ${lost.notUndoable}.`, lost.action !== 'patch');
}

/** The step that takes one object back; undefined where it is as it was. */
async function stepBack(step: ChangedStep, images: Images, target: Target): Promise<Step | undefined> {
  const live = await readLive(target);
  // The process ended before the answer came: what is there tells what was done.
  if (step.state === 'sent' && !hasLanded(step, images.before, live)) return undefined;
  const after = step.state === 'sent' ? (live ?? undefined) : images.after;
  const { cluster, ...subject } = step.subject;
  switch (step.effect) {
    case 'delete':
      if (live?.metadata?.deletionTimestamp !== undefined) throw stillGoing(target, live);
      if (live !== null) throw changedSince(target, 'somebody has made it anew');
      if (images.before === undefined || holdsMarker(images.before)) throw hiddenLost(target, ['its values']);
      return { action: 'create', cluster, object: recreated(images.before) };
    case 'create': {
      if (live === null) return undefined;
      if (live.metadata?.uid !== after?.metadata?.uid) throw changedSince(target, 'it is another object now');
      const since = difference(shown(after), shown(live)).filter(({ path }) => !FILLED_IN.test(path));
      // Of a value that is hidden only the version tells whether it is still the same.
      if (since.length > 0 || (holdsMarker(shown(live)) && !isUntouched(after, live)))
        throw changedSince(target, sayChanges(since));
      return { action: 'delete', cluster, subject };
    }
    default:
      if (live === null) throw changedSince(target, 'it has been deleted');
      if (images.before === undefined || after === undefined) throw hiddenLost(target, ['what it was']);
      return stepBackFields(step, images.before, after, live, target);
  }
}

function stepBackFields(
  step: ChangedStep,
  before: KubernetesObject,
  after: KubernetesObject,
  live: KubernetesObject,
  target: Target,
): Step | undefined {
  const { subresource } = step;
  const known = (object: KubernetesObject): KubernetesObject =>
    meaningful(object, subresource === undefined ? undefined : 'status');
  const untouched = isUntouched(after, live);
  // Where the journal keeps no secret values, what is there now is looked at in the same way.
  const now = untouched ? after : holdsMarker(after) ? imageOf(live, false).object : live;
  const { operations, clashes, lost } = revert(known(before), known(after), known(now), untouched);
  if (clashes.length > 0) throw changedSince(target, sayChanges(visible(clashes, after, live)));
  if (lost.length > 0) throw hiddenLost(target, lost);
  const [first] = operations;
  if (first === undefined) return undefined;
  const { cluster, ...subject } = step.subject;
  if (step.action === 'scale' && operations.length === 1 && 'value' in first && typeof first.value === 'number')
    return { action: 'scale', cluster, subject, replicas: first.value };
  return { action: 'patch', cluster, subject, type: 'json', patch: [...operations], subresource };
}

/** Was the request done to which no answer is known? */
function hasLanded(step: ChangedStep, before: KubernetesObject | undefined, live: KubernetesObject | null): boolean {
  if (step.effect === 'delete') return live === null || live.metadata?.deletionTimestamp !== undefined;
  if (live === null) return false;
  return live.metadata?.resourceVersion !== before?.metadata?.resourceVersion && isByUs(live);
}

function isUntouched(after: KubernetesObject | undefined, live: KubernetesObject): boolean {
  return after?.metadata?.resourceVersion === live.metadata?.resourceVersion;
}

/** We are among those who wrote the object; whoever made one of that name meanwhile is not us. */
function isByUs(object: KubernetesObject): boolean {
  return listAt(object, 'metadata', 'managedFields').some((entry) => textAt(entry, 'manager') === FIELD_MANAGER);
}

/** The clashes as they may be shown: fields of the redacted objects. */
function visible(clashes: readonly FieldChange[], after: KubernetesObject, live: KubernetesObject): FieldChange[] {
  const all = difference(shown(after), shown(live));
  const heads = clashes.map(({ path }) => path.split('.').slice(0, 2).join('.'));
  return all.filter(({ path }) => heads.some((head) => path.startsWith(head)));
}

function changedSince({ subject }: Target, what: string): UsageError {
  return new UsageError(`${sayObject(subject)} has been changed since: ${what}. It cannot be undone without losing that.`, {
    code: 'changed-since',
    advice: 'Look at it, and make a change that says what it should be now.',
  });
}

function stillGoing({ subject }: Target, { metadata }: KubernetesObject): UsageError {
  const finalizers = metadata?.finalizers ?? [];
  const why = finalizers.length === 0 ? '' : `: finalizers hold it (${finalizers.join(', ')})`;
  return new UsageError(`${sayObject(subject)} is still being deleted${why}.`, {
    code: 'not-undoable',
    advice: 'Undo it when it is gone.',
  });
}

function hiddenLost({ subject }: Target, what: readonly string[]): UsageError {
  return notUndoable(
    `${sayObject(subject)} cannot be restored: ${what.join(', ')} held secret values, which the journal does not keep.`,
  );
}

/** @param secret what is lost are secret values, which could have been kept. @default true */
function notUndoable(message: string, secret = true): UsageError {
  return new UsageError(message, {
    code: 'not-undoable',
    field: 'change',
    ...(secret && { advice: 'With a key for the journal, the operator lets it keep secret values, encrypted.' }),
  });
}
