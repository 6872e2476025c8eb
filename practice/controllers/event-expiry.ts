import type { Cancel, KubeObject, Store } from '../model.ts';
import { clusterAs } from './cluster.ts';
import { timestamp } from '../timestamp.ts';

/** An API server forgets events an hour after they were written last. */
export const EVENT_TTL_SECONDS = 3_600;

/** It looks for them once in a while, and not for each. */
const SWEEP_MS = 60_000;

/** Takes events away when they are old. */
export function startEventExpiry(store: Store): Cancel {
  const cluster = clusterAs(store, 'kube-apiserver');
  let cancelSweep: Cancel | undefined;

  const sweep = (): void => {
    cancelSweep = undefined;
    const old = timestamp(store.clock.now() - EVENT_TTL_SECONDS * 1000);
    let oldest: string | undefined;
    for (const event of cluster.list('events')) {
      const at = lastWrite(event);
      if (at <= old) cluster.delete('events', event);
      else if (oldest === undefined || at < oldest) oldest = at;
    }
    if (oldest !== undefined) waitFor(oldest);
  };
  const waitFor = (written: string): void => {
    const left = Date.parse(written) + EVENT_TTL_SECONDS * 1000 - store.clock.now();
    cancelSweep ??= store.clock.after(Math.max(left, SWEEP_MS), sweep);
  };
  const stop = cluster.follow('events', ({ type, object }) => {
    if (type === 'ADDED' && cancelSweep === undefined) waitFor(lastWrite(object));
  });
  return () => {
    stop();
    cancelSweep?.();
  };
}

/** What has happened before is written later; its managers know when. */
const lastWrite = ({ metadata: { managedFields = [], creationTimestamp } }: KubeObject): string =>
  managedFields.reduce((latest, { time = '' }) => (time > latest ? time : latest), creationTimestamp);
