import { at, listAt, textAt, type KubernetesObject } from '../../../src/kubernetes/index.ts';
import { PATCHES, type Place } from '../harness/index.ts';
import type { Metadata, Operation, Version } from './operation.ts';
import { shown } from './shown.ts';
import { apiVersionOf, collectionOf, SUBJECTS, type Fields, type Subject } from './subjects.ts';

/** What an operation came to, without what differs from server to server. */
export interface Outcome {
  readonly status: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

/** One of the two clusters that the same is done to. */
export interface Side {
  /** Whether an operation can name its owner here: one that is known, and not on its way out. */
  hasOwner(operation: Operation): boolean;
  run(operation: Exclude<Operation, { verb: 'watch' }>): Promise<Outcome>;
  /** All objects there are, by kind and name. `quiet`: the garbage collector has nothing left to do about them. */
  snapshot(): Promise<{ readonly objects: Readonly<Record<string, unknown>>; readonly quiet: boolean }>;
  /** Removes all objects, whatever holds them. */
  clear(): Promise<void>;
  /** Whether it was an operation that made this resourceVersion, of whatever object. */
  hasAnswered(version: string): boolean;
  /** As it stands in comparisons. */
  show(value: unknown): unknown;
}

/** Every namespace has it. */
export const ROOT_CA = 'kube-root-ca.crt';

const keyOf = (subject: Subject, name: string): string => `${subject.kind}/${name}`;

export function sideAt({ ask, namespace }: Place): Side {
  /** The last two versions of each object, as answers told them. */
  const versions = new Map<string, { readonly last: string; readonly old: string }>();
  const uids = new Map<string, string>();
  /** Uids of what is on its way out. */
  const dying = new Set<string>();
  /** Versions that answers brought, and those that were there by themselves when somebody looked. */
  const answered = new Set<string>();
  const found = new Set<string>();
  /** Every uid there ever was, with what it stands for. */
  const names = new Map<string, string>();

  function learn(subject: Subject, object: unknown): void {
    const name = textAt(object, 'metadata', 'name');
    const uid = textAt(object, 'metadata', 'uid');
    const version = textAt(object, 'metadata', 'resourceVersion');
    if (name === undefined || uid === undefined || version === undefined) return;
    const key = keyOf(subject, name);
    uids.set(key, uid);
    if (textAt(object, 'metadata', 'deletionTimestamp') !== undefined) dying.add(uid);
    const before = versions.get(key)?.last ?? version;
    if (before !== version || !versions.has(key)) versions.set(key, { last: version, old: before });
  }

  const versionFor = (subject: Subject, name: string, wanted: Version): Fields => {
    if (wanted === 'none') return {};
    return { resourceVersion: versions.get(keyOf(subject, name))?.[wanted] ?? '1' };
  };

  function metadataFor({ name }: Operation, { owner, blocks, ...metadata }: Metadata): Fields {
    const uid = owner === undefined ? undefined : uids.get(`ConfigMap/${owner}`);
    if (uid === undefined) return { name, ...metadata };
    const reference = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: owner,
      uid,
      ...(blocks === true && { blockOwnerDeletion: true }),
    };
    return { name, ...metadata, ownerReferences: [reference] };
  }

  function requestOf(operation: Exclude<Operation, { verb: 'watch' }>) {
    const { subject, name, verb, manager, dryRun } = operation;
    const collection = collectionOf(subject, namespace);
    const path = `${collection}/${name}`;
    const query = `?fieldManager=${manager}${dryRun ? '&dryRun=All' : ''}`;
    const apiVersion = apiVersionOf(subject);
    const { kind } = subject;
    switch (verb) {
      case 'create':
      case 'replace': {
        const metadata = { ...metadataFor(operation, operation.metadata), ...versionFor(subject, name, operation.version) };
        const line = verb === 'create' ? `POST ${collection}` : `PUT ${path}`;
        return { line: line + query, type: 'application/json', body: { apiVersion, kind, metadata, ...operation.body } };
      }
      case 'apply': {
        const body = { apiVersion, kind, metadata: metadataFor(operation, operation.metadata), ...operation.body };
        return { line: `PATCH ${path}${query}&force=${operation.force}`, type: PATCHES.apply, body };
      }
      case 'scale': {
        const body = { spec: { replicas: operation.replicas }, metadata: versionFor(subject, name, operation.version) };
        return { line: `PATCH ${path}/scale${query}`, type: PATCHES.merge, body };
      }
      case 'delete': {
        const preconditions = versionFor(subject, name, operation.version);
        const body = { propagationPolicy: operation.propagation, preconditions, ...(dryRun && { dryRun: ['All'] }) };
        return { line: `DELETE ${path}`, type: 'application/json', body };
      }
      default: {
        const { subresource, version = 'none', body } = operation;
        const place = subresource === undefined ? path : `${path}/${subresource}`;
        const guarded = version === 'none' ? body : withVersion(body, versionFor(subject, name, version));
        return { line: `PATCH ${place}${query}`, type: PATCHES[verb], body: guarded };
      }
    }
  }

  async function objects(): Promise<readonly (readonly [Subject, KubernetesObject])[]> {
    const lists = await Promise.all(SUBJECTS.map((subject) => ask(`GET ${collectionOf(subject, namespace)}`)));
    return lists
      .flatMap(({ body }, index) =>
        (listAt(body, 'items') as KubernetesObject[]).map((object) => [SUBJECTS[index] as Subject, object] as const),
      )
      .filter(([, { metadata }]) => metadata?.name !== ROOT_CA);
  }

  const show = (value: unknown): unknown => shown(value, names, namespace);
  return {
    show,
    hasAnswered: (version) => answered.has(version),
    hasOwner: (operation) => {
      const owner = 'metadata' in operation ? operation.metadata.owner : undefined;
      const uid = owner === undefined || owner === operation.name ? undefined : uids.get(`ConfigMap/${owner}`);
      // Whether an owner on its way out takes along who joins it late is a matter of moments.
      return uid !== undefined && !dying.has(uid);
    },
    run: async (operation) => {
      const { line, type, body } = requestOf(operation);
      const answer = await ask(line, { type, body });
      const uid = textAt(answer.body, 'metadata', 'uid');
      const version = textAt(answer.body, 'metadata', 'resourceVersion');
      if (version !== undefined && !found.has(version)) answered.add(version);
      if (uid !== undefined) names.set(uid, `uid of ${keyOf(operation.subject, operation.name)}`);
      if (!operation.dryRun && operation.verb !== 'scale') learn(operation.subject, answer.body);
      const { warning = [] } = answer.headers;
      return { status: answer.status, body: show(answer.body), warnings: [warning].flat() };
    },
    snapshot: async () => {
      const all = await objects();
      for (const [subject, object] of all) {
        learn(subject, object);
        const version = object.metadata?.resourceVersion;
        if (version !== undefined && !answered.has(version)) found.add(version);
      }
      return {
        objects: Object.fromEntries(all.map(([subject, object]) => [keyOf(subject, object.metadata?.name ?? ''), show(object)])),
        quiet: all.every(([, object], _, everything) =>
          settled(
            object,
            everything.map(([, other]) => other),
          ),
        ),
      };
    },
    clear: async () => {
      for (const [subject, { metadata }] of await objects()) {
        const path = `${collectionOf(subject, namespace)}/${metadata?.name}`;
        await ask(`DELETE ${path}`, { body: { propagationPolicy: 'Background' } });
        await ask(`PATCH ${path}`, { type: PATCHES.merge, body: { metadata: { finalizers: null } } });
      }
    },
  };
}

function withVersion(body: unknown, version: Fields): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const metadata = at(body, 'metadata');
  return { ...body, metadata: { ...(typeof metadata === 'object' && metadata), ...version } };
}

/** Whether the garbage collector leaves it as it is. */
function settled({ metadata = {} }: KubernetesObject, all: readonly KubernetesObject[]): boolean {
  const { finalizers = [], ownerReferences = [], deletionTimestamp, uid } = metadata;
  if (finalizers.includes('orphan')) return false;
  const dependents = all.filter((other) => other.metadata?.ownerReferences?.some((owner) => owner.uid === uid));
  if (finalizers.includes('foregroundDeletion')) {
    // It waits for those that hold it back and are held themselves.
    const waitsFor = dependents.filter((other) => at(other.metadata?.ownerReferences, 0, 'blockOwnerDeletion') === true);
    if (waitsFor.length === 0 || dependents.some((other) => other.metadata?.deletionTimestamp === undefined)) return false;
  }
  const orphaned =
    ownerReferences.length > 0 && !ownerReferences.some((owner) => all.some((other) => other.metadata?.uid === owner.uid));
  return !orphaned || deletionTimestamp !== undefined;
}
