import type { Cancel, Store } from '../model.ts';
import { clusterAs } from './cluster.ts';

/** An API server forgets events an hour after they were written last. */
const TTL_SECONDS = 3_600;

/** Takes events away when they are old. */
export function startEventExpiry(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-apiserver');
  /** When each was written last, by uid, the oldest first; in seconds, since whole numbers take less room. */
  const written = new Map<string, { readonly at: number; readonly namespace: string | undefined; readonly name: string }>();
  let cancelSweep: Cancel | undefined;

  const sweep = (): void => {
    cancelSweep = undefined;
    const now = store.clock.now() / 1000;
    for (const [uid, { at, namespace, name }] of written) {
      if (at + TTL_SECONDS > now) return waitFor(at + TTL_SECONDS - now);
      written.delete(uid);
      const event = cluster.get('events', namespace, name);
      if (event !== undefined) cluster.delete('events', event);
    }
  };
  const waitFor = (seconds: number): void => {
    cancelSweep ??= store.clock.after(seconds * 1000, sweep);
  };
  const stop = cluster.follow('events', ({ type, object }) => {
    const { namespace, name, uid } = object.metadata;
    written.delete(uid);
    if (type === 'DELETED') return;
    written.set(uid, { at: Math.ceil(store.clock.now() / 1000), namespace, name });
    waitFor(TTL_SECONDS);
  });
  return () => {
    stop();
    cancelSweep?.();
  };
}
