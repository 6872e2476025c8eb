import type { Clock } from '../../model.ts';

/** Writes the status of a pod, if it is another one than what is there. */
export type Report = () => void;

/** How kubelets come to write the statuses of their pods. The same report twice is one. */
export type Reports = (report: Report) => void;

/** So often statuses are written of a past that nobody looks into. */
const BATCH_MS = 10_000;
/** So long before somebody looks everything is as it will be seen. */
const CLOSE_MS = 30_000;

/**
 * Statuses are written as they change. Of a past that nobody looks into they are written every ten seconds, those of all
 * pods together: a pod is running and ready then in one write, and whoever goes by it looks once at what ten pods have
 * become.
 * @param present when somebody can look first, in milliseconds since the epoch
 */
export function statusReports(clock: Clock, present: number): Reports {
  const waiting = new Set<Report>();
  const writeAll = (): void => {
    const reports = [...waiting];
    waiting.clear();
    for (const report of reports) report();
  };
  return (report) => {
    const now = clock.now();
    if (now >= present - CLOSE_MS) return report();
    if (waiting.size === 0) clock.after(BATCH_MS - (now % BATCH_MS), writeAll);
    waiting.add(report);
  };
}
