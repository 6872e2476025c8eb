/** A store with all that an API server does to it, on a clock that stands until a test moves it on. */
import { practiceClock } from '../../clock.ts';
import type { DraftObject, KubeObject, StoreEvent } from '../../model.ts';
import { seededRandom } from '../../random.ts';
import { StatusError, type Status } from '../../status.ts';
import { openStore } from '../index.ts';

export const START = Date.parse('2026-11-20T12:00:00Z');

export function testStore(options: { readonly history?: number } = {}) {
  const clock = practiceClock(START);
  const { store } = openStore({ clock, random: seededRandom(1), ...options });
  store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, 'test');
  const events: string[] = [];
  store.watch('*', ({ type, object }: StoreEvent) => events.push(`${type} ${object.kind} ${object.metadata.name}`));
  return {
    clock,
    store,
    /** All that happened since it was opened: `ADDED Pod web`. */
    events,
    /** Lets everything be done that waits to be done now. */
    settle: () => clock.advance(1000),
  };
}

export const configMap = (name: string, metadata: DraftObject['metadata'] = {}): DraftObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', ...metadata },
});

export const pod = (
  name: string,
  more: { readonly nodeName?: string; readonly metadata?: DraftObject['metadata'] } = {},
): DraftObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', ...more.metadata },
  spec: {
    containers: [{ name: 'web', image: 'nginx' }],
    ...(more.nodeName !== undefined && { nodeName: more.nodeName }),
  },
});

export const ownedBy = (owner: KubeObject, blockOwnerDeletion = true) => ({
  ownerReferences: [
    { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid, blockOwnerDeletion },
  ],
});

/** What a call is refused with. */
export function refusal(call: () => unknown): Status {
  try {
    call();
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
  throw new Error('it was not refused');
}
