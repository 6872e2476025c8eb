import { flat } from '../../flat.ts';
import type { Cluster } from '../cluster.ts';
import { eventNames, type EventType } from '../event-recorder.ts';
import type { Pod } from '../shapes.ts';
import { microTimestamp } from '../../timestamp.ts';

/** How long an event that does not come again is remembered. */
const SERIES_MS = 360_000;

/** Writes events as components of events.k8s.io do: what comes again within minutes is one series, written at its second time. */
export interface SeriesRecorder {
  event(about: Pod, type: EventType, reason: string, action: string, message: string): void;
}

interface Series {
  readonly name: string;
  count: number;
  last: number;
}

export function seriesRecorder(cluster: Cluster, controller: string): SeriesRecorder {
  const nameOf = eventNames(cluster);
  const series = new Map<string, Series>();
  const forgetOld = (now: number): void => {
    for (const [key, { last }] of series) {
      if (now - last <= SERIES_MS) return;
      series.delete(key);
    }
  };
  const goOn = (known: Series, namespace: string, now: number): void => {
    known.count += 1;
    known.last = now;
    const event = known.count === 2 ? cluster.get('events', namespace, known.name) : undefined;
    if (event !== undefined)
      cluster.update('events', { ...event, series: { count: known.count, lastObservedTime: microTimestamp(now) } });
  };
  return {
    event(about, type, reason, action, message) {
      const now = cluster.clock.now();
      forgetOld(now);
      const { name, namespace = '', uid, resourceVersion } = about.metadata;
      // A pod in another version is another subject: the status that a failure leaves begins a new series.
      const key = `${uid}/${resourceVersion}/${reason}/${action}`;
      const known = series.get(key);
      if (known !== undefined) {
        series.delete(key);
        series.set(key, known);
        return goOn(known, namespace, now);
      }
      const eventName = nameOf(name);
      series.set(key, { name: eventName, count: 1, last: now });
      cluster.create('events', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: eventName, namespace },
        involvedObject: { kind: 'Pod', namespace, name, uid, apiVersion: 'v1', resourceVersion },
        reason,
        message: flat(message),
        source: {},
        firstTimestamp: null,
        lastTimestamp: null,
        type,
        eventTime: flat(microTimestamp(now)),
        action,
        reportingComponent: controller,
        reportingInstance: `${controller}-control-plane`,
      });
    },
  };
}
